"""Takes up what others have sent, were sending, or have stored: a former process, or another leader."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from watcher.delivery.books import SLICE, Books
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.licence import Licence
from watcher.delivery.stops import Stops
from watcher.delivery.store import Ledger
from watcher.delivery.under_way import UnderWay
from watcher.delivery.unstored import Unstored
from watcher.timing.garbage import MANY, keep_for_long


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumption:
    """Of what an outbox left, by another."""

    ledger: Ledger
    books: Books
    licence: Licence
    stops: Stops
    under_way: UnderWay
    unstored: Unstored

    def recover(self) -> None:
        """Takes up what a process that is no more was sending."""
        is_sent = (delivery for delivery in self.books.waiting if delivery.state is State.SENDING)
        found = [delivery.interrupted() for delivery in is_sent if not self.under_way.has(delivery)]
        if found:
            self.books.store(*found)
        self.stops.go_another_way()
        self.stops.hurry_what_was_put_off_ahead()

    async def take_over(self, term: int) -> None:
        """The same of what another leader left; what became of that which was sent here is known, and stored first."""
        self.licence.lead(term)
        self.unstored.store()
        await self.follow()
        if len(self.books.waiting) >= MANY:
            keep_for_long()
        self.recover()
        self.licence.found(delivery.id for delivery in self.books.waiting if delivery.unsure_since is not None)

    async def follow(self) -> None:
        """Takes up what is open now, and what has become of what was.

        It is read beside all else; what is taken up meanwhile holds.
        """
        lately = self.unstored.ids()
        with self.books.noting(lately):
            known = (*self.books.waiting, *self.books.given_up.values())
            found = await asyncio.to_thread(self._stored_of, known)
            for number, delivery in enumerate(found, 1):
                if delivery.id not in lately:
                    self.books.take(delivery)
                if number % SLICE == 0:
                    await asyncio.sleep(0)

    def _stored_of(self, known: Iterable[Delivery]) -> Sequence[Delivery]:
        """What is stored now of the messages known here, and of all others that are open."""
        stored = chain(self.ledger.given_up(), self.ledger.deliveries(open_only=True))
        found = {delivery.id: delivery for delivery in stored}
        ended = [delivery.id for delivery in known if delivery.id not in found]
        return [*found.values(), *filter(None, map(self.ledger.delivery, ended))]
