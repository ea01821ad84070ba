"""Two services on one database, in one process, that soon notice what there is to notice; and what surrounds them."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from tests.builders import home, inspection
from tests.delivery.scripted import ACCEPTED
from tests.standins.postgres import FreshDatabase
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.outbox import Outbox
from watcher.delivery.verdict import Verdict
from watcher.feeds.feed import Outcome, Problem, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.postgresql.leadership import Pace
from watcher.history.postgresql.replica import SharedReplica
from watcher.messages.message import Message
from watcher.options.place import HistoryPlace
from watcher.service.deeds import Elsewhere, doing
from watcher.service.heartbeat import Heartbeat
from watcher.service.service import Service
from watcher.timing.clock import SystemClock
from watcher.watching.watches import Watch
from watcher.web.acting.asked import AskedDeed
from watcher.web.acting.deeds import Desk

PATIENT = Pace(
    beat=timedelta(seconds=0.2),
    lease=timedelta(seconds=8),
    idle=timedelta(seconds=10),
    every=timedelta(seconds=0.125),
    answer=timedelta(seconds=8),
)
"""A session that goes is noticed at once; a machine that comes to nothing for a second or two costs nobody the lead."""
IMPATIENT = replace(Pace().faster(5), answer=timedelta(seconds=3))
"""For those that are to be missed because nothing is heard of them."""
TICK = timedelta(milliseconds=50)


class World:
    """The publisher and the place where messages arrive: what all services share beside the database."""

    name = "ofsted"

    def __init__(self) -> None:
        self.drops = 0
        """How many homes have dropped by now."""
        self.sent: list[Message] = []
        self.answers: Callable[[Message], Verdict] = lambda _: ACCEPTED
        self.readings = 0

    async def read(self, *_: object) -> Reading:
        self.readings += 1
        keys = [f"SC{number:06}" for number in range(1, self.drops + 1)]
        drops = [inspection("2026-01-20", "inadequate", home=f"ofsted:{key}") for key in keys]
        before = [inspection("2025-05-01", "good", home=f"ofsted:{key}") for key in keys]
        homes = tuple(home(key) for key in keys)
        return Reading(outcome=Outcome.CHANGED, homes=homes, background=tuple(before), inspections=tuple(drops))

    async def check(self) -> Sequence[Problem]:
        return ()

    async def close(self) -> None:
        pass


@dataclass
class Place:
    """The channel of one service, which leads to where those of all lead."""

    world: World
    name: str = "desk"
    spacing: timedelta = timedelta()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, message: Message) -> Verdict:
        with self._lock:
            self.world.sent.append(message)
        return self.world.answers(message)

    def find(self, message: Message, since: object) -> Verdict | None:
        return None

    def check(self) -> str | None:
        return None


@dataclass
class Replica:
    """One service that runs."""

    service: Service
    replica: SharedReplica
    running: asyncio.Task[None]

    def leads(self) -> bool:
        return self.service.leads()

    def desk(self) -> Desk:
        service = self.service
        return Desk(service.history, service.outbox, service.settings, lambda *_: None, service.take_up_watches)

    async def press(self, deed: AskedDeed) -> str:
        """What a page of this service says."""
        if self.leads():
            return deed.done(self.desk())
        return await Elsewhere(self.replica.box, within=timedelta(seconds=60)).act(deed)

    async def end(self) -> None:
        self.service.stop()
        await self.running
        await asyncio.to_thread(self.replica.close)


@asynccontextmanager
async def serving(
    folder: Path, database: FreshDatabase, world: World, url: str = "", pace: Pace = PATIENT
) -> AsyncIterator[Replica]:
    """A service until the context ends."""
    place = HistoryPlace(folder, url or database.url, lambda: database.password)
    replica = await asyncio.to_thread(SharedReplica.open, place, pace, with_bundle=False)
    settings = Settings(
        data_dir=folder,
        feeds={"ofsted": OfstedSiteOptions()},
        channels={"desk": ConsoleOptions()},
        watch=(Watch(name="all", to=("desk",)),),
        operator=Operator(to=("desk",)),
    )
    clock, history = SystemClock(), replica.history
    outbox = Outbox(
        history, {"desk": Place(world)}, clock, base=timedelta(milliseconds=20), may_send=lambda: service.leads()
    )
    service = Service(
        settings,
        history,
        {"ofsted": world},
        outbox,
        clock,
        Heartbeat(folder, clock.now()),
        tick=TICK,
        replica=replica,
        deed=doing(lambda: one.desk()),
    )
    one = Replica(service, replica, asyncio.create_task(service.run()))
    try:
        yield one
    finally:
        await one.end()


async def until(condition: Callable[[], bool], within: float = 60) -> None:
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.01)
