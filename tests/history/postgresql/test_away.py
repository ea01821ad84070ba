"""The database goes away in every way that it can, and comes back: who asks is told at once, and nothing is lost."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.builders import MATTER
from tests.standins.postgres import FreshDatabase, PostgresServer, versions
from tests.threads import none_left
from watcher.history.failures import CommitFailedError, HistoryAwayError
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.reach import DatabasePatience, DatabaseReach
from watcher.history.protocol import Transaction

BRISK = DatabasePatience(silence=0.1, again=0.05, line=20.0, fate=0.3)
AT_ONCE = 10
"""Seconds within which somebody has his answer who waits for nothing; whoever waits does so for twice as long."""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that may be stopped."""
    if not versions():
        pytest.skip("no PostgreSQL is at hand")
    with PostgresServer.started() as server:
        yield server


@pytest.fixture
def fresh(server: PostgresServer) -> Iterator[FreshDatabase]:
    fresh = server.database()
    yield fresh
    server.drop(fresh)


@pytest.fixture
def history(fresh: FreshDatabase) -> Iterator[PostgresHistory]:
    history = opened(fresh)
    yield history
    history.close()


def opened(fresh: FreshDatabase, patience: DatabasePatience = BRISK) -> PostgresHistory:
    database = Database(fresh.url, lambda: fresh.password, patience=patience)
    return PostgresHistory.open(database, with_bundle=False)


def note(history: PostgresHistory, key: str) -> None:
    history.commit(Transaction(notices={key: MATTER}))


def until(condition: Callable[[], object], within: float = 60) -> None:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < within
        time.sleep(0.005)


def lasted(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def looks(history: PostgresHistory) -> bool:
    """Whether somebody is finding out whether the database can be reached."""
    return history._database._reach._looks is not None


def is_refused_at_once(history: PostgresHistory) -> None:
    """At least once: no machine comes to nothing five times."""
    assert min(lasted(lambda: is_refused(history)) for _ in range(5)) < 0.5


def is_refused(history: PostgresHistory) -> bool:
    """Whether a question and a commit are refused; both as what they are."""
    with pytest.raises(HistoryAwayError, match="does not answer"):
        history.notices()
    with pytest.raises(CommitFailedError, match="as it was before"):
        note(history, "refused")
    return True


def comes_back(history: PostgresHistory, *stored: str) -> None:
    until(lambda: not history.away)
    note(history, "afterwards")
    assert sorted(history.notices()) == sorted([*stored, "afterwards"])
    assert history.trouble == ""


def answers(history: PostgresHistory) -> bool:
    """Whether it answers; a session that was ended as it was being asked does not."""
    try:
        return bool(history.notices())
    except HistoryAwayError:
        return False


def test_what_is_asked_at_once_is_told_as_away_where_it_goes_in_between(
    server: PostgresServer, fresh: FreshDatabase, history: PostgresHistory
) -> None:
    note(history, "before")
    source = history.register().source

    def ask() -> None:
        assert source.get("ofsted:SC1") is None
        server.cut(fresh)
        source.get("ofsted:SC2")

    with pytest.raises(HistoryAwayError, match="does not answer"):
        source.at_once(ask)
    until(lambda: answers(history))
    assert source.at_once(lambda: source.get("ofsted:SC3")) is None


def test_sessions_that_were_ended_are_made_anew_at_once(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase
) -> None:
    note(history, "before")
    times = []
    for _ in range(5):
        until(lambda: not looks(history))
        assert server.cut(fresh)
        times.append(lasted(lambda: until(lambda: answers(history))))
    until(lambda: not looks(history))
    assert history.away == ""
    assert min(times) < 0.5
    comes_back(history, "before")


def test_a_server_that_is_stopped_refuses_at_once_and_is_found_again(
    history: PostgresHistory, server: PostgresServer
) -> None:
    note(history, "before")
    server.stop()
    try:
        assert lasted(lambda: is_refused(history)) < AT_ONCE
        until(lambda: "See whether that server runs" in history.away)  # first it may have said that it is being stopped
        is_refused_at_once(history)
    finally:
        server.start()
    comes_back(history, "before")


def test_a_server_that_is_being_stopped_is_told_as_such(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase
) -> None:
    note(history, "before")
    try:
        with server.master() as master:
            server.begin_to_stop()

            def is_told() -> bool:
                master.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [fresh.name]
                )
                return not answers(history) and "Somebody stops it" in history.away

            until(is_told)
    finally:
        server.stop()
        server.start()
    comes_back(history, "before")


