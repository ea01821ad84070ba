"""All of a database's history at once: into a backup while others commit, and out of one within one transaction."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import MATTER, home, inspection
from tests.standins.postgres import FreshDatabase
from watcher.cli.commands.backup import back_up, bring_back
from watcher.delivery.ledger import Delivery
from watcher.history.backup import read_backup
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import CommitFailedError, HistoryLockedError
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.leadership import Leadership
from watcher.history.postgresql.replacement import NotAsWrittenError
from watcher.history.postgresql.whole import whole
from watcher.history.protocol import FeedState, HistoryUnusableError, Transaction
from watcher.messages.message import Notice
from watcher.options.place import HistoryPlace
from watcher.rounds.take_in import absorb

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ODD = replace(home(), name="Élan \x00 \\u0000 “quoted”")


def filled(folder: Path) -> None:
    """A history of one home, with a reading of a feed and a matter, in a folder."""
    history = EmbeddedHistory.open(folder, with_bundle=False)
    history.commit(absorb(history, [ODD], [inspection("2024-01-10", "good")], None).transaction())
    history.commit(Transaction(notices={"m": MATTER}, feeds=[FeedState(name="ofsted", cursor={"page": 3})]))
    history.close()


@pytest.fixture
def place(database: FreshDatabase, tmp_path: Path) -> HistoryPlace:
    return HistoryPlace(tmp_path / "machine", database.url, lambda: database.password)


@pytest.fixture
def opened(place: HistoryPlace) -> Iterator[PostgresHistory]:
    """The history of the database, begun."""
    history = PostgresHistory.open(Database(place.url, place.password), with_bundle=False)
    yield history
    history.close()


def test_a_backup_goes_into_a_database_and_comes_out_as_it_went_in(place: HistoryPlace, tmp_path: Path) -> None:
    filled(tmp_path / "data")
    back_up(tmp_path / "data", tmp_path / "a.gz", NOW)
    report = bring_back(place, tmp_path / "a.gz", NOW)
    assert (report["aside"], report["damage"], report["certain"]) == (None, None, False)
    back_up(place, tmp_path / "b.gz", NOW)
    bring_back(tmp_path / "again", tmp_path / "a.gz", NOW)
    back_up(tmp_path / "again", tmp_path / "c.gz", NOW)
    database, folder = read_backup(tmp_path / "b.gz"), read_backup(tmp_path / "c.gz")
    assert database.tables == folder.tables
    assert set(database.tables) >= {"homes", "inspections", "feeds", "origin", "signing", "restored"}
    assert database.sequence == read_backup(tmp_path / "a.gz").sequence + 1


def test_what_was_told_since_is_kept_and_the_history_before_is_in_a_backup_of_its_own(
    place: HistoryPlace, opened: PostgresHistory, tmp_path: Path
) -> None:
    opened.commit(absorb(opened, [ODD], [inspection("2024-01-10", "inadequate")], None).transaction())
    back_up(place, tmp_path / "a.gz", NOW)
    opened.commit(Transaction(notices={"m": MATTER}))
    before = opened.version
    report = bring_back(place, tmp_path / "a.gz", NOW + timedelta(days=1))
    assert report["certain"]
    aside = read_backup(Path(report["aside"]))
    assert (aside.sequence, aside.counts["notices"]) == (before, 1)
    again = PostgresHistory.open(Database(place.url, place.password))
    assert again.version > before
    restored = again.restored()
    assert restored is not None
    assert restored.taken == NOW
    assert again.standing_inadequate() == [ODD.key]
    again.close()


def test_a_backup_is_of_one_commit_however_many_follow(place: HistoryPlace, opened: PostgresHistory) -> None:
    opened.commit(Transaction(notices={"a": MATTER}))
    with Database(place.url, place.password) as database, whole(database) as found:
        assert len(found.tables["notices"]) == 1
        opened.commit(Transaction(notices={"b": MATTER}))
        assert len(found.tables["notices"]) == len([*found.tables["notices"].items()]) == 1
        assert found.standing.sequence == opened.version - 1


def test_a_database_without_a_history_has_nothing_to_back_up(empty_database: FreshDatabase, tmp_path: Path) -> None:
    place = HistoryPlace(tmp_path / "data", empty_database.url, lambda: empty_database.password)
    with pytest.raises(HistoryUnusableError, match="no history of this version yet"):
        back_up(place, tmp_path / "a.gz", NOW)
    assert not (tmp_path / "a.gz").exists()


def test_nothing_is_restored_while_somebody_leads_and_no_former_leader_commits_afterwards(
    place: HistoryPlace, opened: PostgresHistory, database: FreshDatabase, tmp_path: Path
) -> None:
    back_up(place, tmp_path / "a.gz", NOW)
    leadership = Leadership(database.connect)
    assert leadership.try_once()
    opened.leading_as = leadership.term
    try:
        with pytest.raises(HistoryLockedError, match=r"belongs to another watcher, pid \d+ on "):
            bring_back(place, tmp_path / "a.gz", NOW)
        opened.commit(Transaction(notices={"m": MATTER}))
    finally:
        leadership.stop()
    bring_back(place, tmp_path / "a.gz", NOW)
    with pytest.raises(CommitFailedError, match="another watcher leads"):
        opened.commit(Transaction(notices={"n": MATTER}))


def test_what_reads_back_otherwise_is_not_restored(
    place: HistoryPlace, opened: PostgresHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.commit(Transaction(notices={"m": MATTER}))
    back_up(place, tmp_path / "a.gz", NOW)
    version = opened.version
    monkeypatch.setattr("watcher.history.postgresql.replacement.checksums_of", lambda _: {})
    with pytest.raises(NotAsWrittenError, match=r"could not be read back .* Nothing was changed"):
        bring_back(place, tmp_path / "a.gz", NOW)
    monkeypatch.undo()
    again = PostgresHistory.open(Database(place.url, place.password))
    assert (again.version, again.restored()) == (version, None)
    again.close()


def test_the_next_leader_takes_no_message_for_its_own_that_another_sent(place: HistoryPlace, tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    sent = Delivery.of("desk", "h", Notice("a title", "x"), "1", NOW).sending(NOW, 41)
    history.store([sent])
    history.close()
    back_up(tmp_path / "data", tmp_path / "a.gz", NOW)
    bring_back(place, tmp_path / "a.gz", NOW)
    with Database(place.url, place.password) as database, whole(database) as found:
        assert found.standing.term == 42
