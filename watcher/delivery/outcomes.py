"""What becomes of a message after a verdict, and of those that wait behind it."""

from collections.abc import Collection
from dataclasses import replace

from watcher.delivery.books import Books
from watcher.delivery.lane import Lane, way_to
from watcher.delivery.lanes import Lanes
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.pauses import Pauses
from watcher.delivery.stops import Stops
from watcher.delivery.together import Together
from watcher.delivery.unstored import Unstored
from watcher.delivery.verdict import Answer, Verdict
from watcher.errors import LedElsewhereError
from watcher.timing.clock import Clock


class Outcomes:
    """Stores verdicts; one that can't be stored is kept, since without it the message would be sent again."""

    def __init__(
        self,
        books: Books,
        lanes: Lanes,
        clock: Clock,
        *,
        pauses: Pauses,
        stops: Stops,
        together: Together,
        unstored: Unstored,
    ) -> None:
        self._books = books
        self._lanes = lanes
        self._clock = clock
        self._pauses = pauses
        self._stops = stops
        self._together = together
        self._unstored = unstored
        self._returned: list[tuple[Lane, Delivery, Verdict]] = []
        """Verdicts that came late and are not stored yet."""

    async def end(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        """The message after the verdict on an attempt, or as somebody else has made it meanwhile."""
        is_anothers, is_accepted = self._books.is_anothers(sent), verdict.answer is Answer.ACCEPTED
        known = self._books.waiting.get(sent.id)
        if is_anothers and not is_accepted:  # what became of the other's attempt nobody can tell by this one
            self._hear(lane, verdict)
            return self._books.waiting.get(sent.id) or sent
        if known is None and not is_anothers:  # an earlier attempt was accepted: that stays
            self._hear(lane, verdict)
            return sent
        if sent.stopped is None and is_accepted:
            return await self._settle_together(lane, sent, verdict)
        return self.settle(lane, sent, verdict)

    def settle(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        """Stores a verdict, and does what it means for others."""
        settled = self._after(lane, sent, verdict)
        with self._unstored.keeping(settled):
            self._books.store(settled)
        self._go_on(lane, sent, settled, verdict)
        return settled

    async def _settle_together(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        """The same of one that was accepted, with what others come to at this moment.

        What it means for others is done first: a later verdict may be stored with it, and that holds.
        """
        settled = self._after(lane, sent, verdict)
        self._go_on(lane, sent, settled, verdict)
        with self._unstored.keeping(settled):
            await self._together.store(settled)
        return settled

    def _after(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        known = self._books.waiting.get(sent.id)
        if known is not None and known.stopped is None:  # the operator ended the stop while this was under way
            sent = replace(sent, stopped=None)
        way = way_to(lane.channel) if verdict.stops else ""  # no secret is hashed for what is not refused
        return sent.settled(verdict, self._clock.now() + self._pauses.after(sent, verdict), way)

    def _go_on(self, lane: Lane, sent: Delivery, settled: Delivery, verdict: Verdict) -> None:
        """What a verdict means for others."""
        if verdict.answer is Answer.ACCEPTED or (sent.stopped is not None and settled.stopped is None):
            self._stops.start_again((settled.channel, None), (settled.channel, settled.recipient))
        self._hear(lane, verdict)

    def _hear(self, lane: Lane, verdict: Verdict) -> None:
        """Learns how a channel does; once it works again, what waits for it goes at once."""
        if lane.note(verdict):
            self._stops.hurry(lane)

    def settle_returned(self, under_way: Collection[Lane]) -> list[Delivery]:
        """Verdicts that came after the deadline still count.

        An accepted one ends its message, whichever attempt it belongs to; another only if there was none since.
        """
        settled = []
        self._returned += self._lanes.returned(under_way)
        while self._returned:
            lane, sent, verdict = self._returned[0]
            known = self._books.stored(sent)
            del self._returned[0]
            is_accepted, is_anothers = verdict.answer is Answer.ACCEPTED, known.term != sent.term
            is_last = known.state is State.WAITING and known.attempts == sent.attempts
            if is_last or (is_accepted and is_anothers):
                settled += self._settled(lane, sent, verdict)
            elif is_accepted and known.state is not State.ACCEPTED:
                settled += self._settled(lane, known, verdict)
        return [delivery for delivery in settled if is_final(delivery)]

    def _settled(self, lane: Lane, sent: Delivery, verdict: Verdict) -> list[Delivery]:
        try:
            return [self.settle(lane, sent, verdict)]
        except LedElsewhereError:
            return []


def is_final(delivery: Delivery) -> bool:
    """Whether it has a verdict that stays."""
    return delivery.state in (State.ACCEPTED, State.REFUSED, State.UNKNOWN, State.DECLINED)
