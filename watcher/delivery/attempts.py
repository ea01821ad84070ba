"""One attempt to send a message: the mark, the call, the verdict."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from watcher.delivery.books import Books
from watcher.delivery.calls import NotCalledError
from watcher.delivery.channel import Channel, current
from watcher.delivery.handover import Handover, verdict_of
from watcher.delivery.inquiry import Inquiry
from watcher.delivery.intents import Intents
from watcher.delivery.lane import Lane
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.outcomes import Outcomes
from watcher.delivery.under_way import UnderWay
from watcher.delivery.verdict import Verdict
from watcher.errors import LedElsewhereError
from watcher.timing.clock import Clock


@dataclass(frozen=True, slots=True)
class _Turn:
    """Of one message on its way."""

    lane: Lane
    channel: Channel
    begin_more: Callable[[], None]
    """Begins what else can go on at once, so that it is stored with what is stored now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Makes attempts, of any number of messages at once."""

    books: Books
    clock: Clock
    intents: Intents
    inquiry: Inquiry
    handover: Handover
    outcomes: Outcomes
    under_way: UnderWay

    async def make(self, lane: Lane, delivery: Delivery, begin_more: Callable[[], None]) -> Delivery:
        """The message after one attempt, or as somebody else has made it meanwhile."""
        try:
            return await self._make(_Turn(lane, current(lane.channel), begin_more), delivery)
        except LedElsewhereError:
            return self.books.known(delivery.id) or delivery

    async def _make(self, turn: _Turn, delivery: Delivery) -> Delivery:
        """The message after one attempt, or after it was found to have arrived by an earlier one, or to be needless."""
        lane, channel = turn.lane, turn.channel
        if needless := self.intents.needless(channel, delivery):
            return needless
        if (lane.has_row or lane.queueing) and delivery.unsure_since is None:
            return await self._make_in_a_row(turn, delivery)
        if delivery.unsure_since is not None and not delivery.is_repeatable:
            delivery = await self.inquiry.look(lane, channel, delivery, delivery.unsure_since)
            if delivery.state is not State.WAITING or delivery.due > self.clock.now():
                return delivery
        await lane.space(lane.least_between(channel))
        await self.under_way.take_turns()
        sent = self.intents.of(delivery)
        if not await self.intents.is_put(lane, sent):
            return self.books.waiting.get(delivery.id) or delivery
        if why := self.intents.why_declined(delivery):  # meanwhile
            return self.intents.take_back(sent, delivery.declined(why))
        return await self._called(turn, delivery, sent)

    async def _make_in_a_row(self, turn: _Turn, delivery: Delivery) -> Delivery:
        """The same of one that is marked while those before it are still being sent; it may be taken back."""
        lane, sent = turn.lane, self.intents.of(delivery)
        lane.queueing += 1
        try:
            is_marked = await self.intents.is_put(lane, sent)
        finally:
            lane.queueing -= 1
        if not is_marked:
            return self.books.waiting.get(delivery.id) or delivery
        if why := self.intents.why_declined(delivery):
            return self.intents.take_back(sent, delivery.declined(why))
        if self.intents.is_closed(lane, delivery):
            return self.intents.take_back(sent, delivery)
        return await self._called(turn, delivery, sent, in_a_row=True)

    async def _called(self, turn: _Turn, delivery: Delivery, sent: Delivery, *, in_a_row: bool = False) -> Delivery:
        """The message after the call; as it was before where that was certainly not made."""
        try:
            verdict = await verdict_of(self._ask(turn, delivery, sent, in_a_row=in_a_row))
        except NotCalledError:
            return self.intents.take_back(sent, delivery)
        return await self._end(turn, sent, verdict)

    def _ask(
        self, turn: _Turn, delivery: Delivery, sent: Delivery, *, in_a_row: bool
    ) -> "asyncio.Task[Verdict | None]":
        """The call; others may be marked from now on if it is one of a row."""
        asked = self.handover.ask(turn.lane, turn.channel, delivery, sent, in_a_row=in_a_row)
        if turn.lane.has_row:
            turn.begin_more()
        return asked

    async def _end(self, turn: _Turn, sent: Delivery, verdict: Verdict) -> Delivery:
        """The message after a verdict, which is stored together with what is marked next where many go in a row."""
        self.under_way.note_verdict(sent)
        if turn.lane.has_row:
            turn.begin_more()
        else:
            await self.under_way.take_turns()
        return await self.outcomes.end(turn.lane, sent, verdict)
