"""The index beside the snapshot is never needed and never believed where it is not that snapshot's own."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.history.embedded.faulty_disk import CountingDisk
from watcher.history.embedded import index_file
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.keys import Several
from watcher.history.embedded.store import Store
from watcher.history.failures import CommitFailedError, HistoryDamagedError
from watcher.history.filing import Field

NAMES = ("Dene", "Ivy", "Fern")


def opened(folder: Path, *, read_only: bool = False, disk: Disk | None = None) -> Store:
    store = Store.open(folder, read_only=read_only, disk=disk)
    store.table("homes").add_indexes(
        name=Field("name"), letters=Several("letters", lambda document: tuple(document["name"].lower()))
    )
    return store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A snapshot of two homes with its index, and a journal with a third."""
    with opened(tmp_path) as store:
        for name in NAMES[:2]:
            store.table("homes").insert({"name": name})
        store.compact()
        store.table("homes").insert({"name": NAMES[2]})
    return tmp_path


def answers(folder: Path) -> list[object]:
    store = opened(folder, read_only=True)
    homes = store.table("homes")
    return [homes.ids("letters", letter) for letter in "deinxyr"] + [homes.all(), store.read_all()]


def parsed_documents(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was made of the lines of a snapshot, for want of an index."""
    read: list[object] = []
    real = index_file.read_index

    def note(path: Path, line: bytes, size: int) -> object:
        found = real(path, line, size)
        read.append(found)
        return found

    monkeypatch.setattr("watcher.history.embedded.folder.read_index", note)
    answers(folder)
    return read


def test_the_index_of_a_snapshot_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (index,) = parsed_documents(folder, monkeypatch)
    assert isinstance(index, dict)
    assert set(index["homes"].keys) == {"name", "letters"}


def damaged(content: bytes) -> Iterator[bytes]:
    for position in range(0, len(content), 3):
        yield content[:position] + bytes([content[position] ^ 1 << position % 8]) + content[position + 1 :]
    for length in range(0, len(content), 41):
        yield content[:length]
    yield content + b"\n"
    yield bytes(len(content))


def test_no_damage_to_the_index_changes_an_answer(folder: Path) -> None:
    index = folder / "history.index"
    content, right = index.read_bytes(), answers(folder)
    index.unlink()
    assert answers(folder) == right
    for wrong in damaged(content):
        index.write_bytes(wrong)
        assert answers(folder) == right, wrong


@pytest.mark.parametrize("loss", ["missing", "damaged", "a folder"])
def test_the_owner_makes_the_index_anew_and_a_reader_makes_nothing(folder: Path, loss: str) -> None:
    index = folder / "history.index"
    content, right = index.read_bytes(), answers(folder)
    index.unlink()
    if loss == "damaged":
        index.write_bytes(content[:-1])
    names = {path.name for path in folder.iterdir()}
    assert answers(folder) == right
    assert {path.name for path in folder.iterdir()} == names
    if loss == "a folder":
        index.mkdir()
    with opened(folder) as store:
        store.keep_index()
    assert answers(folder) == right
    assert loss == "a folder" or index.read_bytes() == content


def test_an_index_of_another_snapshot_is_not_believed(folder: Path) -> None:
    old = (folder / "history.index").read_bytes()
    with opened(folder) as store:
        store.table("homes").update({"name": "Dell"}, doc_ids=[2])
        store.compact()
    right = answers(folder)
    (folder / "history.index").write_bytes(old)
    assert answers(folder) == right
    (folder / "history.json.previous").rename(folder / "history.json")
    assert answers(folder) == right


class WithoutRenamedIndex(Disk):
    """Stops where a new snapshot is in force and its index has not got its name."""

    def rename(self, source: Path, target: Path) -> None:
        if target.name == "history.index":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        super().rename(source, target)


def test_a_new_snapshot_has_its_index_from_its_first_moment_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(folder, disk=WithoutRenamedIndex()) as store:
        store.compact()
        assert store.table("homes").ids("name", "Fern") == (3,)
    stale, own = parsed_documents(folder, monkeypatch)
    assert stale is None
    assert isinstance(own, dict)


class NoRoomForAnIndex(CountingDisk):
    """A disk that is full for the index alone."""

    def open(self, path: Path, flags: int) -> int:
        if path.name == "history.index.new":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().open(path, flags)


def test_an_index_that_is_written_over_while_it_is_in_use_changes_nothing(folder: Path) -> None:
    """By an operator's `cp`, which cuts the file short first: reading a mapped file would end the process."""
    with opened(folder) as store:
        right = store.table("homes").ids("name", "Dene")
        (folder / "history.index").write_bytes(b"")
        assert store.table("homes").ids("name", "Dene") == right == (1,)


def test_without_room_for_an_index_everything_works(folder: Path) -> None:
    with opened(folder, disk=NoRoomForAnIndex()) as store:
        store.compact()
        store.keep_index()
        store.table("homes").insert({"name": "Heath"})
        assert store.table("homes").ids("letters", "h") == (4,)
    assert [document["name"] for document in opened(folder, read_only=True).table("homes")] == [*NAMES, "Heath"]


def test_what_a_document_is_found_under_now_is_not_looked_up_as_it_was(folder: Path) -> None:
    for read_only in (True, False):
        store = Store.open(folder, read_only=read_only)
        store.table("homes").add_indexes(letters=Several("first letter", lambda document: document["name"][0]))
        assert [store.table("homes").ids("letters", letter) for letter in "dD"] == [(), (1,)]
        store.close()


def test_a_document_that_is_damaged_later_is_refused_when_it_is_read(folder: Path) -> None:
    reader, owner = opened(folder, read_only=True), opened(folder)
    snapshot = folder / "history.json"
    content = snapshot.read_bytes()
    with snapshot.open("r+b") as file:
        file.seek(content.index(b"Ivy"))
        file.write(b"IVY")
    fresh = opened(folder, read_only=True)
    for store in (reader, owner, fresh):
        homes = store.table("homes")
        assert homes.get(doc_id=1) == {"name": "Dene"}
        with pytest.raises(HistoryDamagedError, match=r"history\.json is not what was written to it"):
            homes.get(doc_id=homes.ids("name", "Ivy")[0])
        with pytest.raises(HistoryDamagedError):
            homes.all()
        with pytest.raises(HistoryDamagedError):
            store.read_all()
    with pytest.raises(CommitFailedError, match=r"history\.json is not what was written to it"):
        owner.compact()
    owner.table("homes").insert({"name": "Heath"})
    owner.close()
    with pytest.raises(HistoryDamagedError):
        opened(folder)


def test_damage_between_the_documents_is_never_built_upon(folder: Path) -> None:
    with opened(folder) as owner:
        snapshot = folder / "history.json"
        with snapshot.open("r+b") as file:
            file.seek(snapshot.read_bytes().index(b'"2":') + 1)
            file.write(b"3")
        with pytest.raises(CommitFailedError):
            owner.compact()
    with pytest.raises(HistoryDamagedError):
        opened(folder)
