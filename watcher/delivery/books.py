"""What is open and what was given up, as it is stored: nothing is known here that the history does not know."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from types import MappingProxyType

from watcher.delivery.lanes import Lanes
from watcher.delivery.last_sent import LastSent
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.store import Ledger, Store
from watcher.delivery.waiting import Waiting
from watcher.errors import LedElsewhereError, TransientError
from watcher.timing.garbage import MANY, keep_for_long

SLICE = 100
"""Messages that are taken up at a stretch."""


class Books:
    """The messages as they stand now; each step is stored before the next."""

    def __init__(self, ledger: Ledger, lanes: Lanes) -> None:
        self._ledger = ledger
        self._lanes = lanes
        self.waiting = Waiting(lanes.way_of)
        self.last_sent = LastSent()
        self._given_up: dict[str, Delivery] = {}
        self._newest = 0
        """The highest number among the messages taken up."""
        self._noted: set[str] | None = None
        for delivery in chain(ledger.last_sent(), ledger.given_up(), ledger.deliveries(open_only=True)):
            self.take(delivery)
            if delivery.state in (State.WAITING, State.SENDING):
                self._newest = max(self._newest, delivery.number)
            lanes.resume(delivery)

    @property
    def given_up(self) -> Mapping[str, Delivery]:
        """The refused ones, and those whose fate is for the operator to find out, by id."""
        return MappingProxyType(self._given_up)

    def known(self, delivery_id: str) -> Delivery | None:
        """What is stored of a message, open or not."""
        return self.waiting.get(delivery_id) or self._ledger.delivery(delivery_id)

    def stored(self, sent: Delivery) -> Delivery:
        """What is stored of it; where that cannot be asked now, its verdict must not be lost for that."""
        try:
            return self._ledger.delivery(sent.id) or sent
        except TransientError:
            return self.waiting.get(sent.id) or replace(sent, term=None)

    def is_anothers(self, sent: Delivery) -> bool:
        """Whether somebody else has been sending it since."""
        return self.stored(sent).term != sent.term

    def take(self, delivery: Delivery) -> None:
        """Takes a message as it is stored."""
        if self._noted is not None:
            self._noted.add(delivery.id)
        self.waiting.put(delivery)
        self._lanes.open_for(delivery)
        self._given_up.pop(delivery.id, None)
        if delivery.state in (State.REFUSED, State.UNKNOWN):
            self._given_up[delivery.id] = delivery
        self.last_sent.note(delivery)

    def taken_up(self) -> Iterator[int]:
        """Takes up one after another that was stored since, counting."""
        new = self._ledger.deliveries(open_only=True, after=self._newest)
        for number, delivery in enumerate(new, 1):
            self._newest = max(self._newest, delivery.number)
            self.take(delivery)
            if number % MANY == 0:
                keep_for_long()
            yield number

    @contextmanager
    def noting(self, noted: set[str]) -> Iterator[None]:
        """Meanwhile the ids of what is taken are noted."""
        self._noted = noted
        try:
            yield
        finally:
            self._noted = None

    def store(self, *deliveries: Delivery) -> Delivery:
        """Stores messages, the first of which it yields; what another leader has made of them holds."""
        try:
            self._ledger.store(deliveries)
        except LedElsewhereError:
            for known in filter(None, (self._ledger.delivery(delivery.id) for delivery in deliveries)):
                self.take(known)
            raise
        for delivery in deliveries:
            self.take(delivery)
        return deliveries[0]

    def store_by(self, store: Store | None, deliveries: Collection[Delivery]) -> None:
        """Stores what somebody asked for together with his asking."""
        if store is not None:
            store(tuple(deliveries))
        elif deliveries:
            self._ledger.store(tuple(deliveries))
        for delivery in deliveries:
            self.take(delivery)
