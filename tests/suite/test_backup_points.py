"""`watcher backup` is killed at any call to the disk while the service runs: nothing half passes for a backup."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection
from tests.suite.cases import Cases
from tests.suite.points import BACKUP, ENDED_BEFORE, STATUS
from tests.suite.stage import Nursery, Stage, stage
from watcher.history.backup import BackupError, read_backup
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.restore import restore

pytestmark = pytest.mark.anyio

BEGINS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CASES = Cases(
    (home(),),
    (
        inspection("2025-05-01", "good", published="2025-06-10"),
        inspection("2026-01-20", "inadequate", published="2026-03-03"),
    ),
)
HELD = (1, 2, 1, 3)
"""Homes, inspections, changes and messages: one to Slack, one to each reader of the mail."""


def held_by(folder: Path) -> tuple[int, ...]:
    history = EmbeddedHistory.open(folder, read_only=True)
    records = [record for home in history.homes() for record in history.records(home.key)]
    return len([*history.homes()]), len(records), len([*history.changes()]), len([*history.deliveries()])


def passes(file: Path) -> bool:
    """Whether a file is taken for a backup; then it must be a whole one."""
    try:
        backup = read_backup(file)
    except BackupError:
        return False
    folder = file.parent / f"from {file.name}"
    restore(folder, backup, backup.taken)
    assert held_by(folder) == HELD
    return True


async def reads_on(stage: Stage) -> None:
    """The service reads, and stores that it did, all the time."""
    while True:
        before = last_read(stage)
        stage.clock.advance(timedelta(minutes=31))
        await asyncio.sleep(0.05)
        await stage.until(lambda: last_read(stage) != before)  # noqa: B023  # it reads as often as time passes


def last_read(stage: Stage) -> datetime | None:
    return stage.history().feed("ofsted").last_good


@pytest.mark.parametrize("has_older", [False, True])
async def test_no_call_of_a_backup_is_one_at_which_anything_is_lost_or_half(
    tmp_path: Path, nursery: Nursery, has_older: bool
) -> None:
    async with stage(tmp_path, nursery, CASES, BEGINS) as one:
        await one.begin()
        await one.until(one.has_baseline)
        one.clock.advance(timedelta(days=1))
        await one.until(lambda: held_by(one.data) == HELD and one.is_settled())
        reading = asyncio.create_task(reads_on(one))
        with Nursery() as beside:
            number, status, passing = 0, STATUS, 0
            while status == STATUS:
                number += 1
                place = tmp_path / f"backup {number}"
                place.mkdir()
                file = place / "history.gz"
                if has_older:
                    assert await one.command(beside, "backup", str(file)) == 0
                before = last_read(one)
                status = await one.command(beside, "backup", str(file), "--force", point=f"{BACKUP}{number}")
                assert status in (0, STATUS), one.log.read_text()[-3000:]
                assert passes(file) if has_older or status == 0 else passes(file) or not file.exists()
                drafts = [path for path in place.iterdir() if path.suffix == ".part"]
                passing += sum(passes(draft) for draft in drafts)
                assert len(drafts) <= 1
                await one.until(lambda then=before: last_read(one) != then)  # type: ignore[misc]  # mypy can't infer it
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
        await one.end()
        assert held_by(one.data) == HELD
        log = one.log.read_text().splitlines()
        ended = [line.removeprefix(ENDED_BEFORE) for line in log if line.startswith(ENDED_BEFORE)]
        assert len(ended) == number - 1
        assert {"open_private", "write", "sync", "rename", "sync_folder", "unlink"} <= set(ended)
        assert passing < len(ended)
        assert not [line for line in log if '"level": "error"' in line]
        for end in one.channels.values():
            assert [arrival.reader for arrival in end.arrivals()] == list(end.readers)
