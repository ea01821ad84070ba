"""Several services on one database, each a process of its own with a way of its own to the server.

Whoever leads is known by what each says of itself on its health page, asked again and again.
"""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.standins.postgres import FreshDatabase, PostgresServer
from tests.standins.site import TrickySite
from tests.standins.tunnel import Tunnel
from tests.suite.cases import Cases
from tests.suite.channels import MakeEnd, ReadersEnd
from tests.suite.shared_clock import SharedClock
from tests.suite.stage import Nursery, toml
from watcher.cli.demo.site import serving
from watcher.facts.statements import HomeRecord
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.protocol import Transaction

USER_HEADER = "X-User"
_WEB = f'[web]\nport = 0\ntrusted_proxies = ["127.0.0.1"]\nuser_header = "{USER_HEADER}"'
_ANSWERED_WITHIN = 1.0
"""Whoever does not say by then what he is has said nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a service said of itself."""

    asked: float
    answered: float
    leads: bool | None
    """None where it said nothing."""


@dataclass(eq=False)
class Replica:
    """One of them, whether it lives or not."""

    name: str
    folder: Path
    tunnel: Tunnel
    pid: int | None = None
    said: list[Said] = field(default_factory=list)
    _log_at_birth: int = 0
    _port: int | None = None

    @property
    def log(self) -> Path:
        """What all that lived under this name said."""
        return self.folder / "log"

    def begins(self) -> None:
        """One more is about to be born."""
        self._log_at_birth = self.log.stat().st_size if self.log.exists() else 0
        self._port = None
        self.says_nothing()

    def says_nothing(self) -> None:
        """Noted as if it had been asked."""
        self.said.append(Said(time.monotonic(), time.monotonic(), None))

    def life(self) -> str:
        """What the present one has said."""
        if not self.log.exists():
            return ""
        return self.log.read_bytes()[self._log_at_birth :].decode()

    def signal(self, number: signal.Signals) -> None:
        """Whatever it does."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    @property
    def port(self) -> int | None:
        """Of its pages, once they are served."""
        if self._port is None:
            (*lines, _) = self.life().split("\n")  # the last is not whole yet
            for line in lines:
                if '"event": "health is served"' in line:
                    self._port = int(json.loads(line)["url"].rpartition(":")[2].partition("/")[0])
        return self._port

    def leads(self, since: float = 0.0) -> bool:
        """Whether it says so, asked after a moment."""
        return bool(self.said) and self.said[-1].leads is True and self.said[-1].asked >= since

    def answers(self) -> bool:
        """Whether it says anything."""
        return bool(self.said) and self.said[-1].leads is not None


@dataclass
class Troupe:
    """Everything around the services."""

    folder: Path
    clock: SharedClock
    site: TrickySite
    channels: Mapping[str, ReadersEnd]
    nursery: Nursery
    server: PostgresServer
    database: FreshDatabase
    replicas: Sequence[Replica]
    pace: float
    """How many times as fast a leader is missed as where users run it."""
    _history: PostgresHistory | None = None

    async def begin(self, replica: Replica) -> None:
        """It is born."""
        replica.begins()
        files = {"config": replica.folder / "watcher.toml", "clock": self.folder / "clock", "log": replica.log}
        order: dict[str, Any] = {name: str(path) for name, path in files.items()}
        order |= {"point": "", "reads_itself": True}
        order |= {"pace": self.pace, "tick": 1 / self.pace, "patience": max(1, 20 / self.pace)}
        order["ended"] = str(replica.folder / "ended")
        self.nursery.order(order)
        replica.pid = await self.nursery.said("born")

    async def dead(self, replica: Replica) -> int:
        """How it ended: a negative number is the signal that did it."""
        ended = replica.folder / "ended"
        await self.until(ended.exists, within=60)
        replica.pid = None
        replica.says_nothing()
        return int(ended.read_text())

    async def until(self, condition: Callable[[], bool], within: float = 120) -> None:
        """Waits for something."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            said = [f"{one.name} {one.pid} {one.said[-1:]}\n{one.life()[-3000:]}" for one in self.replicas]
            raise AssertionError("\n".join(said)) from None

    def leader(self, since: float = 0.0) -> Replica | None:
        """Who says that it leads, asked after a moment."""
        return next((one for one in self.replicas if one.pid is not None and one.leads(since)), None)

    async def led(self, since: float = 0.0, but: Sequence[Replica] = ()) -> Replica:
        """Waits until somebody says so, but for some."""
        found: list[Replica] = []

        def somebody() -> bool:
            found[:] = [one for one in self.replicas if one.pid is not None and one.leads(since) and one not in but]
            return bool(found)

        await self.until(somebody)
        return found[0]

    async def all_answer(self) -> None:
        """Waits until each serves its pages."""
        await self.until(lambda: all(one.answers() for one in self.replicas))

    def history(self) -> PostgresHistory:
        """What is stored now; for reading."""
        if self._history is None:
            place = Database(self.database.url, lambda: self.database.password, most=2)
            self._history = PostgresHistory.open(place, read_only=True)
        return self._history

    def has_baseline(self) -> bool:
        """Whether the first reading was stored as a whole."""
        return "read" in self.history().feed("ofsted").cursor

    def is_read(self) -> bool:
        """Whether the site was read well and wholly at this moment."""
        state = self.history().feed("ofsted")
        is_whole = datetime.fromisoformat(state.cursor.get("read", "2000-01-01T00:00Z")) == self.clock.now()
        return is_whole and state.outcome in ("changed", "unchanged")

    def is_settled(self) -> bool:
        """The same, and nothing waits to be sent."""
        return self.is_read() and not [*self.history().deliveries(open_only=True)]

    async def listen(self, replica: Replica) -> None:
        """Has it say again and again what it is."""
        while True:
            began, leads = time.monotonic(), None
            if replica.pid is not None and (port := replica.port) is not None:
                with suppress(OSError, TimeoutError, ValueError, KeyError, asyncio.IncompleteReadError):
                    async with asyncio.timeout(_ANSWERED_WITHIN):
                        leads = (await _health(port))["role"] == "leader"
            replica.said.append(Said(began, time.monotonic(), leads))
            await asyncio.sleep(2 / self.pace)

    async def close(self) -> None:
        """Ends whoever lives."""
        for one in self.replicas:
            one.signal(signal.SIGKILL)
        for one in self.replicas:
            if one.pid is not None:
                await self.dead(one)
        if self._history is not None:
            self._history.close()


