"""After the second step: who was sent what an inspection says is sent its withdrawal and its correction.

Whatever their watches ask for now: a reader who was told of a drop must not go on believing it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from watcher.delivery.ledger import Delivery, State
from watcher.facts.statements import Record
from watcher.history.protocol import History, Told
from watcher.judging.changes import MOVES, Change, What
from watcher.messages.alert import Alert
from watcher.rounds.tell.news import News, Owed

_SAYS = MOVES | {What.LATE, What.CORRECTED}
"""The changes that tell what an inspection says."""

_REACHES = frozenset({State.WAITING, State.SENDING, State.ACCEPTED, State.GATHERED, State.IN_DIGEST})


@dataclass(frozen=True, slots=True)
class Debts:
    """What readers were told before, so that they are told that it holds no more."""

    history: History
    channels: Collection[str]
    """Those of the configuration."""
    watches: Collection[str]
    """The names of those of the configuration."""

    def with_owed(self, news: News, records: Collection[Record]) -> News:
        """The news for those too who were told what it takes back; `records` are those of its home.

        That a report was issued again as it was is news for those alone who were told that it had gone.
        """
        wanted = _takes_back(news.change)
        owed = {
            channel: debt
            for told in _told_of(self.history, news.change, records)
            if told.alert.change in wanted
            for channel, debt in self._sent(told)
        }
        if news.change.is_reissue_alone:
            reasons = dict.fromkeys((*news.reasons, *news.alert.watches), "nobody there was told that it had gone")
            news = replace(news, alert=news.alert.routed((), ()), reasons=reasons)
        owed = {channel: debt for channel, debt in owed.items() if channel not in news.alert.channels}
        alert = replace(news.alert, channels=(*news.alert.channels, *owed))
        return replace(news, alert=alert, owed=owed)

    def _sent(self, told: Told) -> Iterator[tuple[str, Owed]]:
        """The channels that were sent a change, and why they are owed another; none that is configured no more."""
        for message in self.history.messages_about(told.alert.id):
            watches = _asking(message, self.watches)
            if message.channel in self.channels and watches and message.state in _REACHES:
                yield message.channel, Owed(told.alert.change, watches)


def _asking(message: Delivery, watches: Collection[str]) -> tuple[str, ...]:
    """The watches that a message was sent for, and that there are still."""
    asked = message.content.watches if isinstance(message.content, Alert) else ()
    return tuple(watch for watch in asked if watch in watches)


def _takes_back(change: Change) -> Collection[What]:
    if change.is_reissue_alone:
        return (What.WITHDRAWN,)
    if change.what is What.CORRECTED:
        return (*_SAYS, What.WITHDRAWN)
    return _SAYS if change.what is What.WITHDRAWN else ()


def _told_of(history: History, change: Change, records: Collection[Record]) -> list[Told]:
    """What was told of the change's inspection; sources that came later may date it otherwise than its alerts do."""
    if not _takes_back(change):
        return []
    statements = [
        statement for record in records if record.inspection == change.inspection for statement in record.statements
    ]
    visits = {(said.kind.value, said.day) for said in (change.inspection, *statements)}
    return [told for told in history.changes(change.home) if (told.alert.kind, told.alert.day) in visits]


def why_owed(owed: Mapping[str, Owed]) -> dict[str, str]:
    """For each channel that no watch asked for, why it is told all the same."""
    return {
        channel: f"it was sent {debt.what.value!r} of this inspection for {', '.join(debt.watches)}"
        for channel, debt in owed.items()
    }
