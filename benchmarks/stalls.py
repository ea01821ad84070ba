"""How long a loop is held at a stretch, and what a process has in memory: what several benchmarks measure."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.001


@dataclass
class Stalls:
    """What a ticker has seen so far."""

    longest: float = 0.0
    """In seconds."""

    def __str__(self) -> str:
        """In words."""
        return f"the loop held for {self.longest * 1000:,.0f} ms at a stretch"


@asynccontextmanager
async def stalls() -> AsyncIterator[Stalls]:
    """Measures the longest time for which the block, or what runs beside it, holds the loop."""
    seen = Stalls()
    ticker = asyncio.create_task(_tick(seen))
    await asyncio.sleep(_EVERY * 3)
    try:
        yield seen
        await asyncio.sleep(_EVERY * 3)
    finally:
        ticker.cancel()
        with suppress(asyncio.CancelledError):
            await ticker


async def _tick(seen: Stalls) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_EVERY)
        seen.longest = max(seen.longest, time.perf_counter() - began - _EVERY)


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
