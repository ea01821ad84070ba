"""A week of changes of the whole country in one reading of the CQC's API: how long, and whether anything waits for it.

871 locations have changed, as in a week of September 2026; their answers have the size of real ones. The aim is the
spacing times the calls, and that the loop is held for nobody: no step of it later than 100 ms.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import Known
from tests.standins.cqc.api import KEY, ROOT, CqcStandIn
from tests.standins.cqc.payloads import assessed, group, location, once, rated
from tests.standins.http_server import HttpServer
from watcher.feeds.cqc_api.feed import CqcApi
from watcher.feeds.cqc_api.poll import Filters
from watcher.timing.clock import SystemClock

CHANGED = 871
TEXTS = "An invented text of what the inspectors saw. " * 600
"""Answers with an assessment are some 30 KB long, most of it texts."""
MOST_HELD = 0.1
STEP = 0.01


class RealSpacing(ManualClock):
    """The days of a test, and the seconds of the machine: requests keep their real distance."""

    def monotonic(self) -> float:
        return SystemClock().monotonic()


async def _steps(held: list[float]) -> None:
    """How late each step of the loop is."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(STEP)
        held.append(time.perf_counter() - began - STEP)


async def _read(spacing: timedelta) -> None:
    clock = RealSpacing(datetime(2026, 9, 15, 12, tzinfo=UTC))
    api = CqcStandIn(clock)
    week = clock.now() + timedelta(days=6)
    numbers = [f"1-{100_000_000 + number}" for number in range(CHANGED)]
    good = once("2023-05-01", "Good", "aaaaaaaa-1")
    api.publish(
        location("1-1000", currentRatings=rated("2023-05-01", "Good", "aaaaaaaa-1")), clock.now() - timedelta(99)
    )
    for position, number in enumerate(numbers):
        new: dict[str, Any] = {"currentRatings": rated("2026-09-20", "Good", "bbbbbbbb-2")}
        if position % 3 == 0:
            new = {"assessment": [assessed("2026-09-20", {**group("AP1", "Good"), "commentary": TEXTS})]}
        api.publish(location(number, historicRatings=[good], **new), week)
    async with HttpServer(api.answer) as server:
        feed = CqcApi(
            "cqc",
            url=f"{server.url}{ROOT}",
            key=SecretStr(KEY),
            hosts=(),
            contact="benchmark@example.org",
            spacing=spacing,
            look_back=timedelta(days=30),
            filters=Filters(),
            clock=clock,
        )
        known = Known()
        try:
            first = await feed.read({}, known, clock.now())
            clock.advance(timedelta(days=7))
            held: list[float] = []
            watch = asyncio.create_task(_steps(held))
            began, cost = time.perf_counter(), time.process_time()
            reading = await feed.read(first.cursor, known, clock.now())
            seconds, cost = time.perf_counter() - began, time.process_time() - cost
            watch.cancel()
        finally:
            await feed.close()
    assert len(reading.homes) == CHANGED, reading.detail
    calls = len(api.requests)
    print(
        f"spacing {spacing.total_seconds() * 1000:.0f} ms: {CHANGED} locations, {calls} calls in {seconds:.1f} s, "
        f"{cost:.1f} s of processor time in the service with the stand-in, {cost / CHANGED * 1000:.1f} ms a location; "
        f"the loop was held for {max(held) * 1000:.0f} ms at most (aim {MOST_HELD * 1000:.0f} ms); "
        f"{len(str(reading.cursor)):,} characters of cursor"
    )


def run() -> None:
    """Without a distance between calls, and with the usual one."""
    for milliseconds in (0, 500):
        asyncio.run(_read(timedelta(milliseconds=milliseconds)))


if __name__ == "__main__":
    run()
