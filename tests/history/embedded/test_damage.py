"""What is not as it was written is refused by name; only a torn last line of the journal is dropped."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from watcher.history.embedded.snapshot import Documents
from watcher.history.embedded.store import Store
from watcher.history.failures import HistoryDamagedError
from watcher.history.protocol import HistoryUnusableError

State = dict[str, Documents]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A snapshot of two commits, and a journal with three more."""
    store = Store.open(tmp_path)
    store.table("homes").insert({"name": "Dene"})
    store.table("inspections").insert({"home": 1, "overall": "good"})
    store.compact()
    for grade in ("inadequate", "good", "outstanding"):
        store.table("inspections").insert({"home": 1, "overall": grade})
    store.close()
    return tmp_path


def read(folder: Path) -> State:
    store = Store.open(folder, read_only=True)
    return store.read_all()


def read_or_refused(folder: Path) -> State | None:
    try:
        return read(folder)
    except HistoryDamagedError:
        return None


def states_by_commit(folder: Path) -> list[State]:
    """The states after each whole line of the journal, the last one first."""
    journal = folder / "history.journal"
    content = journal.read_bytes()
    lines = content.splitlines(keepends=True)
    states = []
    for kept in range(len(lines), 0, -1):
        journal.write_bytes(b"".join(lines[:kept]))
        states.append(read(folder))
    journal.write_bytes(content)
    return states


def without_any_bit(content: bytes, position: int) -> list[bytes]:
    return [content[:position] + bytes([content[position] ^ 1 << bit]) + content[position + 1 :] for bit in range(8)]


def test_a_snapshot_with_a_flipped_bit_anywhere_is_refused(folder: Path) -> None:
    snapshot = folder / "history.json"
    content = snapshot.read_bytes()
    for position in range(len(content)):
        for damaged in without_any_bit(content, position):
            snapshot.write_bytes(damaged)
            assert read_or_refused(folder) is None, damaged


@pytest.mark.parametrize("gone", [(), ("history.marker", "history.journal")])
def test_a_snapshot_cut_off_anywhere_is_refused(folder: Path, gone: tuple[str, ...]) -> None:
    for name in gone:
        (folder / name).unlink()
    snapshot = folder / "history.json"
    content = snapshot.read_bytes()
    for length in range(len(content)):
        snapshot.write_bytes(content[:length])
        assert read_or_refused(folder) is None, length


def test_a_snapshot_with_something_after_its_end_is_refused(folder: Path) -> None:
    with (folder / "history.json").open("ab") as file:
        file.write(b"\n")
    assert read_or_refused(folder) is None


def test_a_journal_with_a_flipped_bit_before_its_last_line_is_refused(folder: Path) -> None:
    journal = folder / "history.journal"
    content = journal.read_bytes()
    last_line = content.rindex(b"\n", 0, -1) + 1
    for position in range(last_line):
        for damaged in without_any_bit(content, position):
            journal.write_bytes(damaged)
            assert read_or_refused(folder) is None, damaged


def test_a_journal_with_a_flipped_bit_in_its_last_line_loses_that_line_or_is_refused(folder: Path) -> None:
    whole, shorter, *_ = states_by_commit(folder)
    journal = folder / "history.journal"
    content = journal.read_bytes()
    last_line = content.rindex(b"\n", 0, -1) + 1
    for position in range(last_line, len(content)):
        for damaged in without_any_bit(content, position):
            journal.write_bytes(damaged)
            assert read_or_refused(folder) in (shorter, None), damaged
    journal.write_bytes(content)
    assert read(folder) == whole


def test_a_journal_cut_off_anywhere_gives_the_whole_lines_before_the_cut(folder: Path) -> None:
    states = states_by_commit(folder)
    journal = folder / "history.journal"
    content = journal.read_bytes()
    for length in range(len(content)):
        journal.write_bytes(content[:length])
        whole_lines = content[:length].count(b"\n")
        assert read_or_refused(folder) == (states[-whole_lines] if whole_lines else None), length


def test_a_commit_takes_the_place_of_a_torn_line(folder: Path) -> None:
    journal = folder / "history.journal"
    os.truncate(journal, journal.stat().st_size - 9)
    store = Store.open(folder)
    assert len(store.table("inspections")) == 3
    store.table("inspections").insert({"home": 1, "overall": "requires improvement"})
    after = store.read_all()
    store.close()
    assert read(folder) == after


def test_a_journal_that_lacks_a_commit_is_refused(folder: Path) -> None:
    journal = folder / "history.journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:1] + lines[2:]))
    with pytest.raises(HistoryDamagedError, match="is not what was written to it, from byte"):
        read(folder)


def test_zeros_after_the_last_line_are_a_torn_line(folder: Path) -> None:
    state = read(folder)
    with (folder / "history.journal").open("ab") as file:
        file.write(bytes(4096))
    assert read(folder) == state


def unlink(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("history.json", unlink, r"history\.json is missing.*`watcher restore FILE`.*history\.json\.previous"),
        ("history.json", empty, r"history\.json is empty"),
        ("history.journal", unlink, r"history\.journal is missing"),
        ("history.journal", empty, r"history\.journal is empty"),
    ],
)
@pytest.mark.parametrize("read_only", [False, True])
def test_a_vanished_or_empty_file_is_refused_and_never_a_fresh_start(
    folder: Path, name: str, change: object, message: str, read_only: bool
) -> None:
    assert callable(change)
    change(folder / name)
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "history.lock"}
    for _ in range(2):
        with pytest.raises(HistoryDamagedError, match=message):
            Store.open(folder, read_only=read_only)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "history.lock"} == files


