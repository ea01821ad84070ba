"""The call sweep: whatever call of a commit fails or is the last, the history is the old one or the new one."""

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from tinydb.table import Document

from tests.history.embedded.faulty_disk import FAILURES, FailingDisk, MortalDisk, PowerCutError
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.snapshot import Documents
from watcher.history.embedded.store import Store
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import HistoryUnusableError

State = dict[str, Documents]


def change_three_tables(store: Store) -> None:
    with store.transaction():
        store.table("homes").upsert(Document({"name": "Eden", "beds": 4}, doc_id=1))
        store.table("homes").insert({"name": "Fern"})
        store.table("inspections").remove(doc_ids=[1])
        store.table("deliveries").insert({"state": "waiting"})


def compact(store: Store) -> None:
    store.compact()


def compact_and_commit(store: Store) -> None:
    store.compact()
    change_three_tables(store)


def load(store: Store) -> None:
    store.load({"homes": {8: b'{"name":"Gale"}', 9: b'{"name":"Hope"}'}})


def replace_tables(store: Store) -> None:
    store.replace({"inspections": {1: b'{"home":2}'}, "deliveries": {1: b'{"state":"waiting"}'}})


def keep_index(store: Store) -> None:
    store.keep_index()


def nothing(store: Store) -> None:
    pass


def fresh(folder: Path) -> None:
    pass


def begun(folder: Path) -> None:
    """A snapshot that knows two documents, and a journal with a commit that it knows and one that it does not."""
    store = Store.open(folder)
    store.table("homes").insert({"name": "Dene"})
    store.table("inspections").insert({"home": 1, "overall": "good"})
    store.compact()
    store.table("inspections").insert({"home": 1, "overall": "inadequate"})
    store.close()


def not_indexed(folder: Path) -> None:
    begun(folder)
    (folder / "history.index").unlink()


def torn(folder: Path) -> None:
    begun(folder)
    with (folder / "history.journal").open("ab") as file:
        file.write(b"0123456789abcdef 17 {")


def plain(folder: Path) -> None:
    folder.mkdir()
    (folder / "history.json").write_text('{"homes": {"1": {"name": "Dene"}, "2": {"name": "Ivy"}}}')


@dataclass(frozen=True)
class Scenario:
    prepare: Callable[[Path], None]
    act: Callable[[Store], None]


SCENARIOS = {
    "commit": Scenario(begun, change_three_tables),
    "first commit": Scenario(fresh, change_three_tables),
    "creation": Scenario(fresh, nothing),
    "opening a torn journal": Scenario(torn, nothing),
    "taking a plain TinyDB file": Scenario(plain, nothing),
    "compaction": Scenario(begun, compact),
    "compaction and commit": Scenario(begun, compact_and_commit),
    "keeping an index": Scenario(not_indexed, keep_index),
    "load": Scenario(begun, load),
    "first load": Scenario(fresh, load),
    "tables replaced": Scenario(begun, replace_tables),
}


def state_of(folder: Path) -> State:
    return Store.open(folder, read_only=True).read_all() if Store.exists(folder) else {}


@pytest.fixture(params=SCENARIOS)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return SCENARIOS[request.param]


@dataclass
class Case:
    """A prepared folder, of which every run gets a copy."""

    prepared: Path
    scenario: Scenario
    old: State
    new: State

    def copy(self, name: str) -> Path:
        folder = self.prepared.with_name(name)
        if self.prepared.exists():
            shutil.copytree(self.prepared, folder)
        return folder


@pytest.fixture
def case(tmp_path: Path, scenario: Scenario) -> Case:
    prepared = tmp_path / "prepared"
    scenario.prepare(prepared)
    case = Case(prepared, scenario, {}, {})
    folder = case.copy("without failure")
    store = Store.open(folder)
    case.old = store.read_all()
    scenario.act(store)
    case.new = store.read_all()
    store.close()
    assert state_of(folder) == case.new
    return case


def accepts_a_commit(folder: Path) -> bool:
    before = state_of(folder)
    store = Store.open(folder)
    assert store.read_all() == before
    number = store.table("homes").insert({"name": "after"})
    store.close()
    after = state_of(folder)
    return after == before | {"homes": before.get("homes", {}) | {number: b'{"name":"after"}'}}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failed_call_leaves_the_old_state_or_the_new_one(case: Case, failure: str) -> None:
    failed = 0
    for at in count(1):
        folder = case.copy(f"call {at}")
        disk = FailingDisk(failure, at)
        possible = [case.old, case.new]
        with contextlib.suppress(HistoryUnusableError):
            store = Store.open(folder, disk=disk)
            possible = after_acting(case, store, disk)
            store.close()
        if folder.exists():
            assert state_of(folder) in possible
        assert accepts_a_commit(folder)
        failed += disk.failed
        if disk.calls < at:
            break
    assert failed > 0


