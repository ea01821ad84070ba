"""Who leads on one database: one at a time, and nobody who is not certain of it."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from tests.programs import Program
from tests.standins.postgres import FreshDatabase, PostgresServer
from tests.standins.tunnel import Tunnel
from watcher.history.postgresql.leadership import Leadership, Pace, who_leads

FAST = Pace().faster(20)
"""For those that are to be missed."""
PATIENT = replace(Pace(), beat=timedelta(seconds=0.2), every=timedelta(seconds=0.125))
"""For the others: a machine that comes to nothing for a second or two costs nobody the lead."""


def connecting(database: FreshDatabase, url: str = "") -> Callable[[], psycopg.Connection[Any]]:
    return lambda: psycopg.connect(url or database.url, password=database.password, autocommit=True, connect_timeout=2)


@contextmanager
def trying(database: FreshDatabase, url: str = "", pace: Pace = PATIENT) -> Iterator[Leadership]:
    leadership = Leadership(connecting(database, url), pace)
    leadership.start()
    try:
        yield leadership
    finally:
        leadership.stop()


def until(condition: Callable[[], object], within: float = 60) -> float:
    """How long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within
        time.sleep(0.005)
    return time.monotonic() - began


def test_one_of_several_leads_and_the_next_begins_when_it_ends(database: FreshDatabase) -> None:
    with trying(database) as first:
        until(first.is_leading)
        with trying(database) as second:
            until(lambda: second._session is not None)
            assert first.term == 1
            assert not second.is_leading()
            with database.connect() as connection:
                leader = who_leads(connection)
                assert leader is not None
                assert leader.holder.startswith("pid ")
                first.stop()
                assert not first.is_leading()
                until(second.is_leading)
                assert second.term == 2
    with database.connect() as connection:
        assert who_leads(connection) is None


def test_whose_session_the_server_ends_knows_at_once(
    database: FreshDatabase, postgres_server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    seldom = replace(PATIENT, beat=timedelta(seconds=10))
    with trying(database, pace=seldom) as leadership:
        until(leadership.is_leading)
        postgres_server.cut(database)
        assert until(lambda: leadership.term != 1) < seldom.beat.total_seconds() / 2
        until(lambda: leadership.term == 2)


def test_who_is_cut_off_stops_before_the_server_lets_another_begin(
    database: FreshDatabase, postgres_server: PostgresServer
) -> None:
    with Tunnel.to(postgres_server.port) as tunnel, trying(database, tunnel.url(database.url), FAST) as first:
        until(first.is_leading)
        with trying(database) as second:
            tunnel.swallow()
            both = []

            def has_changed() -> bool:
                leads = second.is_leading()
                both.append(leads and first.is_leading())
                return leads

            until(has_changed)
            assert not any(both)
            tunnel.let_through()
            second.stop()
            until(first.is_leading)
            assert (first.term or 0) > 2


CHILD = """
import sys, psycopg, structlog
from datetime import timedelta
from watcher.history.postgresql.leadership import Leadership, Pace
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
url, password = sys.argv[1:]
leadership = Leadership(lambda: psycopg.connect(url, password=password, autocommit=True), Pace().faster(20))
leadership.start()
for _ in sys.stdin:
    print(leadership.term, flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_whoever_is_killed_or_stopped_leads_no_more(database: FreshDatabase, how: signal.Signals) -> None:
    command = [sys.executable, "-c", CHILD, database.url, database.password]
    with Program(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def term() -> str:
            child.stdin.write("?\n")  # type: ignore[union-attr]
            child.stdin.flush()  # type: ignore[union-attr]
            return str(child.stdout.readline().strip())  # type: ignore[union-attr]

        until(lambda: term() != "None")
        before = int(term())
        with trying(database) as other:
            until(lambda: other._session is not None)
            child.send_signal(how)
            until(other.is_leading)
            if how is signal.SIGSTOP:
                child.send_signal(signal.SIGCONT)
                assert term() == "None"
                assert (other.term or 0) > before
            child.kill()


def test_what_is_believed_has_an_end_though_no_thread_runs(database: FreshDatabase) -> None:
    moment = [0.0]
    leadership = Leadership(connecting(database), monotonic=lambda: moment[0])
    leadership._attempt()
    assert leadership.is_leading()
    moment[0] += 14.9
    assert leadership.is_leading()
    moment[0] += 0.2
    assert not leadership.is_leading()
    leadership._close()


def test_whoever_finds_nothing_to_lead_tries_again_when_there_is(database: FreshDatabase) -> None:
    with database.connect() as connection:
        connection.execute("DELETE FROM history")
        with trying(database) as leadership:
            until(lambda: leadership._why)
            connection.execute("INSERT INTO history DEFAULT VALUES")
            until(leadership.is_leading)


def test_whose_term_is_no_longer_that_of_the_database_begins_another(database: FreshDatabase) -> None:
    with trying(database) as leadership, database.connect() as connection:
        until(lambda: leadership.term == 1)
        connection.execute("UPDATE history SET term = 6")  # as an older dump of it would have been put in its place
        until(lambda: leadership.term == 7)
