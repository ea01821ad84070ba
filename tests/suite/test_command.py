"""`watcher run` itself, as its user starts it, killed and started again: nothing but the clock of the machine."""

import asyncio
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.checkout import ROOT
from tests.feeds.ofsted_site.world import homes, published
from tests.programs import Program
from tests.standins.site import TrickySite
from tests.suite.channels import SlackEnd
from tests.suite.stage import toml
from watcher.cli.demo.site import serving
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.timing.clock import SystemClock

pytestmark = pytest.mark.anyio

KILLS = 3
SEED = 11


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.02)


async def test_the_command_is_killed_and_started_again_and_tells_each_drop_once_or_says_so(tmp_path: Path) -> None:
    chance, clock, these = random.Random(SEED), SystemClock(), homes(KILLS + 1)
    yesterday = clock.now().date() - timedelta(days=1)
    site = TrickySite(these, [published(home, yesterday - timedelta(days=9), "good") for home in these], clock)
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    history.commit(Transaction(homes=[HomeRecord.of(home) for home in these]))
    history.close()
    with SlackEnd(clock) as end:
        async with serving(site.app) as url:
            (tmp_path / "watcher.toml").write_text(toml(tmp_path, url, {end.name: end}, every="1s"))

            def has_baseline() -> bool:
                return EmbeddedHistory.open(tmp_path / "data", read_only=True).feed("ofsted").last_good is not None

            for number in range(KILLS + 1):
                with run(tmp_path) as process:
                    if number == 0:
                        await until(has_baseline)
                    site.publish(published(these[number], yesterday, "inadequate"))
                    if number < KILLS:
                        await asyncio.sleep(chance.uniform(0.5, 2.5))
                        process.kill()
                    else:
                        await until(lambda: len({arrival.delivery for arrival in end.arrivals()}) == KILLS + 1)
                        process.terminate()
                    assert await asyncio.to_thread(process.wait, 20) == (-9 if number < KILLS else 0)
        assert told(tmp_path, end, yesterday) == {home.key for home in these}


def run(folder: Path) -> Program:
    command = [sys.executable, "-m", "watcher", "run", "--config", str(folder / "watcher.toml")]
    return Program(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def told(folder: Path, end: SlackEnd, day: date) -> set[str]:
    """The homes of which a drop published on that day was told; whatever was told twice must say so."""
    deliveries = {
        delivery.id: delivery for delivery in EmbeddedHistory.open(folder / "data", read_only=True).deliveries()
    }
    seen: set[str] = set()
    for arrival in end.arrivals():
        assert arrival.delivery not in seen or arrival.is_marked
        seen.add(arrival.delivery)
    assert {
        delivery.content.published for delivery in deliveries.values() if hasattr(delivery.content, "published")
    } == {day}
    return {deliveries[identity].subject for identity in seen}
