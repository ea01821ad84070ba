"""The pulse says which job is furthest behind, and a damaged or missing file says that no service runs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.service import heartbeat
from watcher.service.heartbeat import JOBS, Heartbeat

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_one_hanging_job_makes_the_pulse_old(tmp_path: Path) -> None:
    beat = Heartbeat(tmp_path, START)
    later = START + timedelta(minutes=5)
    for job in JOBS[1:]:
        beat.beat(job, later)
    assert beat.age(later) == timedelta(minutes=5)
    beat.beat(JOBS[0], later)
    assert beat.age(later) == timedelta(0)


def test_the_pulse_is_read_by_another_process_and_gone_after_an_orderly_end(tmp_path: Path) -> None:
    beat = Heartbeat(tmp_path, START)
    for job in JOBS:
        beat.beat(job, START + timedelta(seconds=30))
    read = heartbeat.read(tmp_path)
    assert read is not None
    assert heartbeat.age(read.beats, START + timedelta(minutes=1)) <= timedelta(minutes=1)
    beat.end()
    assert heartbeat.read(tmp_path) is None


def test_a_clock_set_back_makes_no_negative_age(tmp_path: Path) -> None:
    assert Heartbeat(tmp_path, START).age(START - timedelta(days=1)) == timedelta(0)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"feeds": 3}', b'{"feeds": "yesterday"}'])
def test_a_damaged_pulse_is_no_pulse(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "heartbeat.json").write_bytes(content)
    assert heartbeat.read(tmp_path) is None
