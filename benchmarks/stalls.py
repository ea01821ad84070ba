"""How long a loop is held at a stretch, and by what; what a process has in memory: what several benchmarks measure."""

import asyncio
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

_EVERY = 0.001
_LATE = 0.02
_LOOK = 0.005
_DEEP = 4


@dataclass
class Stalls:
    """What a ticker has seen so far, in seconds; each figure is of the stretch that had most of it."""

    longest: float = 0.0
    by_loop: float = 0.0
    """Of the processor, by the loop's own thread: what other processes take is not in it."""
    by_process: float = 0.0
    """Of the processor, by all threads of this process: with those that the loop may have waited for."""
    where: Counter[str] = field(default_factory=Counter)
    """Where the loop's thread stood while it was late, and how often it was seen there."""

    def __str__(self) -> str:
        """In words."""
        longest, by_loop, by_process = (
            f"{1000 * one:,.0f} ms" for one in (self.longest, self.by_loop, self.by_process)
        )
        said = f"the loop held for {longest} at a stretch; for {by_loop} of its own processor time, {by_process} of all"
        return "\n    ".join(
            (said, *(f"{number} times late in {place}" for place, number in self.where.most_common(3)))
        )


class _Ticker:
    """Notes each of its turns, and what the loop's thread does while it waits for one."""

    def __init__(self, seen: Stalls) -> None:
        self._seen = seen
        self._began = time.perf_counter()
        self._loop = threading.get_ident()
        self._is_over = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    async def tick(self) -> None:
        """Goes on until it is cancelled."""
        self._sampler.start()
        try:
            while True:
                self._began, own, process = time.perf_counter(), time.thread_time(), time.process_time()
                await asyncio.sleep(_EVERY)
                late = time.perf_counter() - self._began - _EVERY
                self._seen.longest = max(self._seen.longest, late)
                self._seen.by_loop = max(self._seen.by_loop, min(late, time.thread_time() - own))
                self._seen.by_process = max(self._seen.by_process, min(late, time.process_time() - process))
        finally:
            self._is_over.set()

    def _sample(self) -> None:
        while not self._is_over.wait(_LOOK):
            if time.perf_counter() - self._began > _LATE:
                self._seen.where[_place(sys._current_frames().get(self._loop))] += 1


def _place(frame: FrameType | None) -> str:
    """The innermost functions of the watcher, outermost of them first."""
    names: list[str] = []
    while frame is not None and len(names) < _DEEP:
        code = frame.f_code
        if "/watcher/" in code.co_filename:
            names.insert(0, f"{Path(code.co_filename).stem}.{code.co_qualname}")
        frame = frame.f_back
    return " > ".join(names) or "nothing of the watcher's"


@asynccontextmanager
async def stalls() -> AsyncIterator[Stalls]:
    """Measures the longest time for which the block, or what runs beside it, holds the loop."""
    seen = Stalls()
    ticker = asyncio.create_task(_Ticker(seen).tick())
    await asyncio.sleep(_EVERY * 3)
    try:
        yield seen
        await asyncio.sleep(_EVERY * 3)
    finally:
        ticker.cancel()
        with suppress(asyncio.CancelledError):
            await ticker


def resident() -> float:
    """What the process has in memory now, in MB."""
    return _status("VmRSS")


def most_resident() -> float:
    """The most that it ever had, or had since `forget_most`, in MB."""
    return _status("VmHWM")


def forget_most() -> None:
    """Has the most in memory counted from now on."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(name))
