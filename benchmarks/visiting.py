"""Visitors of a service at work: how soon each page comes, and whether readings and deliveries are later for it.

The service runs in a process of its own over the bundled history, beside a local site that publishes something every
five seconds and a receiver of messages; a probe in its loop notes how late each of its steps is. Aims: `/` 30 ms, a
home 20 ms, `/homes` and `/changes` 50 ms, `/numbers` 100 ms, all warm; 20 requests a second of all kinds and 200 of
what has mostly not changed, with 1,100 idle connections, make nothing later by 50 ms; 150 MB of memory.
"""

import asyncio
import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tests.builders import inspection
from tests.standins.http_server import Request, answer
from tests.standins.ports import unused_port
from tests.standins.receiver import receiving
from tests.standins.reports.report_pdf import report_pdf
from watcher.cli.demo.site import DemoSite, serving
from watcher.config.settings import Log, Settings
from watcher.config.web import Web
from watcher.delivery.channels.webhook.options import WebhookOptions
from watcher.facts.inspection import Home
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.box import FolderBox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.service import requests, start
from watcher.timing.clock import SystemClock
from watcher.watching.watches import Watch

ADDRESSES: dict[str, int | None] = {
    "/healthz": None,
    "/metrics": None,
    "/": 30,
    "/homes": 50,
    "/homes?area=Derby&standing=inadequate": 50,
    "/homes?page=20": 50,
    "/homes.json?area=Derby": None,
    "/homes/ofsted:SC478986": 20,
    "/homes/SC478986": 20,
    "/owners": 100,
    "/areas": 100,
    "/areas/Derby": 50,
    "/owners/Esland%20North%20Limited": 50,
    "/watches/everything": 50,
    "/changes": 50,
    "/changes?from=2014-01-01&to=2025-12-31&page=3": 50,
    "/changes.atom": 100,
    "/numbers": 100,
    "/calendar.ics": 100,
    "/status": 50,
    "/sign-in": 30,
}
"""What is asked for, and the milliseconds it may take warm; what answers 404 is not there yet and left out."""
MOST_LATE = 0.050
MOST_MEGABYTES = 150
WARM, _FEW, _LONG_ENOUGH = 20, 4, 5.0
"""So many requests of each address, fewer once they have taken that many seconds."""
SECONDS = int(os.environ.get("SECONDS", "30"))
"""Of each phase."""
A_SECOND, UNCHANGED_A_SECOND = 20, 200
IDLE = 1_100
PUBLISHED_EVERY = 5.0
_PROBE = 0.010


@dataclass
class Phase:
    """A time in the service's life, and what was seen of it."""

    name: str
    began: float = 0.0
    ended: float = 0.0
    told_after: list[float] = field(default_factory=list)
    """Seconds from a publication to its message."""

    def late(self, steps: Sequence[tuple[float, float]]) -> list[float]:
        """How late the loop's steps of that time were."""
        return [late for at, late in steps if self.began <= at < self.ended]


async def _serve(config: Path) -> None:
    """The service with a probe in its loop; at the end it writes down what that saw."""
    given = json.loads(config.read_text())
    settings = _settings(given["data"], given["site"], given["receiver"], given["port"])
    steps: list[tuple[float, float]] = []
    probe = asyncio.create_task(_probe(steps))
    await start.run(settings)
    probe.cancel()
    config.with_name("steps.json").write_text(json.dumps(steps))


async def _probe(steps: list[tuple[float, float]]) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(_PROBE)
        steps.append((began, time.monotonic() - began - _PROBE))


def _settings(data: str, site: str, receiver: str, port: int) -> Settings:
    feed = OfstedSiteOptions(url=site, hosts=(), spacing=timedelta(0), every=timedelta(hours=1), brake=1.0)
    return Settings(
        data_dir=Path(data),
        contact="benchmark@localhost",
        feeds={"ofsted": feed},
        channels={"hook": WebhookOptions.model_validate({"url": receiver, "key": "s" * 32})},
        watch=(Watch.model_validate({"name": "everything", "changes": "all", "to": ["hook"]}),),
        web=Web(port=port),
        log=Log(level="warning"),
    )


