"""What goes wrong with one of several services, or with what they share; whoever brings a fault mends it."""

import asyncio
import random
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import LiteralString

from tests.suite.replicas import Replica, Troupe

_END_WHOEVER_LEADS: LiteralString = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database"
    " WHERE locktype = 'advisory' AND granted AND d.datname = %s"
)


@dataclass
class Faults:
    """All of them, brought to one troupe."""

    troupe: Troupe
    chance: random.Random
    takeovers: dict[str, list[float]] = field(default_factory=dict)
    """For each fault, the seconds until another said that it leads."""

    async def bring(self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """One of `FAULTS`, once its moment has come, and all of it mended."""
        await FAULTS[name](self, name, leader, moment)

    async def _anew(self, name: str, began: float, *but: Replica) -> None:
        await self.troupe.led(began, but)
        self.takeovers.setdefault(name, []).append(time.monotonic() - began)

    async def _a_while(self, most: float = 12.0) -> None:
        """Up to so many seconds of the unhurried kind."""
        await asyncio.sleep(self.chance.uniform(0, most) / self.troupe.pace)

    def _standby(self, leader: Replica) -> Replica:
        return self.chance.choice([one for one in self.troupe.replicas if one is not leader])

    async def killed(self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The leader, and nothing can withstand."""
        await moment()
        await self._killed_by(name, leader, signal.SIGKILL, -9)

    async def ended(self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The leader is asked to end."""
        await moment()
        await self._killed_by(name, leader, signal.SIGTERM, 0)

    async def _killed_by(self, name: str, leader: Replica, number: signal.Signals, status: int) -> None:
        began = time.monotonic()
        leader.signal(number)
        assert await self.troupe.dead(leader) == status, leader.life()[-3000:]
        await self._anew(name, began, leader)
        await self.troupe.begin(leader)

    async def stopped(self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The leader is stopped until another leads, and goes on then as if nothing had been."""
        await moment()
        began = time.monotonic()
        leader.signal(signal.SIGSTOP)
        await self._anew(name, began, leader)
        await self._a_while()
        leader.signal(signal.SIGCONT)

    async def cut_off(self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """What the leader and the server say to each other gets lost, until another leads."""
        await moment()
        began = time.monotonic()
        leader.tunnel.swallow()
        await self._anew(name, began, leader)
        await self._a_while()
        leader.tunnel.let_through()

    async def sessions_cut(self, name: str, _: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The server ends every session, as a failover does."""
        await moment()
        began = time.monotonic()
        await asyncio.to_thread(self.troupe.server.cut, self.troupe.database)
        await self._anew(name, began)

    async def its_session_cut(self, name: str, _: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The server ends the one session by which the leader leads; all its others go on."""
        await moment()
        began = time.monotonic()
        await asyncio.to_thread(self.troupe.server.do, _END_WHOEVER_LEADS, self.troupe.database.name)
        await self._anew(name, began)

    async def database_killed(self, name: str, _: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The database, and it is away for a while."""
        await moment()
        await asyncio.to_thread(self.troupe.server.kill)
        await self._a_while()
        began = time.monotonic()
        await asyncio.to_thread(self.troupe.server.start)
        await self._anew(name, began)

    async def database_paused(self, name: str, _: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The database stands still for a while."""
        await moment()
        with self.troupe.server.paused():
            await self._a_while()
            began = time.monotonic()
        await self._anew(name, began)

    async def standby_killed(self, _: str, leader: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """One that does not lead."""
        await moment()
        standby = self._standby(leader)
        standby.signal(signal.SIGKILL)
        assert await self.troupe.dead(standby) == -9
        await self.troupe.begin(standby)

    async def stopped_and_killed(self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]) -> None:
        """The leader is stopped, and whoever leads then is killed."""
        await moment()
        began = time.monotonic()
        leader.signal(signal.SIGSTOP)
        second = await self.troupe.led(began, [leader])
        await self._a_while(4)
        began = time.monotonic()
        second.signal(signal.SIGKILL)
        assert await self.troupe.dead(second) == -9
        if self.chance.random() < 0.5:
            leader.signal(signal.SIGCONT)
        await self._anew(name, began, second)
        leader.signal(signal.SIGCONT)
        await self.troupe.begin(second)

    async def cut_off_and_database_killed(
        self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]
    ) -> None:
        """Nothing of the leader comes through, and the database is killed meanwhile."""
        await moment()
        leader.tunnel.swallow()
        await self._a_while()
        await asyncio.to_thread(self.troupe.server.kill)
        await self._a_while()
        began = time.monotonic()
        await asyncio.to_thread(self.troupe.server.start)
        await self._anew(name, began, leader)
        leader.tunnel.let_through()

    async def killed_and_standby_stopped(
        self, name: str, leader: Replica, moment: Callable[[], Awaitable[object]]
    ) -> None:
        """The leader is killed, and one of the others stands still meanwhile."""
        await moment()
        standby, began = self._standby(leader), time.monotonic()
        standby.signal(signal.SIGSTOP)
        leader.signal(signal.SIGKILL)
        assert await self.troupe.dead(leader) == -9
        await self._anew(name, began, leader, standby)
        standby.signal(signal.SIGCONT)
        await self.troupe.begin(leader)


Bring = Callable[[Faults, str, Replica, Callable[[], Awaitable[object]]], Awaitable[None]]

FAULTS: Mapping[str, Bring] = {
    "leader killed": Faults.killed,
    "leader stopped": Faults.stopped,
    "leader cut off": Faults.cut_off,
    "database killed": Faults.database_killed,
    "sessions cut": Faults.sessions_cut,
    "leader's session cut": Faults.its_session_cut,
    "leader ended": Faults.ended,
    "standby killed": Faults.standby_killed,
    "database paused": Faults.database_paused,
    "leader stopped, its successor killed": Faults.stopped_and_killed,
    "leader cut off, database killed": Faults.cut_off_and_database_killed,
    "leader killed, standby stopped": Faults.killed_and_standby_stopped,
}