async def _health(port: int) -> dict[str, Any]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
    finally:
        writer.close()
    said: dict[str, Any] = json.loads(answer.partition(b"\r\n\r\n")[2])
    return said


def both_led(said: Sequence[Sequence[Said]], lease: float) -> float:
    """The longest time, in seconds, for which two said that they lead.

    Between two answers of one that say so nothing else is supposed, if they are no further apart than the lease.
    """
    spans = [(number, begun, ended) for number, one in enumerate(said) for begun, ended in _spans(one, lease)]
    both = [
        min(ended, other_ended) - max(begun, other_begun)
        for number, begun, ended in spans
        for other, other_begun, other_ended in spans
        if number < other
    ]
    return max([0.0, *both])


def _spans(said: Sequence[Said], lease: float) -> list[tuple[float, float]]:
    """From when to when one certainly led: what it says holds at some moment between question and answer."""
    spans: list[tuple[float, float]] = []
    is_going_on = False
    for one in said:
        if one.leads and is_going_on and one.answered - spans[-1][1] <= lease:
            spans[-1] = (spans[-1][0], one.asked)
        elif one.leads:
            spans.append((one.answered, one.asked))
        is_going_on = bool(one.leads)
    return spans


@asynccontextmanager
async def troupe(
    folder: Path,
    nursery: Nursery,
    server: PostgresServer,
    cases: Cases,
    begins: datetime,
    ends: Sequence[MakeEnd],
    *,
    number: int,
    pace: float,
) -> AsyncIterator[Troupe]:
    """So many services, none of which lives yet; the server may be stopped by whoever uses them."""
    database = server.database()
    clock = SharedClock.make(folder / "clock", begins)
    history = PostgresHistory.open(Database(database.url, lambda: database.password), with_bundle=False)
    history.commit(Transaction(homes=[HomeRecord.of(home) for home in cases.homes], records=cases.known()))
    history.close()
    site = TrickySite(cases.homes, cases.inspections, clock)
    (folder / "database-password").write_text(database.password)
    with ExitStack() as stack:
        channels = {end.name: stack.enter_context(end) for end in (make(clock) for make in ends)}
        tunnels = [stack.enter_context(Tunnel.to(server.port)) for _ in range(number)]
        async with serving(site.app) as url:
            replicas = [Replica(f"w{n}", folder / f"w{n}", tunnel) for n, tunnel in enumerate(tunnels)]
            for one in replicas:
                one.folder.mkdir()
                password = f'password_file = "{folder / "database-password"}"'
                place = f'[history]\nurl = "{one.tunnel.url(database.url)}"\n{password}\n'
                said = toml(one.folder, url, channels).replace("[web]\nport = 0", place + _WEB)
                (one.folder / "watcher.toml").write_text(said)
            all_of_it = Troupe(folder, clock, site, channels, nursery, server, database, replicas, pace)
            asking = [asyncio.create_task(all_of_it.listen(one)) for one in replicas]
            try:
                yield all_of_it
            finally:
                for task in asking:
                    task.cancel()
                await asyncio.gather(*asking, return_exceptions=True)
                await all_of_it.close()
