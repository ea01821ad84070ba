"""The disk of the database is full, a real one of 24 MB: nothing is lost, the operator hears of it, and all goes on."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.delivery.scripted import Blocked, Scripted
from tests.service.replicas import World, serving, until
from tests.service.test_full_disk import fill, titles
from tests.standins.postgres import FreshDatabase, PostgresServer
from watcher.delivery.ledger import State
from watcher.messages.alert import Alert
from watcher.messages.message import Notice
from watcher.service.past_the_outbox import LastResort

pytestmark = pytest.mark.anyio

DROPS = 60
"""The documents of so many take more room than the pages have that are there."""


@pytest.fixture
def small_disk(postgres_server: PostgresServer) -> Iterator[Path]:
    folder = postgres_server.folder / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=777", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.decode(errors='replace').strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def confined(postgres_server: PostgresServer, small_disk: Path) -> Iterator[FreshDatabase]:
    """A database all of whose documents lie on that disk."""
    postgres_server.space("small", small_disk / "space")
    fresh = postgres_server.database("TABLESPACE small")
    yield fresh
    postgres_server.drop(fresh)
    postgres_server.do("DROP TABLESPACE small")


async def test_all_is_told_once_there_is_room_and_what_was_being_sent_counts(
    tmp_path: Path, small_disk: Path, confined: FreshDatabase
) -> None:
    world, resort, blocked = World(), Scripted("desk"), Blocked()
    world.answers = lambda _: blocked()
    async with serving(tmp_path, confined, world) as one:
        service, history = one.service, one.service.history
        service.last_resort = LastResort({"desk": resort})
        await until(lambda: history.feed("ofsted").last_good is not None)
        world.drops = 1
        service.duties.readings.read_now("ofsted")
        await until(lambda: len(world.sent) == 1)
        ballast = fill(small_disk)
        world.drops = DROPS
        blocked.released.set()
        service.duties.readings.read_now("ofsted")
        await until(lambda: titles(resort) == ["the history cannot be stored"])
        told = resort.sent[0].content
        assert isinstance(told, Notice)
        assert "No space left on device" in told.text
        assert "Make room on the disk of that server." in told.text
        readings = world.readings
        await asyncio.sleep(0.3)
        assert (len(world.sent), world.readings, history.away) == (1, readings, "")
        assert len({told.alert.home for told in history.changes()}) == 1

        ballast.unlink()
        await until(lambda: not history.trouble)
        service.duties.readings.read_now("ofsted")  # somebody asks for it: the pause after the last one is not held
        await until(lambda: len(alerts(world)) == DROPS)
        await until(lambda: {sent.state for sent in history.deliveries()} == {State.ACCEPTED})
        assert len(set(alerts(world))) == len(alerts(world)) == DROPS
        over = [message.content.title for message in world.sent if isinstance(message.content, Notice)]
        assert over == ["over: the history cannot be stored"]


def alerts(world: World) -> list[str]:
    return [message.content.home for message in world.sent if isinstance(message.content, Alert)]
