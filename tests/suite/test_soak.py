"""Ten thousand polls of the whole service: no memory, thread or descriptor is left behind."""

import asyncio
import gc
import logging
import os
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.standins.site import Trick
from tests.suite.world import World, world

pytestmark = pytest.mark.anyio

BEGINS = datetime(2024, 3, 4, 12, tzinfo=UTC)
FAULTS = (Trick.SLIM_ERROR_500, Trick.LOGIN_PAGE, Trick.REFUSED)
MOST_GROWTH = 0.05
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident() -> int:
    """Bytes of this process in memory."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def left_over() -> tuple[int, int]:
    """Threads and descriptors."""
    return threading.active_count(), len([*Path("/proc/self/fd").iterdir()])


async def polls(w: World, number: int, first: int = 0) -> None:
    """So many rounds: one in 97 brings a drop or a recovery, one in 41 fails."""
    for poll in range(first, first + number):
        if poll % 97 == 5:
            w.publish_drop(poll // 97 % len(w.homes), w.today)
        fault = FAULTS[poll // 41 % len(FAULTS)] if poll % 41 == 7 else None
        if fault is not None or w.site.trick is not None:
            w.site.play(fault)
        count = len(w.rounds)
        w.clock.advance(timedelta(minutes=61 if w.site.trick is None else 31))
        await w.until(lambda before=count: len(w.rounds) > before)  # type: ignore[misc]  # mypy can't infer it
        if poll % 97 == 5:
            await w.quiet()
        if poll % 50 == 49:
            forget(w)


def forget(w: World) -> None:
    """What the stand-ins remember is no growth of the service's."""
    del w.rounds[:-1], w.site.requests[:], w.site.statuses[:]
    for slack in (w.readers, w.operator):
        del slack.calls[:], slack.updates[:], slack.rung[:]
        for message in slack.messages:
            message.pop("blocks", None)


async def soaked(folder: Path, number: int, measured_from: int) -> tuple[float, World]:
    """The growth of memory from one poll to the last, as a share."""
    # As the service does: the test would keep a record of each late tick of a busy host.
    logging.getLogger("apscheduler").setLevel("ERROR")
    async with world(folder, BEGINS, 40, tick=0.01) as w:
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 0.1) for _ in range(8)))  # asyncio's own pool is filled
        await polls(w, measured_from)
        before, had = resident(), left_over()
        await polls(w, number - measured_from, measured_from)
        after, has = resident(), left_over()
        grown = after / before - 1
        # in time the homes are overdue too
        told = len([change for change in w.history.changes() if change.alert.watches])
        print(
            f"\n{number} polls, {told} changes: {before / 2**20:.1f} MB after {measured_from}, "
            f"{after / 2**20:.1f} MB at the end ({grown:+.1%}); "
            f"threads {had[0]} and {has[0]}, descriptors {had[1]} and {has[1]}"
        )
        assert len(w.told) == told > 0
        assert has[0] <= had[0] + 2  # those of asyncio's own pool come one by one
        assert has[1] <= had[1] + 3  # connections that are kept open for the next request
        return grown, w


async def test_three_hundred_polls_leave_nothing_behind(tmp_path: Path) -> None:
    grown, _ = await soaked(tmp_path, 300, 150)
    assert grown < MOST_GROWTH


@pytest.mark.soak
async def test_ten_thousand_polls_leave_nothing_behind(tmp_path: Path) -> None:
    threads = threading.active_count()
    grown, _ = await soaked(tmp_path, 10_000, 1_000)
    assert grown < MOST_GROWTH
    assert threading.active_count() <= threads + 2
