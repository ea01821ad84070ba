"""Two services that run for months: neither keeps more for each message that one sends and the other follows."""

import asyncio
import gc
from pathlib import Path

import pytest

from tests.messages.messages import delivery as message
from tests.service.replicas import Replica, World, serving, until
from tests.standins.postgres import FreshDatabase
from watcher.service.own_standing import OwnStanding

pytestmark = pytest.mark.anyio

BEFORE = 60
"""Messages after which all that is made once has been made."""
MESSAGES = 1_600
"""So many more: what comes and goes in such a process are one or two hundred objects."""


@pytest.mark.soak
async def test_neither_keeps_more_the_more_it_has_sent_or_followed(tmp_path: Path, database: FreshDatabase) -> None:
    world = World()
    async with serving(tmp_path / "a", database, world) as leader:
        await until(lambda: leader.service.history.feed("ofsted").last_good is not None)
        async with serving(tmp_path / "b", database, world) as standby:
            await _sent(world, leader, standby, range(BEFORE))
            before = _kept()
            await _sent(world, leader, standby, range(BEFORE, BEFORE + MESSAGES))
            assert _kept() - before < MESSAGES / 2


async def _sent(world: World, leader: Replica, standby: Replica, numbers: range) -> None:
    for number in numbers:
        leader.service.history.store([message(number)])
        leader.service.outbox.refresh()
        await until(lambda: bool(world.sent))
        world.sent.clear()
        if number % 10 == 0:
            OwnStanding(standby.service, standby.service.heartbeat, dict).now()
            await until(lambda: standby.service.history.version == leader.service.history.version)
    await until(lambda: standby.service.history.version == leader.service.history.version)
    await asyncio.sleep(0.2)


def _kept() -> int:
    """Objects that are in memory."""
    gc.unfreeze()
    gc.collect()
    return len(gc.get_objects())