def test_why_it_is_away_is_what_was_said_last(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase
) -> None:
    server.do(f"ALTER DATABASE {fresh.name} CONNECTION LIMIT 0")
    server.cut(fresh)
    until(lambda: not answers(history) and "End what else holds connections" in history.away)
    server.stop()
    try:
        until(lambda: "See whether that server runs" in history.away)
    finally:
        server.start()
    server.do(f"ALTER DATABASE {fresh.name} CONNECTION LIMIT -1")
    comes_back(history)


def test_a_server_that_says_nothing_holds_one_up_for_seconds_and_the_next_not_at_all(
    history: PostgresHistory, server: PostgresServer
) -> None:
    note(history, "before")
    with server.paused():
        assert lasted(lambda: is_refused(history)) < AT_ONCE
        is_refused_at_once(history)
    comes_back(history, "before")


def test_a_statement_that_only_takes_long_is_waited_for(fresh: FreshDatabase) -> None:
    database = Database(fresh.url, lambda: fresh.password, patience=BRISK)
    with database.line() as line:
        assert line.execute("SELECT 1 FROM pg_sleep(0.5)").fetchall() == [(1,)]
    assert database.trouble == ""
    database.close()


def test_too_many_connections_are_waited_out(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase
) -> None:
    note(history, "before")
    with server.master() as master:
        master.execute(f"ALTER DATABASE {fresh.name} CONNECTION LIMIT 0")
        server.cut(fresh)
        until(lambda: not answers(history) and "End what else holds connections" in history.away)
        master.execute(f"ALTER DATABASE {fresh.name} CONNECTION LIMIT -1")
    comes_back(history, "before")


def test_a_password_that_was_changed_is_taken_up_without_a_restart(
    server: PostgresServer, fresh: FreshDatabase
) -> None:
    role = f"role_{fresh.name}"
    server.do(f"CREATE ROLE {role} LOGIN PASSWORD 'planted first'")
    server.do(f"ALTER DATABASE {fresh.name} OWNER TO {role}")
    server.do(f"GRANT ALL ON SCHEMA public TO {role}", database=fresh.name)
    password = ["planted first"]
    database = Database(fresh.url.replace("watcher@", f"{role}@"), lambda: password[0], patience=BRISK)
    history = PostgresHistory.open(database, with_bundle=False)
    server.do(f"ALTER ROLE {role} PASSWORD 'planted second'")
    server.cut(fresh)
    until(lambda: not answers(history) and "password_file" in history.away)
    assert "planted" not in history.away
    password[0] = "planted second"
    comes_back(history)
    history.close()
    server.do(f"ALTER DATABASE {fresh.name} OWNER TO watcher")
    server.do(f"DROP OWNED BY {role}", database=fresh.name)
    server.do(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("broken", "mended", "said"),
    [
        (
            "ALTER DATABASE {} SET default_transaction_read_only = on",
            "SET default_transaction_read_only = off; ALTER DATABASE {} RESET ALL",
            "Name the primary server",
        ),
        (
            "REVOKE UPDATE ON history FROM watcher",
            "GRANT UPDATE ON history TO watcher",
            "owner of its database",
        ),
    ],
)
def test_what_takes_nothing_is_read_all_the_same(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase, broken: str, mended: str, said: str
) -> None:
    note(history, "before")
    with server.master(fresh.name) as master:
        master.execute(broken.format(fresh.name))
        fresh_sessions_only = server.do(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'watcher'",
            fresh.name,
        )
        assert fresh_sessions_only
        until(lambda: said in refusal(history))
        assert list(history.notices()) == ["before"]
        assert (history.away, bool(history.trouble)) == ("", True)
        for statement in mended.split("; "):
            master.execute(statement.format(fresh.name))
    until(lambda: takes(history))
    comes_back(history, "before", "again")


def refusal(history: PostgresHistory) -> str:
    with pytest.raises(CommitFailedError) as refused:
        note(history, "refused")
    return str(refused.value)


def takes(history: PostgresHistory) -> bool:
    try:
        note(history, "again")
    except CommitFailedError:
        return False
    return True


class Committing:
    """A commit in a thread of its own, and what came of it."""

    def __init__(self, history: PostgresHistory, key: str) -> None:
        self.failed: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(history, key))
        self._thread.start()

    def _run(self, history: PostgresHistory, key: str) -> None:
        try:
            note(history, key)
        except CommitFailedError as error:
            self.failed = error

    def ended(self) -> Exception | None:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.failed


