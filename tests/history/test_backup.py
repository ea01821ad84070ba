"""A backup is one file that proves every bit of itself; what is not whole is refused."""

import gzip
import os
import stat
import sys
import tracemalloc
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import orjson
import pytest

from tests.bombs import GZIP, bomb
from tests.history.embedded.faulty_disk import FAILURES, FailingDisk
from tests.programs import Program
from watcher.history.backup import Backup, BackupError, _header_member, read_backup, write_backup

TAKEN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BACKUP = Backup(
    TAKEN,
    17,
    {"homes": {1: b'{"name":"Dene"}', 7: '{"name":"Élan\\n"}'.encode()}, 'odd "one"': {2: b"{}"}, "empty": {}},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_backup(BACKUP, tmp_path / "b.gz")
    return tmp_path / "b.gz"


def test_what_is_written_is_read_again(file: Path) -> None:
    again = read_backup(file)
    assert (again.taken, again.sequence, again.counts) == (TAKEN, 17, {"homes": 2, 'odd "one"': 1})
    assert again.tables == {name: rows for name, rows in BACKUP.tables.items() if rows}


def test_other_programs_read_it_as_gzipped_lines(file: Path) -> None:
    header, *documents = [orjson.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    assert (header["watcher backup"], header["sequence"], header["counts"]["homes"]) == (1, 17, 2)
    assert documents[0] == {"table": "homes", "id": 1, "document": {"name": "Dene"}}


def test_only_its_owner_may_read_it(file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_it_is_refused_wherever_it_is_cut_off_or_a_bit_is_flipped(file: Path) -> None:
    content = file.read_bytes()
    damaged = [content[:length] for length in range(len(content))] + [content + b"\n"]
    for position, byte in enumerate(content):
        damaged += [content[:position] + bytes([byte ^ 1 << bit]) + content[position + 1 :] for bit in range(8)]
    for spoiled in damaged:
        file.write_bytes(spoiled)
        with pytest.raises(BackupError):
            read_backup(file)


def test_a_format_of_the_future_is_refused_with_what_to_do(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("watcher.history.backup.FORMAT", 2)
        write_backup(BACKUP, tmp_path / "newer.gz")
    with pytest.raises(BackupError, match=r"has format 2, .*restore it with that version or a newer one"):
        read_backup(tmp_path / "newer.gz")


def test_a_file_that_is_there_is_replaced_only_on_request(file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(BackupError, match="--force"):
        write_backup(Backup(TAKEN, 18, {}), file)
    assert file.read_bytes() == before
    write_backup(Backup(TAKEN, 18, {}), file, force=True)
    assert read_backup(file).sequence == 18


@pytest.mark.parametrize("failure", FAILURES)
def test_a_disk_that_fails_leaves_the_old_file_or_the_new_one_and_nothing_else(file: Path, failure: str) -> None:
    old = file.read_bytes()
    for at in range(1, 100):
        disk = FailingDisk(failure, at)
        try:
            write_backup(Backup(TAKEN, 18, BACKUP.tables), file, force=True, disk=disk)
        except BackupError:
            disk.repaired = True
        assert read_backup(file).sequence in (17, 18)
        left = {path.name for path in file.parent.iterdir() if failure != "EIO from here on" or path == file}
        assert left == {file.name}
        if not disk.failed:
            break
        file.write_bytes(old)
    else:
        pytest.fail("the disk never came to an end")


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", gzip.compress(b"{}\n"), bytes(70_000)):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(BackupError, match="not a backup as it was written"):
            read_backup(tmp_path / "x")
    with pytest.raises(BackupError, match="cannot be read"):
        read_backup(tmp_path / "nowhere")


def claiming(file: Path, packed: bytes, count: int) -> None:
    """A file that says of itself what a backup says, whatever it swells to."""
    header = {"watcher backup": 1, "version": "1", "taken": TAKEN.isoformat(), "sequence": 1}
    header |= {"counts": {"homes": count}, "sha256": sha256(packed).hexdigest()}
    file.write_bytes(_header_member(orjson.dumps(header) + b"\n") + packed)


LINE = b'{"table":"homes","id":1,"document":{"name":"%b"}}\n'


@pytest.mark.parametrize(
    ("documents", "count"),
    [
        ([(LINE[: LINE.index(b"%b")], 1), (b"x" * 1_000_000, 300), (LINE[LINE.index(b"%b") + 2 :], 1)], 1),
        ([(b"\n" * 1_000_000, 300)], 1),
        ([(LINE % b"" * 20_000, 300)], 6_000_000),
    ],
    ids=["one document", "blank lines", "many documents"],
)
def test_what_swells_is_refused_before_it_takes_the_memory(
    tmp_path: Path, documents: list[tuple[bytes, int]], count: int
) -> None:
    claiming(tmp_path / "bomb.gz", bomb(*documents, envelope=GZIP), count)
    tracemalloc.start()
    try:
        with pytest.raises(BackupError, match=r"not a backup as it was written.*Nothing was changed"):
            read_backup(tmp_path / "bomb.gz")
        assert tracemalloc.get_traced_memory()[1] < 200_000_000
    finally:
        tracemalloc.stop()


def test_more_documents_than_the_header_counts_are_refused(tmp_path: Path) -> None:
    two = gzip.compress(LINE % b"" + LINE.replace(b'"id":1', b'"id":2') % b"")
    claiming(tmp_path / "b.gz", two, 1)
    with pytest.raises(BackupError):
        read_backup(tmp_path / "b.gz")
    claiming(tmp_path / "b.gz", gzip.compress(LINE % b""), 1)
    assert read_backup(tmp_path / "b.gz").counts == {"homes": 1}


def test_the_next_backup_clears_what_a_killed_one_left_and_touches_nobody_elses(tmp_path: Path) -> None:
    file = tmp_path / "watcher.backup"
    with Program([sys.executable, "-c", ""]) as killed:
        killed.wait()
    abandoned = tmp_path / f".watcher.backup.{killed.pid}-0011aabb.part"
    others = [
        tmp_path / f".watcher.backup.{os.getppid()}-0011aabb.part",
        tmp_path / f".other.{killed.pid}-0011aabb.part",
    ]
    for path in (abandoned, *others):
        path.write_bytes(b"half a backup")
    write_backup(BACKUP, file)
    assert not abandoned.exists()
    assert all(path.exists() for path in others)
