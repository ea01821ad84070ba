"""Who may begin now: the round in which messages are sent."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from watcher.delivery.attempts import Attempts
from watcher.delivery.books import Books
from watcher.delivery.lane import Lane
from watcher.delivery.lanes import Lanes
from watcher.delivery.ledger import Delivery, Way
from watcher.delivery.licence import Licence
from watcher.delivery.outcomes import Outcomes
from watcher.delivery.under_way import UnderWay
from watcher.timing.clock import Clock

LOOK_AGAIN = 0.1  # seconds; while one channel's call takes long, the others' new messages wait no longer than this


@dataclass(slots=True, kw_only=True)
class Dispatch:
    """Begins attempts, side by side for all channels."""

    books: Books
    lanes: Lanes
    clock: Clock
    licence: Licence
    attempts: Attempts
    outcomes: Outcomes
    under_way: UnderWay
    _is_beginning: bool = field(default=False, init=False)
    _news: "asyncio.Future[None] | None" = field(default=None, init=False)
    """While a round waits: what ends that wait when something new is to be sent."""

    async def round(self, within: timedelta | None) -> tuple[Delivery, ...]:
        """Sends what is due, beginning attempts for at most `within`; those that got a final verdict."""
        began = self.clock.monotonic()
        ended: list[Delivery] = []
        self._is_beginning = True
        try:
            while self.licence.may_begin() and (
                within is None or self.clock.monotonic() - began <= within.total_seconds()
            ):
                ended += self.outcomes.settle_returned(self.under_way.lanes())
                self._begin_attempts()
                if not self.under_way:
                    break
                await self._wait_for_something()
                ended += self.under_way.collect()
        finally:
            self._is_beginning = False
        return tuple(ended)

    def tell_of_news(self) -> None:
        """There is something new to be sent: a round waits no longer."""
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    async def _wait_for_something(self) -> None:
        """Until an attempt ends or there is something new: what one channel takes long over holds up no other."""
        self._news = asyncio.get_running_loop().create_future()
        try:
            waited_for: list[asyncio.Future[Any]] = [*self.under_way.tasks(), self._news]
            await asyncio.wait(waited_for, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._news.cancel()
            self._news = None

    def _begin_attempts(self) -> None:
        """Begins attempts for each place that is free; of channels that share one, that due longest goes first."""
        now, rooms, lanes = self.clock.now(), self.under_way.room(), self.lanes.by_way()
        due = [
            (delivery.due, delivery.number, way)
            for way, room in rooms.items()
            if room > 0 and (delivery := self.books.waiting.next(way, now, self.under_way)) is not None
        ]
        taken = self.under_way.places()
        for _, _, way in sorted(due, key=lambda entry: entry[:2]):
            if lanes[way].place not in taken:
                taken.add(lanes[way].place)
                self._begin(way, lanes[way], rooms[way], now)

    def _begin(self, way: Way, lane: Lane, room: int, now: datetime) -> None:
        for _ in range(room):
            if (delivery := self.books.waiting.next(way, now, self.under_way)) is None:
                break
            attempt = self.attempts.make(lane, delivery, self._begin_more)
            task = asyncio.create_task(attempt, name=f"deliver to {way[0]}")
            self.under_way.put(delivery, way, lane, task, self.licence.term)

    def _begin_more(self) -> None:
        """What can go on is begun at once while a round lasts."""
        if self._is_beginning and self.licence.may_begin():
            self._begin_attempts()