def backends(server: PostgresServer, fresh: FreshDatabase, where: str) -> list[tuple[int]]:
    return server.do("SELECT pid FROM pg_stat_activity WHERE datname = %s AND wait_event = %s", fresh.name, where)


@pytest.fixture
def unanswered(server: PostgresServer) -> Iterator[None]:
    """Whoever commits is stored and gets no answer: it waits for a standby that there is not."""
    server.do("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
    server.do("SELECT pg_reload_conf()")
    until(lambda: server.do("SHOW synchronous_standby_names") == [("nobody",)])
    until(lambda: waits_for_a_standby(server))
    yield
    answered(server)


def waits_for_a_standby(server: PostgresServer) -> bool:
    """Whether a commit does by now: the server may know of the setting, and go by it a moment later."""
    with server.master() as master, ThreadPoolExecutor(1) as pool:
        master.execute("SET synchronous_commit = on")
        pid = master.info.backend_pid
        wrote = pool.submit(master.execute, "SELECT pg_logical_emit_message(true, '', '')")
        while not wrote.done():
            if server.do("SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event = 'SyncRep'", pid):
                server.do("SELECT pg_cancel_backend(%s)", pid)
                wrote.exception(60)
                return True
    return False


def answered(server: PostgresServer) -> None:
    server.do("ALTER SYSTEM RESET synchronous_standby_names")
    server.do("SELECT pg_reload_conf()")
    until(lambda: server.do("SHOW synchronous_standby_names") == [("",)])


def test_a_commit_that_was_stored_counts_though_its_answer_is_lost(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase, unanswered: None
) -> None:
    committing = Committing(history, "stored")
    until(lambda: backends(server, fresh, "SyncRep"))
    assert server.cut(fresh)
    assert committing.ended() is None
    answered(server)
    comes_back(history, "stored")


def test_a_commit_that_was_undone_as_it_was_committed_counts_as_failed(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase
) -> None:
    with fresh.connect() as connection:
        connection.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';"
            "CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON history INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION slow()"
        )
    committing = Committing(history, "undone")
    until(lambda: backends(server, fresh, "PgSleep"))
    assert server.cut(fresh)
    assert "as it was before" in str(committing.ended())
    with fresh.connect() as connection:
        connection.execute("DROP TRIGGER slow ON history")
    comes_back(history)


def test_a_commit_of_which_nobody_can_tell_is_found_again_and_made_once(
    history: PostgresHistory, server: PostgresServer, fresh: FreshDatabase, unanswered: None
) -> None:
    before = history.version
    committing = Committing(history, "lost")
    until(lambda: backends(server, fresh, "SyncRep"))
    server.kill()
    assert "not known until it answers again" in str(committing.ended())
    server.start()
    answered(server)
    until(lambda: not history.away)
    assert history.look()
    assert history.version == before + 1
    note(history, "lost")
    assert history.version == before + 1
    comes_back(history, "lost")


def test_of_several_servers_the_one_that_takes_changes_is_chosen(server: PostgresServer, fresh: FreshDatabase) -> None:
    one = f"127.0.0.1:{server.port}"
    opened(fresh).close()
    both = replace(fresh, url=fresh.url.replace(one, f"127.0.0.1:1,{one}"))
    history = opened(both)
    note(history, "stored")
    assert list(history.notices()) == ["stored"]
    history.close()
    server.do(f"ALTER DATABASE {fresh.name} SET default_transaction_read_only = on")
    with pytest.raises(HistoryAwayError, match="Name the primary server in url, or all of its servers"):
        opened(both)


def test_where_no_thread_could_look_for_it_the_next_doubt_begins_one() -> None:
    looked = threading.Event()
    reach = DatabaseReach("the database", looked.set, again=0.01, lost=lambda: None)
    with none_left():
        reach.doubt()
    assert not looked.is_set()
    reach.doubt()
    assert looked.wait(20)


def test_whatever_goes_wrong_while_it_is_looked_for_it_is_looked_for_again() -> None:
    failures: list[Exception] = [OSError(24, "planted"), HistoryAwayError("the database", "gone")]
    was_lost: list[str] = []

    def try_once() -> None:
        if failures:
            raise failures.pop(0)

    reach = DatabaseReach("the database", try_once, again=0.01, lost=lambda: was_lost.append(reach.why))
    for _ in range(2):
        reach.doubt()
        until(lambda: reach._looks is None)
        assert (reach.why, failures, was_lost) == ("", [], ["OSError"])