class World:
    """The site, the receiver and the service, and what happens between them."""

    def __init__(self, folder: Path, site: DemoSite, homes: Sequence[Home], port: int) -> None:
        self.port = port
        self._folder, self._site = folder, site
        self._homes = iter(homes)
        self._published: dict[str, float] = {}
        self.phase = Phase("start")
        self._ended = threading.Event()
        self._publisher = threading.Thread(target=self._publish)

    def receive(self, request: Request) -> bytes:
        """Notes how long after its publication a message came."""
        for home, at in list(self._published.items()):
            if home.encode() in request.body:
                self.phase.told_after.append(time.monotonic() - at)
                del self._published[home]
        return answer(b"", 200)

    def begin(self) -> None:
        """Begins to publish."""
        self._publisher.start()

    def end(self) -> None:
        """Publishes no more."""
        self._ended.set()
        self._publisher.join()

    def _publish(self) -> None:
        """Every five seconds another home is found inadequate, and the service asked to read now."""
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        while not self._ended.wait(PUBLISHED_EVERY):
            home = next(self._homes)
            visited = yesterday - timedelta(days=30)
            self._site.publish(inspection(str(visited), "inadequate", home=home.key, published=str(yesterday)))
            self._published[home.id] = time.monotonic()
            requests.leave(FolderBox(self._folder), requests.Request("read", "ofsted"))


async def _ask(port: int, path: str, etag: str = "") -> tuple[int, dict[str, str], float]:
    """Status, headers and seconds of one request on a connection of its own; status 0 where it was sent away."""
    began = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        condition = f"If-None-Match: {etag}\r\n" if etag else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{condition}Connection: close\r\n\r\n".encode())
        received = await asyncio.wait_for(reader.read(-1), 30)
        writer.close()
    except (OSError, TimeoutError):
        return 0, {}, time.perf_counter() - began
    head = received.partition(b"\r\n\r\n")[0].decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split(" ")[1]) if first else 0, headers, time.perf_counter() - began


async def _each_address(port: int) -> dict[str, str]:
    """Prints how long each takes, cold and warm; the addresses that are there with their ETags."""
    there: dict[str, str] = {}
    health = 0.0
    for path, aim in ADDRESSES.items():
        status, headers, cold = await _ask(port, path)
        if status != 200:
            print(f"{path}: {status}, left out")
            continue
        there[path] = headers.get("etag", "")
        warm = [cold]
        while len(warm) <= WARM and (sum(warm) < _LONG_ENOUGH or len(warm) < _FEW):
            warm.append((await _ask(port, path))[2])
        warm = warm[1:]
        health = health or median(warm)
        aimed = f" (aim {aim} ms)" if aim else ""
        print(
            f"{path}: cold {cold * 1000:.0f} ms, warm {median(warm) * 1000:.1f} ms{aimed}, "
            f"19 of 20 within {quantiles(warm, n=20)[-1] * 1000:.0f} ms, {median(warm) / health:.1f} times /healthz"
        )
    return there


async def _paced(a_second: int, until: float) -> AsyncIterator[None]:
    """A moment of so many a second, however long what is done in them takes."""
    for due in itertools.count(time.monotonic(), 1 / a_second):
        if due >= until:
            return
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        yield


async def _load(port: int, there: dict[str, str]) -> None:
    """All kinds, what has not changed, and a crowd that only connects; prints what came of it."""
    until = time.monotonic() + SECONDS
    seen: Counter[int] = Counter()
    took: list[float] = []
    tagged = [path for path, etag in there.items() if etag]
    known = dict(there)

    async def one(path: str, etag: str = "") -> None:
        status, headers, seconds = await _ask(port, path, etag)
        seen[status] += 1
        took.append(seconds)
        known[path] = headers.get("etag", known[path])

    async def again(path: str) -> None:
        """As whoever has seen the page before: it comes whole only where it has changed since."""
        await one(path, known[path])

    async def stream(ask: Callable[[str], Coroutine[None, None, None]], what: Sequence[str], a_second: int) -> None:
        turn = itertools.cycle(what)
        async with asyncio.TaskGroup() as group:
            async for _ in _paced(a_second, until):
                group.create_task(ask(next(turn)))

    async with asyncio.TaskGroup() as group:
        group.create_task(_crowd(port, until))
        group.create_task(stream(one, list(there), A_SECOND))
        group.create_task(stream(again, tagged, UNCHANGED_A_SECOND))
    print(
        f"{len(took):,} requests in {SECONDS} s: median {median(took) * 1000:.1f} ms, 99 of 100 within "
        f"{quantiles(took, n=100)[-1] * 1000:.0f} ms, worst {max(took) * 1000:.0f} ms; by status {dict(seen)}"
    )


