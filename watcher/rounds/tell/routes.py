"""The second step: who asked for a change, and for every watch that did not, why."""

from datetime import date

from watcher.facts.inspection import Home
from watcher.facts.quotes import Findings
from watcher.judging.changes import Change
from watcher.messages.alert import Alert
from watcher.rounds.tell.news import News
from watcher.watching.watch_index import WatchIndex
from watcher.watching.watches import labels_of


def routed(
    change: Change,
    home: Home,
    index: WatchIndex,
    day: date,
    findings: Findings | None = None,
) -> News:
    """The change as news for the watches that ask for it that day; what nobody asks for is kept with the reasons."""
    routing = index.route(change.what, home, day)
    alert = Alert.of(change, home, findings=findings)
    if routing.channels:
        alert = alert.routed(routing.watches, routing.channels, labels_of(home, index.watches, routing.watches))
    return News(change=change, home=home, alert=alert, reasons=routing.reasons)
