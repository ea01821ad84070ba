"""What is told of changes: the alerts, the messages to whoever asked, what was told before; no network, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from itertools import chain

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, messages
from watcher.facts.inspection import Home
from watcher.facts.quotes import Findings
from watcher.feeds.feed import Problem
from watcher.history.protocol import History, Told
from watcher.judging.around import around
from watcher.judging.changes import GONE, MOVES, Change, What
from watcher.judging.context import Context
from watcher.judging.judge import newest_graded
from watcher.judging.register import Register
from watcher.messages.alert import Alert
from watcher.rounds.bursts import group
from watcher.rounds.threads import follow
from watcher.rounds.told_before import ToldBefore
from watcher.rounds.working_copy import Absorption
from watcher.watching.silences import held
from watcher.watching.watches import Routing, route


def tell(
    history: History,
    changes: Sequence[Change],
    absorption: Absorption,
    feed: str,
    settings: Settings,
    now: datetime,
    findings: Mapping[str, Findings] | None = None,
) -> tuple[tuple[Told, ...], tuple[Delivery, ...], tuple[Problem, ...]]:
    """Routes changes: what to keep of each, the messages to send, and what was told before and is not told again.

    `findings` are those of inspections, by key.
    """
    told: list[Told] = []
    deliveries: dict[tuple[str, str], tuple[Delivery, ...]] = {}
    untold: list[Delivery] = []
    repeated: list[Problem] = []
    with_threads = [name for name, channel in settings.channels.items() if channel.has_threads]
    silences = history.silences() if changes else ()
    told_before = ToldBefore(history, now) if changes else None
    teller = Teller(history, absorption, settings, now, findings or {})
    for change in changes:
        if history.change(change.id) is not None or change.id in (known.alert.id for known in told):
            if change.what not in (What.OVERDUE, What.CLOSED):
                repeated.append(_repeated(change))
            continue
        home = absorption.home(change.home)
        routing = route(change, home, settings.watch, settings.groups)
        alert = teller.alert(_as_superseded(change, absorption), home, routing)
        told.append(Told(alert=alert, seen=now, feed=feed, reasons=routing.reasons))
        for channel in dict.fromkeys((*routing.channels, *with_threads)):
            if told_before is None or told_before.knows(channel, change):
                continue
            made = messages(settings.channels, channel, change.home, alert, alert.id, now)
            made = tuple(told_before.doubted(held(one, home, silences, now), change) for one in made)
            if channel in routing.channels:
                deliveries.setdefault((channel, _message_of(change)), made)
            else:
                untold += made
    grouped = group(tuple(chain.from_iterable(deliveries.values())), settings.watch, with_threads)
    followed = follow(
        history, settings.channels, grouped, told, untold, lambda key: absorption.home(key).status in GONE
    )
    return tuple(told), followed, tuple(repeated)


class Teller:
    """Makes alerts of changes; of one that somebody asked for, with all that the history tells around it."""

    def __init__(
        self,
        history: History,
        absorption: Absorption,
        settings: Settings,
        now: datetime,
        findings: Mapping[str, Findings],
    ) -> None:
        self._history, self._absorption, self._groups = history, absorption, settings.groups
        self._today = now.astimezone(settings.timezone).date()
        self._findings = findings

    def alert(self, change: Change, home: Home, routing: Routing) -> Alert:
        """The alert of a change."""
        plain = Alert.of(change, home, findings=self._findings.get(change.inspection.key))
        if not routing.channels:
            return plain
        return replace(plain, context=self._context(change, home)).routed(routing.watches, routing.channels)

    def _context(self, change: Change, home: Home) -> Context:
        """As of today; of a move that is superseded already, as of its own publication, without what followed."""
        inspection = change.inspection
        if change.superseded_by is None or change.what is What.LATE:
            day = max(self._today, inspection.became_known)
            return around(change, home, self._register, self._groups, day)
        context = around(change, home, self._register, self._groups, inspection.became_known)
        past = tuple(one for one in context.past if one.inspected <= inspection.inspected)
        return replace(context, past=past, expected_by=None)

    @cached_property
    def _register(self) -> Register:
        """The history's with what is being taken in."""
        return self._history.register().updated(self._absorption.entries())


def _as_superseded(change: Change, absorption: Absorption) -> Change:
    """The change, naming the newer inspection that the same reading brought after it, if there is one."""
    newest = newest_graded(absorption.known(change.home))
    if change.what not in (*MOVES, What.VISITED) or newest is None or newest.order <= change.inspection.order:
        return change
    return replace(change, superseded_by=newest)


def _message_of(change: Change) -> str:
    """What is told in one message: of the moves that one inspection brings the first, which is the more serious."""
    return change.inspection.key if change.what in MOVES else change.id


def _repeated(change: Change) -> Problem:
    what = f"{change.what} was told before and has come again: the page may flap between an old and a new state"
    return Problem(where=change.inspection.key, what=what, home=change.home)
