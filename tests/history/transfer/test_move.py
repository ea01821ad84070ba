"""A history moves between a folder and a database: all of it or nothing, and back."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest

from tests.builders import MATTER, home, inspection
from tests.history.embedded.faulty_disk import CountingDisk, PowerCutError
from tests.standins.postgres import FreshDatabase, PostgresServer
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.everything import everything
from watcher.history.failures import HistoryLockedError, HistoryMovedError, HistoryTooNewError
from watcher.history.opening import open_history
from watcher.history.postgresql.beginning import made_ready
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.leadership import Leadership
from watcher.history.postgresql.lock_session import SessionLostError
from watcher.history.protocol import FeedState, HistoryUnusableError, Transaction
from watcher.history.transfer.database import DatabaseSide
from watcher.history.transfer.folder import FolderSide, FolderUnwritableError
from watcher.history.transfer.move import SourceUnmarkedError, move
from watcher.history.transfer.sides import TransferRefusedError, Whole
from watcher.options.place import HistoryPlace
from watcher.rounds.take_in import absorb

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ODD = replace(home(), name="Élan \x00 \\u0000 “quoted”")

Tables = dict[str, dict[int, bytes]]


def filled(place: HistoryPlace) -> HistoryPlace:
    """A history of one home with an inspection, a reading of a feed and a matter."""
    history = open_history(place, with_bundle=False)
    history.commit(absorb(history, [ODD], [inspection("2024-01-10", "inadequate")], None).transaction())
    history.commit(Transaction(notices={"m": MATTER}, feeds=[FeedState(name="ofsted", cursor={"page": 3})]))
    history.close()
    return place


def held_in(place: HistoryPlace) -> tuple[int, Tables]:
    """How many commits there were, and every document."""
    with everything(place) as (sequence, tables):
        return sequence, {name: dict(rows.items()) for name, rows in tables.items() if len(rows)}


@pytest.fixture
def folder(tmp_path: Path) -> HistoryPlace:
    """A history in a folder."""
    return filled(HistoryPlace(tmp_path / "data"))


@pytest.fixture
def shared(database: FreshDatabase, tmp_path: Path) -> HistoryPlace:
    """An empty database."""
    return HistoryPlace(tmp_path / "data", database.url, lambda: database.password)


@pytest.fixture
def another(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[HistoryPlace]:
    """A second one."""
    fresh = postgres_server.database()
    yield HistoryPlace(tmp_path / "data", fresh.url, lambda: fresh.password)
    postgres_server.drop(fresh)


def test_a_history_goes_from_place_to_place_and_back_and_is_run_on_the_last_alone(
    folder: HistoryPlace, shared: HistoryPlace, another: HistoryPlace
) -> None:
    before = held_in(folder)
    for number, (source, target) in enumerate([(folder, shared), (shared, another), (another, folder)], start=1):
        done = move(source, target, NOW)
        assert held_in(source) == (before[0] + number - 1, before[1])
        assert held_in(target) == (before[0] + number, before[1])
        assert {name: checksum.documents for name, checksum in done.arrival.checksums.items()} == {
            name: len(rows) for name, rows in before[1].items()
        }
        with pytest.raises(HistoryMovedError, match=r"was moved to .* on 2026-03-02: run watcher there"):
            open_history(source)
    assert (done.arrival.aside is not None) is (len([*folder.folder.glob("history-before-*")]) == 1)
    history = open_history(folder, with_bundle=False)
    assert history.standing_inadequate() == [ODD.key]
    assert history.feed("ofsted").cursor == {"page": 3}
    assert history.signing_key() == bytes.fromhex(orjson.loads(before[1]["signing"][1])["key"])
    history.commit(Transaction(notices={"n": MATTER}))
    history.close()


def test_a_history_that_was_moved_is_altered_by_nobody_who_had_it_open(
    folder: HistoryPlace, shared: HistoryPlace, another: HistoryPlace, database: FreshDatabase
) -> None:
    move(folder, shared, NOW)
    standby = PostgresHistory.open(Database(shared.url, shared.password))
    move(shared, another, NOW)
    with pytest.raises(Exception, match=r"could not be stored .* was moved to the database"):
        standby.commit(Transaction(notices={"n": MATTER}))
    standby.close()
    with pytest.raises(SessionLostError, match="was moved to the database"):
        Leadership(database.connect).try_once()
    with database.connect() as connection:
        connection.execute("UPDATE history SET moved_to = ''")  # as the message says
    open_history(shared).close()


def test_a_place_that_has_a_history_is_left_alone_or_kept_aside(
    folder: HistoryPlace, shared: HistoryPlace, tmp_path: Path
) -> None:
    filled(shared)
    there = held_in(shared)
    with pytest.raises(TransferRefusedError, match=r"There is a history in .* already: 1 home, 1 inspection"):
        move(folder, shared, NOW)
    assert held_in(shared) == there
    open_history(folder).close()  # it was not marked
    done = move(folder, shared, NOW, force=True)
    assert done.arrival.aside == tmp_path / "data" / "history-before-2026-03-02T12-00-00Z.backup"
    other = filled(HistoryPlace(tmp_path / "other"))
    with pytest.raises(TransferRefusedError, match="say --force"):
        move(shared, other, NOW)
    done = move(shared, other, NOW, force=True)
    assert done.arrival.aside == tmp_path / "other" / "history-before-2026-03-02T12-00-00Z"
    assert held_in(other)[1] == held_in(folder)[1]


def test_nothing_moves_while_somebody_owns_or_leads_either_side(
    folder: HistoryPlace, shared: HistoryPlace, database: FreshDatabase, tmp_path: Path
) -> None:
    owner = open_history(folder)
    with pytest.raises(HistoryLockedError, match="belongs to another watcher"):
        move(folder, shared, NOW)
    owner.close()
    move(folder, shared, NOW)
    with DatabaseSide(Database(shared.url, shared.password), tmp_path).held():
        for target in (shared, HistoryPlace(tmp_path / "new")):
            source = shared if target is not shared else filled(HistoryPlace(tmp_path / "third"))
            with pytest.raises(HistoryLockedError, match="belongs to another watcher"):
                move(source, target, NOW)
    assert not (tmp_path / "new").exists()


def test_what_a_newer_version_wrote_does_not_move(
    folder: HistoryPlace, shared: HistoryPlace, database: FreshDatabase, tmp_path: Path
) -> None:
    filled(shared)
    with database.connect() as connection:
        connection.execute("INSERT INTO watcher_schema (version, file) VALUES (9999, 'later.sql')")
    for source, target in ((shared, HistoryPlace(tmp_path / "new")), (folder, shared)):
        with pytest.raises(HistoryUnusableError, match="has version 9999, which a newer watcher made"):
            move(source, target, NOW, force=True)
    snapshot = folder.folder / "history.json"
    history = EmbeddedHistory.open(folder.folder)
    history._store.compact()
    history.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("watcher.history.embedded.snapshot.FORMAT", 2)
        history = EmbeddedHistory.open(tmp_path / "later", with_bundle=False)
        history._store.compact()
        history.close()
    assert snapshot.exists()
    with pytest.raises(HistoryTooNewError):
        move(HistoryPlace(tmp_path / "later"), shared, NOW)


def test_one_that_ended_before_its_source_was_marked_is_brought_to_its_end(
    folder: HistoryPlace, shared: HistoryPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr("watcher.history.transfer.folder.HeldFolder.leave", fails)
        with pytest.raises(SourceUnmarkedError, match=r"is whole in the database .* run the same command again"):
            move(folder, shared, NOW)
    there = held_in(shared)
    again = move(folder, shared, NOW)
    assert (again.arrival.was_there, again.arrival.aside, held_in(shared)) == (True, None, there)
    with pytest.raises(HistoryMovedError):
        open_history(folder)


def stopping_at(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the process end at one of the statements that it sends."""
    numbers = count(1)
    execute = psycopg.Connection.execute

    def counted(self: Any, *arguments: Any, **more: Any) -> Any:
        if threading.current_thread() is threading.main_thread() and next(numbers) == number:
            raise PowerCutError
        return execute(self, *arguments, **more)

    monkeypatch.setattr(psycopg.Connection, "execute", counted)