def test_a_marker_alone_is_a_lost_history(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != "history.marker":
            path.unlink()
    with pytest.raises(HistoryDamagedError, match="is missing"):
        Store.open(folder)


def test_a_lost_marker_is_written_again(folder: Path) -> None:
    state = read(folder)
    (folder / "history.marker").unlink()
    store = Store.open(folder)
    assert store.read_all() == state
    store.close()
    assert (folder / "history.marker").exists()


def test_a_history_that_never_was_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(HistoryUnusableError, match="no history in"):
        Store.open(tmp_path / "nowhere", read_only=True)
    assert not (tmp_path / "nowhere").exists()


def test_the_previous_snapshot_put_back_gives_the_present_state(folder: Path) -> None:
    state = read(folder)
    (folder / "history.json.previous").rename(folder / "history.json")
    assert read(folder) == state
    for _ in range(2):
        store = Store.open(folder)
        assert store.read_all() == state
        store.close()


def test_the_previous_pair_put_back_gives_the_state_of_the_last_compaction(folder: Path) -> None:
    compacted = states_by_commit(folder)[-1]
    for name in ("history.json", "history.journal"):
        (folder / f"{name}.previous").rename(folder / name)
    assert read(folder) == compacted


def test_a_journal_newer_than_its_snapshot_is_refused(folder: Path) -> None:
    (folder / "history.json.previous").rename(folder / "history.json")
    (folder / "history.journal.previous").unlink()
    with pytest.raises(HistoryDamagedError, match="newer than its snapshot"):
        Store.open(folder)


def test_a_journal_older_than_its_snapshot_is_superseded(folder: Path) -> None:
    compacted = states_by_commit(folder)[-1]
    (folder / "history.journal.previous").rename(folder / "history.journal")
    for _ in range(2):
        store = Store.open(folder)
        assert store.read_all() == compacted
        store.close()


def test_a_journal_much_older_than_its_snapshot_is_superseded_and_begun_anew(folder: Path) -> None:
    old = (folder / "history.journal").read_bytes()
    store = Store.open(folder)
    for number in range(5):
        store.table("homes").insert({"name": f"Home {number}"})
    store.compact()
    state = store.read_all()
    store.close()
    (folder / "history.journal").write_bytes(old)
    store = Store.open(folder)
    assert store.read_all() == state
    number = store.table("homes").insert({"name": "Ivy"})
    store.close()
    assert read(folder)["homes"][number] == b'{"name":"Ivy"}'


def test_a_journal_of_another_history_is_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    store = Store.open(other)
    for number in range(4):
        store.table("homes").insert({"name": f"Home {number}"})
    store.close()
    (folder / "history.journal").write_bytes((other / "history.journal").read_bytes())
    with pytest.raises(HistoryDamagedError, match="belongs to another history"):
        Store.open(folder)


def test_a_snapshot_alone_opens_as_a_history(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """As a copy that somebody made of it."""
    copy = tmp_path_factory.mktemp("copy")
    (copy / "history.json").write_bytes((folder / "history.json").read_bytes())
    store = Store.open(copy)
    assert store.read_all() == states_by_commit(folder)[-1]
    store.table("homes").insert({"name": "Ivy"})
    after = store.read_all()
    store.close()
    assert read(copy) == after


def test_stock_tinydb_reads_the_snapshot(folder: Path) -> None:
    store = Store.open(folder)
    store.compact()
    with TinyDB(folder / "history.json", access_mode="r") as stock:
        assert stock.tables() == {"homes", "inspections", "_snapshot"}
        for name in ("homes", "inspections"):
            assert stock.table(name).all() == store.table(name).all()
            assert [document.doc_id for document in stock.table(name)] == list(store.table(name).raw())
    store.close()


def test_a_file_of_stock_tinydb_is_taken_where_there_was_no_history(tmp_path: Path) -> None:
    with TinyDB(tmp_path / "history.json", indent=1) as stock:
        stock.table("homes").insert_multiple([{"name": "Dene"}, {"name": "Élan"}])
    store = Store.open(tmp_path)
    assert store.table("homes").all() == [{"name": "Dene"}, {"name": "Élan"}]
    store.close()
    assert len(read(tmp_path)["homes"]) == 2


def test_a_snapshot_that_stock_tinydb_wrote_over_is_refused(folder: Path) -> None:
    with TinyDB(folder / "history.json") as stock:
        stock.table("homes").insert({"name": "slipped in"})
    with pytest.raises(HistoryDamagedError, match="is not what was written to it"):
        Store.open(folder)


@pytest.mark.parametrize("content", ["[]", "{", '{"homes": []}', '{"homes": {"one": {}}}', "7", "null"])
def test_what_is_no_tinydb_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "history.json").write_text(content)
    with pytest.raises(HistoryDamagedError, match="neither a history nor a file of TinyDB"):
        Store.open(tmp_path)


def test_documents_with_line_breaks_and_odd_names_survive(tmp_path: Path) -> None:
    odd: dict[str, dict[str, Any]] = {
        'a "table":{': {"text": 'line\nbreak \u2028 "},\n'},
        "_snapshots": {"": {"_snapshot": {"1": []}}},
        "é": {},
    }
    store = Store.open(tmp_path)
    for name, document in odd.items():
        store.table(name).insert(document)
    store.compact()
    store.close()
    store = Store.open(tmp_path)
    assert {name: store.table(name).get(doc_id=1) for name in odd} == odd
    store.close()
    stock = json.loads((tmp_path / "history.json").read_text())
    assert {name: stock[name]["1"] for name in odd} == odd


def test_a_format_of_the_future_is_refused_by_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(folder)
    with monkeypatch.context() as patch:
        patch.setattr("watcher.history.embedded.snapshot.FORMAT", 2)
        store.compact()
    store.close()
    with pytest.raises(HistoryDamagedError, match="format 2, which a newer watcher wrote"):
        Store.open(folder)
