"""What ends the stop or the rest of a channel: what waits for it goes."""

from dataclasses import replace

from watcher.delivery.books import Books
from watcher.delivery.lane import Lane, way_to
from watcher.delivery.lanes import Lanes
from watcher.delivery.ledger import Delivery, State, Way
from watcher.timing.clock import Clock
from watcher.timing.grid import SMALL_STEP


class Stops:
    """Channels that are stopped, as a whole or for one of their recipients, and those that rest."""

    def __init__(self, books: Books, lanes: Lanes, clock: Clock) -> None:
        self._books = books
        self._lanes = lanes
        self._clock = clock

    def start_again(self, *ways: Way) -> None:
        """Ends stops: what waits goes in its order."""
        if moved := self.started_again(*ways):
            self._books.store(*moved.values())

    def started_again(self, *ways: Way) -> dict[str, Delivery]:
        """What stops these ways, as it is once it stops them no more."""
        waiting = self._books.waiting
        stopping = {delivery.id: delivery for way in ways for delivery in waiting.stopping(*way)}
        now = self._clock.now()
        return {name: replace(delivery.moving(), due=min(delivery.created, now)) for name, delivery in stopping.items()}

    def go_another_way(self) -> None:
        """What was stopped is stopped no more if another way leads there now: a new address or secret."""
        for name, recipient in self._books.waiting.stopped():
            channel = self._lanes.channel(name)
            stopping = self._books.waiting.stopping(name, recipient)
            if channel is not None and any(delivery.stopped != way_to(channel) for delivery in stopping):
                self.start_again((name, recipient))

    def hurry_renewed(self) -> None:
        """What waits for a channel that has come or changed goes at once: what it waited for may be mended."""
        for lane in self._lanes.renewed():
            self.hurry(lane)
        self._lanes.forget_renewed()

    def hurry(self, lane: Lane) -> None:
        """What waits for a way that works again goes at once."""
        now = self._clock.now()
        late = [
            replace(delivery, due=now)
            for delivery in self._books.waiting
            if self._lanes.of(delivery) is lane
            and delivery.state is State.WAITING
            and delivery.due > now
            and delivery.stopped is None
            and delivery.unsure_since is None
        ]
        if late:
            self._books.store(*late)

    def hurry_what_was_put_off_ahead(self) -> None:
        """What waits for a moment that a clock gave which ran ahead, and was set back since, goes at once."""
        now = self._clock.now()
        late = [
            replace(delivery, due=now)
            for delivery in self._books.waiting
            if delivery.state is State.WAITING
            and delivery.due > now
            and max(delivery.created, delivery.attempted or delivery.created) > now + SMALL_STEP
        ]
        if late:
            self._books.store(*late)
