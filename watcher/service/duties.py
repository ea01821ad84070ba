"""What is done by the one service that leads: it reads, tells, sends, answers, and watches itself while it does."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.delivery.operators import sender, to_operator
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import History, Transaction
from watcher.messages.matter import Matter
from watcher.rounds import calendar
from watcher.rounds.beside import made_beside
from watcher.rounds.overdue import overdue
from watcher.rounds.poll import Round
from watcher.rounds.remind import remind_beside
from watcher.service.announcements import as_known, notice_of
from watcher.service.house import House
from watcher.service.readings import Readings
from watcher.service.self_watch import (
    ROOM_FOR_COMMITS,
    announcements,
    clock_step,
    find_matters,
    matter_of_refusal,
)
from watcher.timing.grid import SMALL_STEP

log = structlog.get_logger(__name__)


class Answering(Protocol):
    """The bots, as far as the service looks after them."""

    async def look(self) -> None:
        """Has those run that the configuration in force asks for."""
        ...

    def matters(self) -> Sequence[Matter]:
        """What the operator is to know of them."""
        ...

    def connected(self) -> Mapping[str, bool]:
        """Whether each is connected, by the channel that it is called by."""
        ...

    async def stop(self) -> None:
        """Ends them within seconds; they may be begun again."""
        ...


class Duties:
    """Those of one leadership, from its beginning to its end."""

    def __init__(
        self,
        house: House,
        bots: Answering | None,
        after_round: Callable[[Round, float], None],
        after_delivery: Callable[[Delivery], None],
    ) -> None:
        self._house = house
        self.bots = bots
        self.readings = Readings(house, after_round)
        self._after_delivery = after_delivery
        self._delivering = asyncio.Lock()
        self._watching = asyncio.Lock()
        self._overdue_asked: datetime | None = None
        self.refused_since: datetime | None = None
        """Since when the history takes nothing; None where it does."""
        self._clocks = (house.clock.now(), house.clock.monotonic())

    async def deliver(self) -> None:
        """Sends what is due."""
        async with self._delivering:
            self.count(await self._house.outbox.deliver_due())

    def count(self, ended: Sequence[Delivery]) -> None:
        """Notes messages that have come to their verdict."""
        for delivery in ended:
            log.info("delivery", id=delivery.id, channel=delivery.channel, verdict=delivery.state.value)
            self._after_delivery(delivery)

    async def look_after_bots(self) -> None:
        """Has those bots run that the configuration asks for."""
        if self.bots is not None:
            await self.bots.look()

    async def make_digests(self) -> None:
        """Makes the digests, reports and mornings that are due."""
        house = self._house
        now = house.clock.now()
        if calendar.are_due(house.history, house.settings, now):
            await asyncio.to_thread(house.history.register)  # where nothing is kept of the homes, it takes seconds
        await calendar.make_beside(house.history, house.outbox, lambda: house.settings, now)

    async def remind(self) -> None:
        """Makes the reminders that are due."""
        house = self._house
        await remind_beside(house.history, house.outbox, lambda: house.settings, house.clock.now())

    async def watch_itself(self) -> None:
        """Finds what needs the operator's attention, and tells of it; one look after another."""
        async with self._watching:
            await self._watch_itself()

    async def _watch_itself(self) -> None:
        house = self._house
        now = house.clock.now()
        house.notice_waking(now)
        self._try_the_history(now)
        self._watch_the_clock(now)
        found = [*await self._found(now), *house.matters_of_others()]
        told = announcements(house.settings, house.history, found, now)
        if told.notices:
            self._store(Transaction(notices=told.notices, deliveries=told.deliveries))
        if self._overdue_asked is None or now.date() != self._overdue_asked.date():
            self._overdue_asked = now
            await asyncio.to_thread(house.history.register)  # the first time it takes seconds, for which nothing waits
            if await made_beside(house.history, partial(_overdue, house.history, now), lambda: house.settings):
                await house.outbox.take_up()

    async def _found(self, now: datetime) -> Sequence[Matter]:
        """What needs attention by the configuration in force; looked for beside all else, among all messages."""
        house = self._house
        while True:
            settings = house.settings
            found = await asyncio.to_thread(find_matters, settings, house.history, house.outbox, house.awake_since, now)
            if house.settings is settings:
                return found

    def _store(self, transaction: Transaction) -> None:
        self._house.history.commit(transaction)
        self._house.outbox.refresh()

    def _try_the_history(self, now: datetime) -> None:
        """Tells of a history that takes nothing, once and past the outbox; raises until it takes something again."""
        history = self._house.history
        if history.away:  # of that the service itself tells
            raise CommitFailedError(history.trouble)
        if not history.trouble and self.refused_since is None:
            return
        matter = matter_of_refusal(history.trouble)
        if self.refused_since is None:
            if self._house.settings.place.is_shared and self._takes_again(matter, now):
                return  # a session was ended, or the server restarted: nobody has to do anything
            self.refused_since = now
            self._house.last_resort.tell(notice_of(matter, now, sender()), now)
        if history.room().free_bytes < ROOM_FOR_COMMITS:
            raise CommitFailedError(history.trouble)
        # What is stored here as an open matter is found to be over by this same round, which tells so.
        history.commit(Transaction(notices={matter.key: as_known(matter, self.refused_since)}))
        self.refused_since = None

    def _takes_again(self, matter: Matter, now: datetime) -> bool:
        """Whether the history takes something, of which nothing is left."""
        try:
            self._house.history.commit(Transaction(notices={matter.key: as_known(matter, now)}))
            self._house.history.commit(Transaction(notices={matter.key: None}))
        except CommitFailedError:
            return False
        return True

    def _watch_the_clock(self, now: datetime) -> None:
        """Tells of a step of the wall clock, once for each."""
        monotonic = self._house.clock.monotonic()
        wall_before, monotonic_before = self._clocks
        notice = clock_step(now - wall_before, timedelta(seconds=monotonic - monotonic_before))
        if wall_before > now + SMALL_STEP:
            self._house.outbox.take_back()
        if notice is not None:
            log.warning(notice.title, detail=notice.text)
            messages = to_operator(self._house.settings.operators_channels, "clock", notice, now)
            self._store(Transaction(deliveries=messages))
        self._clocks = (now, monotonic)

    async def keep_up(self) -> None:
        """Has the history tidied up."""
        await asyncio.to_thread(self._house.history.compact)

    async def end(self) -> None:
        """Ends all of it, and waits for what ends within seconds; what is being sent comes to its verdict."""
        if self.bots is not None:
            await self.bots.stop()
        await self.readings.end()


def _overdue(history: History, now: datetime, settings: Settings) -> Transaction | None:
    taken = overdue(history, settings, now)
    return taken.transaction() if taken.told else None
