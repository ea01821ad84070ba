"""The mark that a message is being sent, stored before the call; and whether it is to be sent at all."""

from watcher.delivery.books import Books
from watcher.delivery.channel import Channel
from watcher.delivery.lane import Lane
from watcher.delivery.lanes import Lanes
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.licence import Licence
from watcher.delivery.revisions import why_needless
from watcher.delivery.stopped_mails import why_declined
from watcher.delivery.store import Ledger
from watcher.delivery.together import Together
from watcher.timing.clock import Clock


class Intents:
    """Puts marks, and takes back those of which it is certain that no call was made."""

    def __init__(
        self, ledger: Ledger, books: Books, lanes: Lanes, clock: Clock, *, licence: Licence, together: Together
    ) -> None:
        self._ledger = ledger
        self._books = books
        self._lanes = lanes
        self._clock = clock
        self._licence = licence
        self._together = together

    def needless(self, channel: Channel, delivery: Delivery) -> Delivery | None:
        """The message as its recipient wants it, who stopped these mails, or not needed any more; None if it is."""
        if why := self.why_declined(delivery):
            return self._books.store(delivery.declined(why))
        if why := why_needless(delivery, channel, self._ledger.delivery, self._books.waiting.behind(delivery)):
            return self._books.store(delivery.lapsed(why))
        return None

    def why_declined(self, delivery: Delivery) -> str:
        """Why its recipient wants no such mails by now; empty where he does."""
        return why_declined(delivery, self._ledger.stop_of)

    def of(self, delivery: Delivery) -> Delivery:
        """The message as being sent now."""
        return delivery.sending(self._clock.now(), self._licence.term)

    async def is_put(self, lane: Lane, sent: Delivery) -> bool:
        """Marks a message as being sent; not one that was silenced or altered, or goes another way, at that moment."""
        known = self._books.waiting.get(sent.id)

        def is_still_wanted() -> bool:
            is_as_it_was = known is not None and self._books.waiting.get(sent.id) is known
            return is_as_it_was and self._lanes.of(sent) is lane and self._licence.may_send()

        return await self._together.store(sent, is_still_wanted) is not None

    def take_back(self, sent: Delivery, instead: Delivery) -> Delivery:
        """One that was marked and certainly not sent; as somebody else has made it meanwhile, if anybody has."""
        known = self._books.waiting.get(sent.id)
        if known is None or (known.state, known.attempts, known.term) != (sent.state, sent.attempts, sent.term):
            return known or sent
        return self._books.store(instead)

    def is_closed(self, lane: Lane, delivery: Delivery) -> bool:
        """Whether one that is marked is not to be sent now after all, since things went wrong before its turn came."""
        known, waiting = self._books.waiting.get(delivery.id), self._books.waiting
        if known is None or known.state is not State.SENDING:
            return True
        is_stopped = waiting.stopping(delivery.channel) or waiting.stopping(delivery.channel, delivery.recipient)
        is_closed = not lane.is_open or self._lanes.of(delivery) is not lane
        return bool(is_stopped) or is_closed or not self._licence.may_begin()