def after_acting(case: Case, store: Store, disk: FailingDisk) -> list[State]:
    """The states that the store may have once it is reopened."""
    try:
        case.scenario.act(store)
    except CommitFailedError:
        assert store.read_all() in (case.old, case.new)
    else:
        assert store.read_all() == case.new
    disk.repaired = True
    known = store.read_all()
    if not store.refusal:
        store.table("homes").insert({"name": "accepted"})
        return [store.read_all()]
    with pytest.raises(CommitFailedError, match="start watcher again"):
        store.table("homes").insert({"name": "refused"})
    assert store.read_all() == known
    return [case.old, case.new]


def test_a_failed_commit_is_not_there_after_reopening(tmp_path: Path) -> None:
    begun(tmp_path / "prepared")
    old = state_of(tmp_path / "prepared")
    for failure, call in (("ENOSPC once", 1), ("short write, then ENOSPC", 1), ("ENOSPC once", 2), ("EIO once", 2)):
        folder = tmp_path / f"{failure} {call}"
        shutil.copytree(tmp_path / "prepared", folder)
        disk = FailingDisk(failure, at=0)
        store = Store.open(folder, disk=disk)
        disk.at = disk.calls + call
        with pytest.raises(CommitFailedError, match="as it was before"):
            change_three_tables(store)
        assert store.refusal == ""
        assert store.read_all() == old
        store.close()
        assert state_of(folder) == old


@pytest.mark.parametrize("bytes_", ["kept", "half", "lost"])
@pytest.mark.parametrize("names", ["kept", "lost", "newest kept"])
def test_a_power_cut_leaves_the_old_state_or_the_new_one(case: Case, names: str, bytes_: str) -> None:
    for at in count(1):
        folder = case.copy(f"call {at}")
        disk = MortalDisk(folder, at)
        acknowledged = case.old
        with contextlib.suppress(PowerCutError):
            store = Store.open(folder, disk=disk)
            case.scenario.act(store)
            acknowledged = case.new
            store.close()
        disk.power_returns(names=names, bytes_=bytes_)
        assert state_of(folder) in (acknowledged, case.new)
        assert accepts_a_commit(folder)
        if not disk.died:
            break
    assert at > 1


def test_what_is_acknowledged_after_a_kill_survives_a_power_cut(case: Case) -> None:
    """A killed process leaves its writes to the kernel, which may not have stored them yet."""
    for at in count(1):
        folder = case.copy(f"call {at}")
        disk = MortalDisk(folder, at)
        with contextlib.suppress(PowerCutError):
            store = Store.open(folder, disk=disk)
            case.scenario.act(store)
            store.close()
        disk.revive()
        store = Store.open(folder, disk=disk)
        store.table("homes").insert({"name": "acknowledged"})
        acknowledged = store.read_all()
        store.close()
        disk.power_returns(names="lost", bytes_="lost")
        assert state_of(folder) == acknowledged
        if disk.calls < at:
            break


@pytest.mark.parametrize("cuts", [(first, second) for first in range(1, 30, 3) for second in range(1, 12, 2)])
def test_a_second_power_cut_while_recovering_loses_nothing(tmp_path: Path, cuts: tuple[int, int]) -> None:
    begun(tmp_path / "history")
    old = state_of(tmp_path / "history")
    for at in cuts:
        disk = MortalDisk(tmp_path / "history", at)
        with contextlib.suppress(PowerCutError):
            store = Store.open(tmp_path / "history", disk=disk)
            store.compact()
            store.close()
        disk.power_returns(names="lost", bytes_="lost")
    assert state_of(tmp_path / "history") == old


class MeddlingDisk(Disk):
    """Lets somebody commit while a snapshot is being written."""

    store: Store | None = None

    def open(self, path: Path, flags: int) -> int:
        if self.store is not None and path.name == "history.json.new":
            change_three_tables(self.store)
        return super().open(path, flags)


def test_commits_made_while_a_snapshot_is_written_are_in_the_new_journal(tmp_path: Path) -> None:
    begun(tmp_path)
    disk = MeddlingDisk()
    store = Store.open(tmp_path, disk=disk)
    disk.store = store
    store.compact()
    known = store.read_all()
    assert b"Fern" in (tmp_path / "history.journal").read_bytes()
    assert b"Fern" not in (tmp_path / "history.json").read_bytes()
    store.close()
    assert state_of(tmp_path) == known
    assert accepts_a_commit(tmp_path)
