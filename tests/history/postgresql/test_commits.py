"""Commits follow one another, whoever makes them; all of one is stored or nothing, whatever becomes of its line."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from tests.builders import HOME, MATTER, home, inspection
from tests.messages.messages import delivery
from tests.standins.postgres import FreshDatabase
from watcher.delivery.ledger import State
from watcher.facts.statements import HomeRecord, Record
from watcher.history.failures import CommitFailedError, FencedError
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.protocol import FeedState, Transaction

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_DIES = """
    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON deliveries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die();
"""


def opened(database: FreshDatabase) -> PostgresHistory:
    return PostgresHistory.open(Database(database.url, lambda: database.password), with_bundle=False)


@pytest.fixture
def history(database: FreshDatabase) -> Iterator[PostgresHistory]:
    history = opened(database)
    yield history
    history.close()


def test_what_several_commit_at_once_has_numbers_without_gaps(
    history: PostgresHistory, database: FreshDatabase
) -> None:
    other = opened(database)
    each = [(writer, number) for number in range(10) for writer in (history, other)]

    def commit(turn: tuple[PostgresHistory, int]) -> None:
        writer, number = turn
        writer.store([delivery(number), delivery(100 + number + 50 * (writer is other))])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(commit, each))
    assert [sent.number for sent in history.deliveries()] == list(range(1, 31))  # ten of both are the same
    history.look()
    other.look()
    assert (history.version, history.version_of_facts) == (other.version, other.version_of_facts)
    other.close()


def test_what_another_committed_is_found_by_looking(history: PostgresHistory, database: FreshDatabase) -> None:
    other = opened(database)
    assert (len(other.register()), other.look()) == (0, False)
    bad = Record((inspection("2024-01-10", "inadequate"),), seen=NOW)
    history.commit(Transaction(homes=[HomeRecord.of(home())], records=[bad]))
    assert (len(other.register()), other.look(), other.version_of_facts) == (0, True, history.version)
    assert [entry.home.key for entry in other.register()] == [HOME]
    assert other.standing_inadequate() == [HOME]
    other.close()


def test_what_another_committed_is_found_though_one_has_committed_since(
    history: PostgresHistory, database: FreshDatabase
) -> None:
    other = opened(database)
    history.store([delivery(1)])
    other.store([delivery(2)])
    assert (other.look(), other.look()) == (True, False)
    other.store([delivery(3)])
    assert not other.look()
    other.close()


def test_a_former_leader_stores_that_its_messages_were_accepted_and_nothing_else(
    history: PostgresHistory, database: FreshDatabase
) -> None:
    history.leading_as = 0
    history.store([delivery(1), delivery(2)])
    with database.connect() as line:
        line.execute("UPDATE history SET term = 1")
    first, second = history.deliveries()
    late = Transaction(
        deliveries=[replace(first, state=State.ACCEPTED), replace(second, state=State.SENDING), delivery(3)],
        feeds=[FeedState(name="ofsted", failures=1)],
    )
    with pytest.raises(FencedError, match="another watcher leads"):
        history.commit(late)
    assert [sent.state for sent in history.deliveries()] == [State.ACCEPTED, State.WAITING]
    assert history.feed("ofsted") == FeedState(name="ofsted")
    assert history.trouble == ""  # the history is well: it is this process that may not
    history.leading_as = 1
    history.store([delivery(3)])
    assert history.trouble == ""


def test_a_session_that_is_ended_in_the_middle_of_a_commit_stores_nothing(
    history: PostgresHistory, database: FreshDatabase
) -> None:
    with database.connect() as line:
        line.execute(_DIES)
    before = history.version
    with pytest.raises(CommitFailedError) as failed:
        history.store([delivery(1)])
    assert (list(history.deliveries()), history.version) == ([], before)
    assert history.trouble == str(failed.value)
    with database.connect() as line:
        line.execute("DROP FUNCTION die CASCADE")
    history.store([delivery(1)])
    assert ([sent.number for sent in history.deliveries()], history.version, history.trouble) == ([1], before + 1, "")


class LosesAnswers(Database):
    """Its line is gone once a commit was made, before anybody hears of it."""

    @contextmanager
    def raw_line(self) -> Iterator[Line]:
        with super().raw_line() as line:
            yield line
        raise psycopg.OperationalError("the line is gone")


def test_a_commit_whose_answer_is_lost_is_found_to_be_stored(database: FreshDatabase) -> None:
    opened(database).close()
    losing = PostgresHistory.open(LosesAnswers(database.url, lambda: database.password))
    before = losing.version
    losing.store([delivery(1)])
    assert ([sent.number for sent in losing.deliveries()], losing.version) == ([1], before + 1)
    losing.close()


def test_a_commit_is_five_ways_there_and_back_however_much_it_stores(
    history: PostgresHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    execute = psycopg.Connection.execute

    def counted(line: Line, query: Any, *given: Any, **more: Any) -> Any:
        if threading.current_thread() is threading.main_thread():  # another looks whether the server is there
            asked.append(query)
        return execute(line, query, *given, **more)

    everything = Transaction(
        homes=[HomeRecord.of(home())],
        records=[Record((inspection("2024-01-10", "inadequate"),), seen=NOW)],
        deliveries=[delivery(number) for number in range(40)],
        feeds=[FeedState(name="ofsted", cursor={"page": 2})],
        notices={"matter": MATTER},
    )
    history.commit(Transaction(homes=[HomeRecord.of(home("SC000002"))]))  # and so is what is read once by a process
    monkeypatch.setattr(psycopg.Connection, "execute", counted)
    history.commit(everything)
    assert len(asked) == 5
    history.store([replace(sent, state=State.SENDING) for sent in history.deliveries()])
    assert (history.standing_inadequate(), len(history.register()), len(list(history.deliveries()))) == ([HOME], 2, 40)


def test_what_is_stored_is_not_quoted_by_an_error(history: PostgresHistory, database: FreshDatabase) -> None:
    with database.connect() as line:
        line.execute("ALTER TABLE deliveries ADD CHECK (id IS NULL)")
    with pytest.raises(CommitFailedError) as failed:
        history.store([delivery(1)])
    assert "Esland" not in str(failed.value)
    assert "violates check constraint" in str(failed.value)
    assert failed.value.__cause__ is None


def test_who_only_looks_commits_nothing(history: PostgresHistory, database: FreshDatabase) -> None:
    looking = PostgresHistory.open(Database(database.url, lambda: database.password), read_only=True)
    with pytest.raises(CommitFailedError, match="for reading only"):
        looking.store([delivery(1)])
    looking.close()
    assert list(history.deliveries()) == []