def test_a_move_into_a_database_that_ends_on_the_way_leaves_it_empty_or_whole(
    folder: HistoryPlace, shared: HistoryPlace, database: FreshDatabase
) -> None:
    _, given = held_in(folder)
    made_ready(Database(shared.url, shared.password))
    states = []
    for number in count(9, 2):  # those before only look
        with pytest.MonkeyPatch.context() as patch:
            stopping_at(number, patch)
            try:
                move(folder, shared, NOW)
            except PowerCutError:
                pass
            else:
                break
        try:
            states.append(held_in(shared)[1])
        except HistoryUnusableError:
            states.append({})
        assert states[-1] in ({}, given)
        assert not FolderSide(folder.folder)._files.moved_to()
    assert {} in states
    assert held_in(shared)[1] == given


class EndingDisk(CountingDisk):
    """A disk at which the process ends, at one of its calls."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at
        self._open: set[int] = set()

    def open(self, path: Path, flags: int) -> int:
        descriptor = super().open(path, flags)
        self._open.add(descriptor)
        return descriptor

    def close(self, descriptor: int) -> None:
        super().close(descriptor)
        self._open.discard(descriptor)

    def end(self) -> None:
        """What the kernel does for a process that is no more."""
        for descriptor in [*self._open]:
            self.close(descriptor)

    def before(self, name: str) -> None:
        if self.calls == self._at:
            raise PowerCutError


@pytest.mark.parametrize("has_older", [False, True])
def test_a_move_into_a_folder_that_ends_at_any_call_of_the_disk_leaves_it_as_it_was_or_whole(
    folder: HistoryPlace, tmp_path: Path, has_older: bool
) -> None:
    whole = whole_of(folder)
    given = dict(whole.tables)
    older: Tables = {}
    wholes = 0
    for number in range(1, 200):
        target = HistoryPlace(tmp_path / str(number))
        if has_older:
            history = EmbeddedHistory.open(target.folder, with_bundle=False)
            history.commit(Transaction(notices={"older": MATTER}))
            history.close()
            older = held_in(target)[1]
        disk = EndingDisk(number)
        try:
            FolderSide(target.folder, disk).receive(whole, NOW, force=True)
        except PowerCutError:
            ended = True
            disk.end()
        else:
            ended = False
        try:
            found = held_in(target)[1]
        except HistoryUnusableError:
            found = {}
        assert found in (older, given)
        wholes += found == given
        if not ended:
            break
        FolderSide(target.folder).receive(whole, NOW, force=True)
        assert held_in(target)[1] == given
    else:
        pytest.fail("it never came to an end")
    assert found == given
    assert wholes < number


def whole_of(place: HistoryPlace) -> Whole:
    """All that a folder holds, as it is handed over."""
    sequence, tables = held_in(place)
    return Whole(sequence, 0, tables)


def test_what_reads_otherwise_than_it_was_written_is_not_put_in_place(
    folder: HistoryPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = filled(HistoryPlace(tmp_path / "target"))
    there = held_in(target)

    def flipped(self: Disk, descriptor: int, content: bytes | memoryview) -> int:
        written = bytes(content).replace(b'"inadequate"', b'"Inadequate"')
        return write(self, descriptor, written)

    write = Disk.write
    with monkeypatch.context() as patch:
        patch.setattr(Disk, "write", flipped)
        with pytest.raises((FolderUnwritableError, HistoryUnusableError)):
            FolderSide(target.folder).receive(whole_of(folder), NOW, force=True)
    assert held_in(target) == there
