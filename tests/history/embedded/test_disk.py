"""The calls below everything else, and file systems that lack some of them."""

import errno
import os
import stat
from pathlib import Path

import pytest

from tests.history.embedded.faulty_disk import FailingDisk
from watcher.history.embedded.disk import NO_FOLDER_SYNC, NO_LINKS, Disk, keep, write_file
from watcher.history.embedded.store import Store
from watcher.history.failures import CommitFailedError


class SlowDisk(Disk):
    """Takes three bytes at a time."""

    def write(self, descriptor: int, content: bytes | memoryview) -> int:
        return super().write(descriptor, content[:3])


class LinklessDisk(Disk):
    """Answers every link with one error."""

    def __init__(self, error: int) -> None:
        self.error = error

    def link(self, source: Path, target: Path) -> None:
        raise OSError(self.error, os.strerror(self.error))


def test_a_disk_that_takes_few_bytes_at_a_time_gets_them_all(tmp_path: Path) -> None:
    write_file(SlowDisk(), tmp_path / "file", [b"all of ", b"", b"it"])
    assert (tmp_path / "file").read_bytes() == b"all of it"


def test_a_new_file_replaces_a_longer_one(tmp_path: Path) -> None:
    for content in (b"a long text", b"short"):
        write_file(Disk(), tmp_path / "file", [content])
    assert (tmp_path / "file").read_bytes() == b"short"


@pytest.mark.parametrize("error", sorted(NO_LINKS))
def test_without_hard_links_the_previous_generation_is_a_copy(tmp_path: Path, error: int) -> None:
    with Store.open(tmp_path, disk=LinklessDisk(error)) as store:
        for name in ("Dene", "Ivy"):
            store.table("homes").insert({"name": name})
            before = (tmp_path / "history.json").read_bytes()
            store.compact()
            assert (tmp_path / "history.json.previous").read_bytes() == before


def test_a_link_that_fails_for_another_reason_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"content")
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        keep(LinklessDisk(errno.EIO), tmp_path / "file", tmp_path / "second name")
    assert not (tmp_path / "second name").exists()


class OneCallDisk(FailingDisk):
    """Fails calls of one name, once it is told to."""

    def __init__(self, name: str) -> None:
        super().__init__("EIO once", at=0)
        self.name = name

    def before(self, name: str) -> None:
        self.at = self.calls if name == self.name and self.failed else 0
        super().before(name)


@pytest.mark.parametrize("call", ["open", "write", "sync", "rename", "link", "unlink", "sync_folder"])
def test_a_failed_snapshot_leaves_no_file_behind_and_loses_no_commit(tmp_path: Path, call: str) -> None:
    with Store.open(tmp_path) as store:
        store.table("homes").insert({"name": "Dene"})
    disk = OneCallDisk(call)
    with Store.open(tmp_path, disk=disk) as store:
        disk.failed = True
        with pytest.raises(CommitFailedError, match=r"A snapshot could not be stored in .*Make room on that disk"):
            store.compact()
        assert call == "unlink" or "history.json.new" not in {path.name for path in tmp_path.iterdir()}
        disk.failed = False
        assert store.table("homes").all() == [{"name": "Dene"}]
        store.table("homes").insert({"name": "Ivy"})
    with Store.open(tmp_path) as store:
        assert store.table("homes").all() == [{"name": "Dene"}, {"name": "Ivy"}]


def test_a_folder_is_made_durable_with_those_above_it(tmp_path: Path) -> None:
    synced = []

    class NotingDisk(Disk):
        def sync_folder(self, folder: Path) -> None:
            synced.append(folder)

    NotingDisk().make_folder(tmp_path / "above" / "history")
    assert set(synced) == {tmp_path, tmp_path / "above"}
    NotingDisk().make_folder(tmp_path / "above" / "history")
    assert len(synced) == 2
    Disk().make_folder(tmp_path / "another" / "history")
    assert (tmp_path / "another" / "history").is_dir()


@pytest.mark.parametrize("code", NO_FOLDER_SYNC)
def test_a_folder_that_can_not_be_synced_holds_a_history_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    real = os.fsync

    def sync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, os.strerror(code))
        real(descriptor)

    monkeypatch.setattr("watcher.history.embedded.disk.os.fsync", sync)
    with Store.open(tmp_path) as store:
        store.table("homes").insert({"name": "Dene"})
    assert len(Store.open(tmp_path, read_only=True).read_all()["homes"]) == 1


def test_a_folder_whose_sync_fails_otherwise_is_not_taken_for_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("watcher.history.embedded.disk.os.fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        Disk().sync_folder(tmp_path)
