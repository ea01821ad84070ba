"""Whether a message of unknown fate arrived."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from watcher.delivery.books import Books
from watcher.delivery.calls import NotCalledError
from watcher.delivery.channel import Channel
from watcher.delivery.lane import Lane
from watcher.delivery.lanes import Lanes, Manner
from watcher.delivery.ledger import MOST_UNKNOWN, Delivery, State
from watcher.delivery.licence import Licence
from watcher.delivery.outcomes import Outcomes
from watcher.delivery.pauses import Pauses
from watcher.delivery.revisions import handed
from watcher.delivery.store import Ledger
from watcher.delivery.verdict import Answer, Verdict


class Inquiry:
    """Looks for messages in their channels before they are sent again."""

    def __init__(
        self,
        ledger: Ledger,
        books: Books,
        lanes: Lanes,
        manner: Manner,
        *,
        licence: Licence,
        outcomes: Outcomes,
        pauses: Pauses,
    ) -> None:
        self._ledger = ledger
        self._books = books
        self._lanes = lanes
        self._clock = manner.clock
        self._deadline = manner.deadline
        self._licence = licence
        self._outcomes = outcomes
        self._pauses = pauses

    async def look(self, lane: Lane, channel: Channel, delivery: Delivery, since: datetime) -> Delivery:
        """The message after looking for it; where it is certain that it did not arrive, it is unsure no more.

        What can't be asked now waits. What can never be told goes again, but not for ever.
        """
        await lane.space(channel.spacing)
        asked = self._clock.now()
        found = await self._found(lane, channel, delivery, since)
        if self._books.waiting.get(delivery.id) is None:  # accepted late, or silenced meanwhile
            return delivery
        if found is None:
            return delivery if self._may_arrive_yet(delivery, asked) else delivery.certain()
        if found.answer is Answer.LATER:
            return self._asked_again(delivery, found)
        if found.answer is not Answer.UNKNOWN:
            return self._outcomes.settle(lane, delivery, found)
        if delivery.is_for_operator:
            detail = f"{MOST_UNKNOWN} attempts, and nothing is known of their fate: {delivery.detail}"
            return self._books.store(replace(delivery.moving(), state=State.UNKNOWN, detail=detail))
        return delivery

    async def _found(self, lane: Lane, channel: Channel, delivery: Delivery, since: datetime) -> Verdict | None:
        try:
            return await lane.call(partial(channel.find, handed(delivery, self._ledger.delivery), since))
        except (TimeoutError, NotCalledError):
            return Verdict(Answer.LATER, "looking for it took too long")

    def _asked_again(self, delivery: Delivery, found: Verdict) -> Delivery:
        pause = self._pauses.before_next(max(delivery.attempts, delivery.looks + 1), found.retry_after)
        due = self._clock.now() + pause
        return self._books.store(replace(delivery, due=due, detail=found.detail, looks=delivery.looks + 1))

    def _may_arrive_yet(self, delivery: Delivery, asked: datetime) -> bool:
        """Whether what was not there when it was asked for may be on its way still.

        Its last call may hang, or was cut off so lately that its channel may be at it, or another made it, who may
        only be stopped.
        """
        is_lately = delivery.attempted is not None and asked < delivery.attempted + self._deadline
        is_left = any(lane.is_left_with(delivery) for lane in self._lanes.all())
        return is_lately or is_left or not self._licence.is_own(delivery)
