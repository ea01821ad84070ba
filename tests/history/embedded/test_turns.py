"""Whoever reads thousands of documents in a thread lets others have their turns; who reads alone waits for nobody."""

import itertools
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from watcher.history.embedded import snapshot_file
from watcher.history.embedded.snapshot_file import SnapshotFile

READS = 1000


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, each time; between two readings of the clock a millisecond passes."""
    waited: list[float] = []
    ticks = itertools.count()
    timing = SimpleNamespace(sleep=waited.append, monotonic=lambda: next(ticks) / 1000)
    monkeypatch.setattr(snapshot_file, "time", timing)
    return waited


def read(file: SnapshotFile) -> None:
    for _ in range(READS):
        assert file.read(0, 2) == b"{}"


def test_a_thread_that_reads_pauses_again_and_again_and_the_loop_never(tmp_path: Path, pauses: list[float]) -> None:
    (tmp_path / "snapshot").write_bytes(b"{}")
    file = SnapshotFile(tmp_path / "snapshot")
    read(file)
    assert pauses == []
    thread = threading.Thread(target=read, args=(file,))
    thread.start()
    thread.join()
    assert READS / 10 < len(pauses) <= READS / 5 + 1
    assert 0 < sum(pauses) < 0.05 * READS / 1000
