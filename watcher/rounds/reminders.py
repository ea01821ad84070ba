"""Which alerts are to be sent once more, because nobody has acknowledged them; pure, from persisted facts alone.

The n-th reminder of a channel is due n times `repeat` after that channel took the alert. Only the one that is due now
is made: after a pause readers get one message, not all those missed. Its id names change, channel and number, so
that no restart and no step of the clock sends it twice.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State, messages
from watcher.history.protocol import Told
from watcher.judging.changes import NEWLY_INADEQUATE, TO_ACKNOWLEDGE, What
from watcher.messages.message import Reminder
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.made_watches import known_in
from watcher.watching.watches import Watch, readers_labels, readers_names

REMINDED = TO_ACKNOWLEDGE
"""The changes that are worth a reminder; a group concern only to those who are not reminded of the drop with it."""

MOST = 20
"""Reminders of one alert to one channel."""

TOO_LATE = timedelta(days=7)
"""What is overdue for longer is not sent: the watch began to ask for it long after the alert."""

LATEST_TAKEN = timedelta(days=30)
"""A channel that takes an alert later than this after it was made is not reminded of it."""

_OF_THE_HOME = (What.RECOVERED, What.CLOSED)
_OF_THE_INSPECTION = (What.CORRECTED, What.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One alert and what became of it."""

    told: Told
    changes: Sequence[Told] = ()
    """Every change of that home."""
    deliveries: Sequence[Delivery] = ()
    """Every message about the alert, reminders too."""
    acknowledgement: Acknowledgement | None = None

    def why_over(self) -> str:
        """Why nobody needs to be reminded any more; empty as long as somebody does."""
        if self.acknowledgement is not None:
            return f"acknowledged by {self.acknowledgement.by}"
        later = self.superseded_by()
        return f"superseded: {later.alert.change.value}" if later else ""

    def superseded_by(self) -> Told | None:
        """What was told since and leaves nothing to be done about it; None while there is no such thing."""
        return next((other for other in self.changes if self._is_superseded_by(other)), None)

    @property
    def is_to_acknowledge(self) -> bool:
        """Whether somebody was told, and is asked to take it in hand, or was."""
        return self.told.alert.change in REMINDED and bool(self.deliveries)

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for it to be taken in hand."""
        return self.is_to_acknowledge and not self.why_over()

    def _is_superseded_by(self, other: Told) -> bool:
        if other.number <= self.told.number:
            return False
        same = (other.alert.kind, other.alert.day) == (self.told.alert.kind, self.told.alert.day)
        return other.alert.change in _OF_THE_HOME or (same and other.alert.change in _OF_THE_INSPECTION)

    @property
    def reminded_otherwise(self) -> frozenset[str]:
        """The watches that are reminded of the inspection by another change: of a group concern those of its drop."""
        alert = self.told.alert
        if alert.change is not What.GROUP_CONCERN:
            return frozenset()
        others = (other.alert for other in self.changes if other.alert.change in NEWLY_INADEQUATE)
        same = (other for other in others if (other.kind, other.day) == (alert.kind, alert.day))
        return frozenset(watch for other in same for watch in other.watches)

    def first(self, channel: str) -> Delivery | None:
        """The alert's own message to a channel; of several recipients' the one that was taken."""
        own = [delivery for delivery in self.deliveries if delivery.channel == channel and delivery.reminder is None]
        return next((delivery for delivery in own if delivery.state is State.ACCEPTED), own[0] if own else None)


def reminders_due(case: Case, settings: Settings, now: datetime) -> tuple[Delivery, ...]:
    """The messages that are due now and were never made, waiting to be sent."""
    if case.told.alert.change not in REMINDED or case.why_over():
        return ()
    wanted = set(case.told.alert.watches) - case.reminded_otherwise
    asking = [watch for watch in settings.watch if watch.name in wanted]
    made = {delivery.id for delivery in case.deliveries}
    due = (*_repetitions(case, asking, now), *_escalations(case, asking, now))
    return tuple(
        delivery
        for channel, which, reminder in due
        for delivery in _deliveries(case, settings, channel, which, reminder, now)
        if delivery.id not in made
    )


def oldest(watches: Sequence[Watch], now: datetime) -> datetime:
    """Alerts made before this need not be looked at: nothing can be due."""
    lengths = [max(MOST * (watch.repeat or timedelta()), watch.escalates_after) for watch in watches]
    return now - max(lengths, default=timedelta()) - TOO_LATE - LATEST_TAKEN


def _repetitions(case: Case, watches: Sequence[Watch], now: datetime) -> Iterator[tuple[str, str, Reminder]]:
    for channel, repeat in _shortest(watches, lambda watch: (watch.to, watch.repeat)).items():
        first = case.first(channel)
        if first is None or first.state is not State.ACCEPTED or first.attempted is None:
            continue
        since = now - first.attempted
        number = min(since // repeat, MOST)
        if number > 0 and since - number * repeat <= max(repeat, TOO_LATE):
            yield channel, f"reminder {number}", Reminder(number=number, alert=case.told.seen)


def _escalations(case: Case, watches: Sequence[Watch], now: datetime) -> Iterator[tuple[str, str, Reminder]]:
    """Counted from when the alert was made: one that no channel takes is the more urgent. A silenced one never was."""
    own = [delivery for delivery in case.deliveries if delivery.reminder is None]
    if not any(delivery.state is not State.SILENCED for delivery in own):
        return
    since = now - case.told.seen
    for channel, after in _shortest(watches, lambda watch: (watch.escalate_to, watch.escalates_after)).items():
        if after <= since <= after + TOO_LATE:
            yield channel, "escalation", Reminder(after_seconds=after.total_seconds(), alert=case.told.seen)


def _shortest(
    watches: Sequence[Watch], asked: Callable[[Watch], tuple[Sequence[str], timedelta | None]]
) -> Mapping[str, timedelta]:
    """For each channel the shortest time that any watch asks for; of two watches a channel hears once."""
    found: dict[str, timedelta] = {}
    for channels, length in map(asked, watches):
        if length is not None:
            found |= {channel: min(length, found.get(channel, length)) for channel in channels}
    return found


def _deliveries(
    case: Case, settings: Settings, channel: str, which: str, reminder: Reminder, now: datetime
) -> Iterator[Delivery]:
    alert = case.told.alert
    alert = replace(alert, watches=known_in(channel, alert.watches))
    others = readers_names(alert.other_homes, channel, settings.watch)
    alert = alert.labelled(readers_labels(alert.labels, channel, settings.watch), others)
    made = messages(settings.channels, channel, alert.home, alert, f"{alert.id} {which}", now)
    return (replace(delivery, reminder=reminder) for delivery in made)


def lapsing(case: Case, due: Sequence[Delivery]) -> tuple[Delivery, ...]:
    """The reminders that wait and are not needed any more: of an alert that is over, or older than one that is due."""
    why = case.why_over()
    newest = {reminded.channel: reminded.reminder.number for reminded in due if reminded.reminder}
    return tuple(
        delivery.lapsed(why or f"reminder {newest[delivery.channel]} takes its place")
        for delivery in case.deliveries
        if delivery.reminder
        and delivery.is_untried
        and (why or 0 < delivery.reminder.number < newest.get(delivery.channel, 0))
    )
