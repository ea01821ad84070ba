"""A site and readers in the test's own process, and services that are born and die in processes of theirs."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.checkout import ROOT
from tests.programs import Program
from tests.standins.site import TrickySite
from tests.standins.smtp import CERTIFICATE
from tests.suite.cases import TOLD, Cases
from tests.suite.channels import CHANNELS, MakeEnd, ReadersEnd
from tests.suite.shared_clock import SharedClock
from watcher.cli.demo.site import serving
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction

_PATIENCE = 1000
"""Where the clock stands still until a reading is whole, nothing would ever go on with one that was cut short."""


class Nursery:
    """The process from which services are forked; it ends with its block, and no word of it is waited for for ever."""

    def __init__(self) -> None:
        command = (sys.executable, "-m", "tests.suite.nursery")
        environment = {**os.environ, "SSL_CERT_FILE": str(CERTIFICATE)}  # the mail server has an authority of its own
        pipe = subprocess.PIPE
        self._process = Program(
            command,
            cwd=ROOT,
            env=environment,
            stdin=pipe,
            stdout=pipe,
            text=True,
            bufsize=1,
            within=threading.TIMEOUT_MAX,
        )
        self._said = SimpleQueue[str]()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *raised: object) -> None:
        self._process.__exit__(*raised)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(line)

    def order(self, order: Mapping[str, Any]) -> None:
        """Has it bring up a process."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")

    async def said(self, word: str, within: float = 60) -> int:
        """The number that it says next, behind a word; raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._said.empty():
                await asyncio.sleep(0.002)
        said, _, number = self._said.get().partition(" ")
        assert said == word
        return int(number)


@dataclass
class Stage:
    """Everything around the service: at most one lives at a time."""

    folder: Path
    clock: SharedClock
    site: TrickySite
    channels: Mapping[str, ReadersEnd]
    nursery: Nursery
    reads_itself: bool = True
    """Whether services read foreign bytes themselves: each is spared a process that starts as slowly as all of it."""
    cuts_readings: bool = False
    """Whether a reading is cut short that takes a fifth of a second; time has to pass then until all of it is read."""
    pid: int | None = None
    births: int = 0
    _log_at_birth: int = 0
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "log"

    @property
    def data(self) -> Path:
        """The folder of the history."""
        return self.folder / "data"

    async def begin(self, point: str = "") -> None:
        """A service is born; it ends by itself at a point, if one is named."""
        self._log_at_birth = len(self.log.read_text()) if self.log.exists() else 0
        patience = 1 if self.cuts_readings else _PATIENCE
        self._order(self.nursery, point=point, reads_itself=self.reads_itself, patience=patience)
        self.pid = await self.nursery.said("born")
        self.births += 1

    def kill(self) -> None:
        """Ends it at once, as nothing can withstand."""
        self._signal(signal.SIGKILL)

    async def dead(self, within: float = 120) -> int:
        """How it ended: a negative number is the signal that did it."""
        status = await self.nursery.said("died", within)
        self.pid = None
        return status

    async def end(self) -> None:
        """Asks it to end, which it does in good order once it listens to being asked."""
        await self.until(lambda: '"event": "watching"' in self.log.read_text()[self._log_at_birth :])
        self._signal(signal.SIGTERM)
        status = await self.dead()
        assert status == 0, self.log.read_text()[-3000:]

    async def command(self, from_nursery: Nursery, *words: str, point: str = "") -> int:
        """Runs one of watcher's commands beside the service, which may end at a point; how it ended."""
        self._order(from_nursery, command=words, point=point)
        await from_nursery.said("born")
        return await from_nursery.said("died", within=120)

    async def until(self, condition: Callable[[], object], within: float = 120) -> None:
        """Waits for something."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(self.log.read_text()[-3000:]) from None

    def history(self) -> EmbeddedHistory:
        """What is stored now; for reading."""
        return EmbeddedHistory.open(self.data, read_only=True)

    def has_baseline(self) -> bool:
        """Whether the first reading was stored as a whole."""
        return "read" in self.history().feed("ofsted").cursor

    def is_settled(self) -> bool:
        """Whether the site was read well and wholly at this moment and nothing waits to be sent."""
        history = self.history()
        state = history.feed("ofsted")
        is_whole = datetime.fromisoformat(state.cursor.get("read", "2000-01-01T00:00Z")) == self.clock.now()
        return is_whole and state.outcome in ("changed", "unchanged") and not [*history.deliveries(open_only=True)]

    def _signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _order(self, from_nursery: Nursery, **more: Any) -> None:
        files = {"config": self.folder / "watcher.toml", "clock": self.folder / "clock", "log": self.log}
        from_nursery.order({**{name: str(path) for name, path in files.items()}, **more})


@asynccontextmanager
async def stage(
    folder: Path,
    from_nursery: Nursery,
    cases: Cases,
    begins: datetime,
    ends: Sequence[MakeEnd] = CHANNELS,
    *,
    reads_itself: bool = True,
    cuts_readings: bool = False,
) -> AsyncIterator[Stage]:
    """A stage with every channel of the suite, or with others, on which no service lives yet."""
    clock = SharedClock.make(folder / "clock", begins)
    history = EmbeddedHistory.open(folder / "data", with_bundle=False)
    history.commit(Transaction(homes=[HomeRecord.of(home) for home in cases.homes], records=cases.known()))
    history.close()
    site = TrickySite(cases.homes, cases.inspections, clock)
    with ExitStack() as stack:
        channels = {end.name: stack.enter_context(end) for end in (make(clock) for make in ends)}
        async with serving(site.app) as url:
            (folder / "watcher.toml").write_text(toml(folder, url, channels))
            one = Stage(folder, clock, site, channels, from_nursery, reads_itself, cuts_readings)
            try:
                yield one
            finally:
                if one.pid is not None:
                    one.kill()
                    await one.dead()


def toml(folder: Path, url: str, channels: Mapping[str, ReadersEnd], every: str = "30m") -> str:
    """The configuration of a service that tells everything to all channels."""
    return "\n".join(
        [
            f'data_dir = "{folder / "data"}"\ncontact = "tests@localhost"',
            f'[feeds.ofsted]\nkind = "ofsted-site"\nurl = "{url}"\nhosts = []\nspacing = "0s"',
            f'look_back = "10d"\nevery = "{every}"',
            *(end.toml(folder) for end in channels.values()),
            f'[[watch]]\nname = "all"\nchanges = {json.dumps(TOLD)}\nto = {json.dumps(list(channels))}',
            '[web]\nport = 0\n[log]\nform = "json"',
        ]
    )
