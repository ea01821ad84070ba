"""A full disk, a real one of 256 kB: nothing is lost, the operator hears of it, and the service goes on."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import MATTER, home, inspection
from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from watcher.cli import main as cli
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.outbox import Outbox
from watcher.feeds.feed import Cursor, Knowledge, Outcome, Problem, Reading
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import HistoryUnusableError, Transaction
from watcher.messages.message import Notice
from watcher.options.place import HistoryPlace
from watcher.rounds.take_in import absorb
from watcher.service.heartbeat import Heartbeat
from watcher.service.past_the_outbox import LastResort
from watcher.service.readings import SOON
from watcher.service.service import Service
from watcher.service.start import open_when_possible

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.decode(errors='replace').strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Takes every byte that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(512))
        except OSError:
            return ballast


def grow(folder: Path, size: str) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def begun(folder: Path) -> EmbeddedHistory:
    history = EmbeddedHistory.open(folder, with_bundle=False)
    history.commit(absorb(history, [home()], [inspection("2025-05-01", "good")], None).transaction())
    return history


def note(history: EmbeddedHistory, number: int) -> None:
    history.commit(Transaction(notices={f"matter {number}": replace(MATTER, title="t" * 2000)}))


def notes_until_full(history: EmbeddedHistory) -> tuple[int, str]:
    """How many notes were taken, and what was said to the first that was not."""
    for number in range(1000):
        try:
            note(history, number)
        except CommitFailedError as refused:
            return number, str(refused)
    raise AssertionError("it never filled")


def test_commits_fail_with_what_to_do_until_there_is_room_and_nothing_is_lost(small_disk: Path) -> None:
    history = begun(small_disk)
    stored, said = notes_until_full(history)
    assert stored > 10
    assert re.search(r"No space left on device.*as it was before\. Make room", said)
    assert history.trouble == said
    fill(small_disk)
    with pytest.raises(CommitFailedError):
        history.compact(force=True)
    assert len(history.notices()) == stored
    history.close()
    for read_only in (True, False):  # on the full disk it opens all the same
        history = EmbeddedHistory.open(small_disk, read_only=read_only)
        assert len(history.notices()) == stored
        with pytest.raises(CommitFailedError):
            note(history, stored)
        history.close()
    grow(small_disk, "1m")
    history = EmbeddedHistory.open(small_disk)
    history.commit(Transaction(notices={f"matter {number}": None for number in range(stored - 1)}))
    assert (len(history.notices()), history.trouble) == (1, "")
    history.close()


class Many:
    """A feed that has a drop to tell once it is asked a second time."""

    name = "ofsted"

    def __init__(self) -> None:
        self.readings = 0

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        self.readings += 1
        drop = inspection("2026-01-20", "inadequate", published="2026-03-02")
        return Reading(outcome=Outcome.CHANGED, homes=(home(),), inspections=(drop,), cursor={"n": "n" * 9000})

    async def check(self) -> list[Problem]:
        return []

    async def close(self) -> None:
        pass


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.01)


def titles(channel: Scripted) -> list[str]:
    return [message.content.title for message in channel.sent if isinstance(message.content, Notice)]


async def test_the_service_shouts_stops_reading_and_goes_on_once_there_is_room(small_disk: Path) -> None:
    history = begun(small_disk)
    settings = Settings(
        data_dir=small_disk,
        feeds={"ofsted": OfstedSiteOptions()},
        channels={"desk": ConsoleOptions()},
        operator=Operator(to=("desk",)),
    )
    clock, desk, feed = ManualClock(NOW), Scripted("desk"), Many()
    ballast = fill(small_disk)
    service = Service(
        settings,
        history,
        {"ofsted": feed},
        Outbox(history, {"desk": desk}, clock),
        clock,
        Heartbeat(small_disk, NOW),
        tick=timedelta(milliseconds=5),
        last_resort=LastResort({"desk": desk}),
    )
    task = asyncio.create_task(service.run())
    try:
        while "the history cannot be stored" not in titles(desk):  # what is short may still find room for a while
            await asyncio.sleep(0.5)
            clock.advance(SOON)
        asked = feed.readings
        clock.advance(timedelta(minutes=10))
        await asyncio.sleep(0.2)
        assert feed.readings == asked  # the site is not asked again and again for what cannot be stored
        assert list(history.changes()) == []
        assert service.heartbeat.age(clock.now()) >= timedelta(minutes=10)
        ballast.unlink()
        await until(lambda: not history.trouble)
        clock.advance(SOON)  # and not the feed's whole interval: it has news
        await until(lambda: bool(list(history.changes())))
        await until(lambda: "over: the history cannot be stored" in titles(desk))
        assert titles(desk).count("the history cannot be stored") == 1
        over = next(
            message.content
            for message in desk.sent
            if getattr(message.content, "title", "").startswith("over: the hist")
        )
        assert isinstance(over, Notice)
        assert re.fullmatch(r"It lasted 1\dm\.", over.text)
        assert feed.readings == asked + 1
    finally:
        service.stop()
        await asyncio.wait_for(task, 20)
        history.close()


async def test_a_start_on_a_full_disk_shouts_once_and_waits_for_room(small_disk: Path) -> None:
    ballast = fill(small_disk)
    clock, desk = ManualClock(NOW), Scripted("desk")
    waiting = asyncio.Event()

    async def on_waiting() -> None:
        waiting.set()

    folder = small_disk / "data"
    every = timedelta(milliseconds=5)
    opening = asyncio.create_task(
        open_when_possible(HistoryPlace(folder), clock, LastResort({"desk": desk}), on_waiting=on_waiting, every=every)
    )
    await asyncio.wait_for(waiting.wait(), 20)
    await asyncio.sleep(0.1)
    assert not opening.done()
    clock.advance(timedelta(hours=1))
    ballast.unlink()
    grow(small_disk, "64m")  # room for the bundle too
    replica = await asyncio.wait_for(opening, 30)
    assert replica.history.home("ofsted:SC478986") is not None
    replica.close()
    await until(lambda: len(titles(desk)) == 2)
    assert titles(desk) == [
        "the history cannot be opened for writing",
        "over: the history cannot be opened for writing",
    ]


async def test_what_waiting_cannot_mend_ends_the_start(tmp_path: Path) -> None:
    begun(tmp_path).close()
    (tmp_path / "history.json").write_bytes(b"")

    async def never() -> None:
        pytest.fail("it waits")

    with pytest.raises(HistoryUnusableError, match="watcher restore"):
        await open_when_possible(HistoryPlace(tmp_path), ManualClock(NOW), LastResort(), on_waiting=never)


def test_a_folder_that_is_mounted_read_only_is_looked_at_as_ever(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    begun(small_disk).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(HistoryUnusableError, match="Read-only file system"):
        EmbeddedHistory.open(small_disk)
    config = small_disk.parent / "watcher.toml"
    config.write_text(f'data_dir = "{small_disk}"\n[channels.screen]\nkind = "console"\n')
    for command, code in ((("history", "SC000001"), 0), (("status",), 0), (("alerts", "retry", "x"), 1)):
        monkeypatch.setattr(sys, "argv", ["watcher", *command, "--config", str(config)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert int(ended.value.code or 0) == code
        assert "Traceback" not in capsys.readouterr().err
