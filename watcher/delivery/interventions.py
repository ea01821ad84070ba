"""What the operator asks for: a message once more, or no more, or all that waits for a channel."""

from watcher.delivery.books import Books
from watcher.delivery.lanes import Lanes
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.stops import Stops
from watcher.delivery.store import Ledger, Store
from watcher.timing.clock import Clock


class Interventions:
    """All that one alters is handed to its `store` at once, even if that is nothing."""

    def __init__(self, ledger: Ledger, books: Books, lanes: Lanes, stops: Stops, clock: Clock) -> None:
        self._ledger = ledger
        self._books = books
        self._lanes = lanes
        self._stops = stops
        self._clock = clock

    def retry(self, delivery_id: str, store: Store | None) -> bool:
        """Makes a message due now that was refused, held back, of unknown fate, or waits; whether there is one."""
        books = self._books
        delivery = books.given_up.get(delivery_id) or books.waiting.get(delivery_id) or self._held_back(delivery_id)
        if delivery is None:
            return False
        moved = self._stops.started_again((delivery.channel, None), (delivery.channel, delivery.recipient))
        delivery, now = moved.get(delivery_id, delivery), self._clock.now()
        is_late = delivery.state is State.WAITING and delivery.due > now
        if is_late or delivery.state not in (State.WAITING, State.SENDING):
            moved[delivery_id] = delivery.retried(now)
        books.store_by(store, moved.values())
        if (lane := self._lanes.of(delivery)) is not None:
            lane.lift()
        return True

    def _held_back(self, delivery_id: str) -> Delivery | None:
        """A message that a silence holds, or quiet hours do."""
        delivery = self._ledger.delivery(delivery_id)
        return delivery if delivery is not None and (delivery.state is State.SILENCED or delivery.is_held) else None

    def drop(self, delivery_id: str, store: Store | None) -> bool:
        """Gives up a message that was refused, or whose fate the operator has found out; whether there is one."""
        delivery = self._books.given_up.get(delivery_id)
        if delivery is not None:
            why = f"given up by the operator; it was {delivery.state}: {delivery.detail}"
            self._books.store_by(store, [delivery.lapsed(why)])
        return delivery is not None

    def release(self, channel: str, store: Store | None) -> int:
        """Makes everything due now that waits for a channel, or whose fate there is unknown; how many messages."""
        books, now = self._books, self._clock.now()
        ways = [way for way in books.waiting.stopped() if way[0] == channel]
        moved = self._stops.started_again(*ways)
        stopping = set(moved)
        held = [moved.get(delivery.id, delivery) for delivery in books.waiting if delivery.channel == channel]
        waiting = [delivery for delivery in held if delivery.state is State.WAITING]
        unknown = [
            delivery
            for delivery in books.given_up.values()
            if delivery.channel == channel and delivery.state is State.UNKNOWN
        ]
        found = [*(delivery for delivery in waiting if delivery.due > now), *unknown]
        started = {delivery.id for delivery in waiting} if ways else set()
        number = len({delivery.id for delivery in found} | stopping | started)
        if number:
            books.store_by(store, {**moved, **{delivery.id: delivery.retried(now) for delivery in found}}.values())
        for lane in self._lanes.of_channels({channel}):
            lane.lift()
        return number
