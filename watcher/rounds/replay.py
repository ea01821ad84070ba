"""The alerts that a configuration would have sent over a past period, from stored history alone."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from watcher.config.settings import Settings
from watcher.facts.inspection import Home, Inspection
from watcher.history.protocol import History
from watcher.judging.around import around
from watcher.judging.changes import Change
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.watching.watches import labels_of, route


def replay(history: History, settings: Settings, first: date, last: date) -> Iterator[Alert]:
    """Each alert that some watch asks for, in the order in which its readers could have known.

    Inspections become known on the day published, or on the day inspected where that is unknown. What no inspection
    tells by itself (withdrawn, corrected, closed, overdue) is not replayed.
    """
    found = [
        (inspection.became_known, home.key, inspection.order, alert)
        for home in history.homes()
        for inspection, alert in _alerts(home, _known(history, home), settings, first, last)
    ]
    return (alert for *_, alert in sorted(found, key=lambda entry: entry[:3]))


def find_judged(history: History, settings: Settings, beginning: str) -> list[Alert]:
    """The changes whose ids begin so, of all that the stored inspections ever brought, with what was around them then.

    Nothing of a report is in them: reports are read once, and what was quoted is kept with the changes that were told.
    """
    return [
        alert
        for home in history.homes()
        for alert in judged(history, settings, home, lambda change: change.id.startswith(beginning))
    ]


def judged(
    history: History, settings: Settings, home: Home, wanted: Callable[[Change], bool] = lambda _: True
) -> Iterator[Alert]:
    """The changes that a home's stored inspections brought, in their order, with what was around them then."""
    inspections = _known(history, home)
    for number, inspection in enumerate(inspections):
        for change in filter(wanted, judge(inspections[:number], inspection).changes):
            context = around(change, home, history.register(), settings.groups, inspection.became_known)
            routing = route(change, home, settings.watch, settings.groups, inspection.became_known)
            labels = labels_of(home, settings.watch, routing.watches)
            yield Alert.of(change, home, context=context).routed(routing.watches, routing.channels, labels)


def _known(history: History, home: Home) -> list[Inspection]:
    inspections = (record.inspection for record in history.records(home.key) if record.withdrawn is None)
    return sorted(inspections, key=lambda inspection: (inspection.became_known, inspection.order))


def _alerts(
    home: Home, inspections: Sequence[Inspection], settings: Settings, first: date, last: date
) -> Iterator[tuple[Inspection, Alert]]:
    for number, inspection in enumerate(inspections):
        if not first <= inspection.became_known <= last:
            continue
        for change in judge(inspections[:number], inspection).changes:
            routing = route(change, home, settings.watch, settings.groups, inspection.became_known)
            if routing.watches:
                labels = labels_of(home, settings.watch, routing.watches)
                yield inspection, Alert.of(change, home).routed(routing.watches, routing.channels, labels)