async def _crowd(port: int, until: float) -> None:
    """1,100 connections that ask for nothing, anew every ten seconds."""
    while time.monotonic() < until:
        inside = []
        for _ in range(IDLE):
            with suppress(OSError):
                inside.append((await asyncio.open_connection("127.0.0.1", port))[1])
            await asyncio.sleep(0.002)
        await asyncio.sleep(max(0.0, min(10.0, until - time.monotonic())))
        for writer in inside:
            writer.close()


async def _visit(world: World, pid: int) -> list[Phase]:
    there = await _each_address(world.port)
    print(f"{_resident(pid):.0f} MB once each was asked for")
    quiet, busy = Phase("without visitors"), Phase("with visitors")
    world.begin()
    for phase in (quiet, busy):
        world.phase = phase
        phase.began = time.monotonic()
        await (asyncio.sleep(SECONDS) if phase is quiet else _load(world.port, there))
        phase.ended = time.monotonic()
    await asyncio.to_thread(world.end)
    return [quiet, busy]


def run() -> None:
    """Prints the figures."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8_192)), hard))
    with TemporaryDirectory() as name:
        folder = Path(name)
        history = EmbeddedHistory.open(folder / "data")
        gone = {home.key for home in history.homes() if home.status != "active"}
        homes = [home for home in history.homes() if home.key not in gone and home.type == "children's home"][:200]
        history.close()
        known = [inspection("2025-01-01", "good", home=homes[-1].key, published=str(_recently()))]
        site = DemoSite(homes, known, SystemClock(), report_pdf)
        world = World(folder / "data", site, homes[:-1], unused_port())
        with (
            receiving(world.receive) as receiver,
            _site(site) as url,
            _service(folder, url, receiver.url, world) as pid,
        ):
            phases = asyncio.run(_visit(world, pid))
            resident = _resident(pid)
        _print(phases, json.loads((folder / "steps.json").read_text()), resident)


def _recently() -> date:
    return datetime.now(UTC).date() - timedelta(days=3)


@contextmanager
def _site(site: DemoSite) -> Iterator[str]:
    """The site, in a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    there = serving(site.app)
    try:
        yield asyncio.run_coroutine_threadsafe(there.__aenter__(), loop).result(20)
    finally:
        asyncio.run_coroutine_threadsafe(there.__aexit__(None, None, None), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


@contextmanager
def _service(folder: Path, site: str, receiver: str, world: World) -> Iterator[int]:
    """The service in a process of its own, once it has read the site for the first time."""
    config = folder / "given.json"
    given = {"data": str(folder / "data"), "site": site, "receiver": receiver, "port": world.port}
    config.write_text(json.dumps(given))
    service = subprocess.Popen([sys.executable, "-m", "benchmarks.visiting", str(config)])
    try:
        for _ in range(600):
            status, _, _ = asyncio.run(_ask(world.port, "/healthz"))
            if service.poll() is not None:
                raise RuntimeError("the service did not come up")
            if status == 200 and _has_read(folder / "data"):
                break
            time.sleep(0.1)
        yield service.pid
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(30)


def _has_read(data: Path) -> bool:
    history = EmbeddedHistory.open(data, read_only=True)
    try:
        return history.feed("ofsted").last_good is not None
    finally:
        history.close()


def _resident(pid: int) -> float:
    """Megabytes of memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _print(phases: Sequence[Phase], steps: Sequence[tuple[float, float]], resident: float) -> None:
    for phase in phases:
        late = phase.late(steps)
        told = f"median {median(phase.told_after) * 1000:.0f} ms" if phase.told_after else "nothing"
        print(
            f"{phase.name}: {len(late):,} steps of the loop, half of them late by {median(late) * 1000:.1f} ms, 99 of "
            f"100 by less than {quantiles(late, n=100)[-1] * 1000:.0f} ms, the worst by {max(late) * 1000:.0f} ms; "
            f"{len(phase.told_after)} changes told, from publication to message {told}"
        )
    quiet, busy = (quantiles(phase.late(steps), n=100)[-1] for phase in phases)
    print(f"visitors make 99 of 100 steps later by {(busy - quiet) * 1000:.0f} ms (aim {MOST_LATE * 1000:.0f} ms)")
    print(f"{resident:.0f} MB at the end (aim {MOST_MEGABYTES} MB)")


if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(_serve(Path(sys.argv[1])))
    else:
        run()
