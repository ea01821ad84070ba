"""Connections: made anew when they were ended, with the password of that moment, and no secret in what is said."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.history.kinds import Postgresql
from tests.messages.messages import delivery
from tests.standins.postgres import OWNER, PASSWORD, FreshDatabase, PostgresServer
from tests.threads import none_left
from watcher.history.failures import DatabaseUnusableError, HistoryAwayError
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.reach import DatabasePatience


@pytest.fixture
def history(database: FreshDatabase) -> Iterator[PostgresHistory]:
    opened = PostgresHistory.open(Database(database.url, lambda: database.password), with_bundle=False)
    yield opened
    opened.close()


def test_after_every_session_was_ended_the_next_question_is_answered(
    history: PostgresHistory, postgres_server: PostgresServer, database: FreshDatabase
) -> None:
    for _ in range(3):
        assert history.deeds() == []
        while postgres_server.cut(database):  # until they are gone
            pass
    history.store([delivery(1)])


def test_the_password_is_asked_anew_and_never_told(postgres_server: PostgresServer, database: FreshDatabase) -> None:
    asked = iter([PASSWORD, "the wrong one", PASSWORD])
    where = Database(database.url, lambda: next(asked))
    where.session().close()
    with pytest.raises(HistoryAwayError) as refused:
        where.session()
    assert "password authentication failed" in str(refused.value)
    assert (PASSWORD in str(refused.value), "the wrong one" in str(refused.value)) == (False, False)
    assert refused.value.__cause__ is None
    where.session().close()


def test_why_a_pool_has_no_connection_is_told(database: FreshDatabase) -> None:
    where = Database(database.url, lambda: "the wrong one")
    with pytest.raises(HistoryAwayError, match="password authentication failed"), where.line():
        pass
    where.close()
    with pytest.raises(HistoryAwayError, match="closed"), where.line():
        pass


def test_a_pool_says_nothing_by_itself(
    history: PostgresHistory, database: FreshDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    history.deeds()
    history.close()
    away = Database(database.url, lambda: "the wrong one")
    with pytest.raises(HistoryAwayError), away.line():
        pass
    away.close()
    assert [record for record in caplog.records if record.name.startswith("psycopg")] == []


def test_an_address_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(DatabaseUnusableError) as refused:
        Database(f"postgresql://{OWNER}:secret@127.0.0.1/watcher", lambda: "")
    assert "secret" not in str(refused.value)


def test_what_nobody_ends_is_ended(history: PostgresHistory) -> None:
    with history._database.line() as line:
        settings = {
            name: line.execute("SELECT current_setting(%s)", [name]).fetchall()[0][0]
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "application_name")
        }
        durable = line.execute("SHOW synchronous_commit").fetchall()
    assert list(settings.values()) == ["30s", "15s", "10s", "watcher"]
    assert durable == [("on",)]  # though this server's usual is off


def test_a_key_of_any_length_and_letters_is_found(database: FreshDatabase, tmp_path: Path) -> None:
    """More of them are in what the twins are tried with."""
    opened = Postgresql(database).open()
    assert [opened.delivery(key) for key in ("\0", "x" * 10_000, "'; DROP TABLE homes")] == [None] * 3
    opened.close()


def test_a_name_that_nobody_looks_up_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    released, asked = threading.Event(), []

    def silent(name: str, *_: object, **__: object) -> list[object]:
        asked.append(name)
        released.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    where = Database("postgresql://watcher@db.example.org/watcher", str, patience=DatabasePatience(connecting=1))
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(HistoryAwayError, match="the name of its host was not looked up within 1 s"):
            where.session()
    assert time.monotonic() - began < 15  # the library would wait for as long as the resolver does
    assert asked == ["db.example.org"]
    released.set()
    where.close()


def test_a_name_that_no_thread_could_look_up_is_looked_up_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    where = Database("postgresql://watcher@db.example.org/watcher", str)
    with none_left(), pytest.raises(HistoryAwayError, match="this machine has no thread left to give"):
        where.session()
    with pytest.raises(HistoryAwayError, match="Name or service not known"):
        where.session()
    where.close()


def test_each_address_of_a_name_is_tried(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ("127.0.0.9", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    where = Database(database.url.replace("127.0.0.1", "db.example.org"), lambda: database.password)
    with where.line() as line:
        assert (line.info.host, line.info.hostaddr) == ("db.example.org", "127.0.0.1")
    where.close()


def test_a_name_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    where = Database("postgresql://watcher@db.example.org/watcher", lambda: "")
    with pytest.raises(HistoryAwayError, match="the name of its host is not known: Name or service"):
        where.session()
    where.close()
