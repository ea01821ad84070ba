"""The call of a channel for a message that is marked as being sent."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from watcher.delivery.books import Books
from watcher.delivery.channel import Channel
from watcher.delivery.lane import Lane
from watcher.delivery.lanes import Lanes
from watcher.delivery.ledger import Delivery
from watcher.delivery.licence import Licence
from watcher.delivery.present import Present, present_of
from watcher.delivery.revisions import call_of, handed
from watcher.delivery.store import Ledger
from watcher.delivery.verdict import Answer, Verdict
from watcher.timing.clock import Clock


class Handover:
    """Hands messages to their channels, as they are to be at that moment."""

    def __init__(self, ledger: Ledger, books: Books, lanes: Lanes, clock: Clock, licence: Licence) -> None:
        self._ledger = ledger
        self._books = books
        self._lanes = lanes
        self._clock = clock
        self._licence = licence

    def ask(
        self, lane: Lane, channel: Channel, delivery: Delivery, sent: Delivery, *, in_a_row: bool
    ) -> "asyncio.Task[Verdict | None]":
        """Asks for the call, which has its turn after those before it; `sent` is the message as it is marked."""
        message = handed(delivery, self._ledger.delivery, partial(self._present, channel))
        waits_more = self._books.waiting.has_more(self._lanes.way_of(sent), self._clock.now())
        more_follow = lane.queueing > 0 or waits_more
        message = replace(message, term=self._licence.term, more_follow=more_follow)
        send = partial(self._sent_now, partial(call_of(channel, delivery), message), sent.term)
        return lane.ask(send, sent, in_a_row=in_a_row, more_follow=more_follow)

    def _sent_now(self, send: Callable[[], Verdict], term: int | None) -> Verdict:
        """The verdict of the call; where it may not be made any more, it certainly was not."""
        if self._licence.allows(term):
            return send()
        return Verdict(Answer.LATER, "not sent: another watcher leads by now")

    def _present(self, channel: Channel, delivery: Delivery, parent: Delivery | None) -> Present:
        return present_of(delivery, parent, channel, self._ledger, self._clock.now())


async def verdict_of(asked: "asyncio.Task[Verdict | None]") -> Verdict:
    """What comes of the call, whatever comes."""
    try:
        verdict = await asked
    except TimeoutError:
        return Verdict(Answer.UNKNOWN, "no answer within the deadline")
    return verdict or Verdict(Answer.UNKNOWN, "no verdict")
