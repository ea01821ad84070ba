"""A database is taken as it is, brought up to date once, or refused by name and left as it was."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.history.kinds import Postgresql
from tests.history.postgresql.test_leadership import PATIENT, until
from tests.messages.messages import delivery
from tests.standins.postgres import FreshDatabase, PostgresServer
from watcher.history.failures import DatabaseUnusableError, FencedError
from watcher.history.postgresql.columns import DOCUMENTS
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.replica import leadership_of
from watcher.history.postgresql.schema import Migration, migrate, migrations

_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"


@pytest.fixture
def database(empty_database: FreshDatabase) -> FreshDatabase:
    """What comes to have its tables is tried here."""
    return empty_database


def tables(database: FreshDatabase) -> list[str]:
    with database.connect() as line:
        return [name for (name,) in line.execute(_TABLES)]


def refusal(database: FreshDatabase, *, read_only: bool = False) -> str:
    before = tables(database)
    with pytest.raises(DatabaseUnusableError) as refused:
        Postgresql(database).open(read_only=read_only)
    assert tables(database) == before
    assert database.name in str(refused.value)
    assert database.password not in str(refused.value)
    return str(refused.value)


def beginning(database: FreshDatabase) -> PostgresHistory:
    """As a service begins, which leads only later."""
    return PostgresHistory.open(Database(database.url, lambda: database.password), with_bundle=False)


def test_two_that_begin_at_once_begin_one_history(database: FreshDatabase) -> None:
    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(lambda _: beginning(database), range(2))
    assert (one.signing_key(), one.version, other.version) == (other.signing_key(), 1, 1)
    one.close()
    other.close()
    assert set(tables(database)) == {*DOCUMENTS, "cards", "history", "nameless", "requests", "watcher_schema"}


def test_a_newer_version_is_refused_by_name(database: FreshDatabase) -> None:
    Postgresql(database).open().close()
    with database.connect() as line:
        line.execute("INSERT INTO watcher_schema (version, file) VALUES (99, '0099_later.sql')")
    assert "has version 99, which a newer watcher made" in refusal(database)


def test_tables_of_another_program_are_left_alone(database: FreshDatabase) -> None:
    with database.connect() as line:
        line.execute("CREATE TABLE customers (id int)")
    assert "tables of another program (customers)" in refusal(database)


@pytest.mark.parametrize(
    ("harm", "said"),
    [("DROP TABLE deeds", "half a migration and lacks deeds"), ("DELETE FROM watcher_schema", "half a migration")],
)
def test_half_a_migration_is_refused(database: FreshDatabase, harm: str, said: str) -> None:
    Postgresql(database).open().close()
    with database.connect() as line:
        line.execute(harm.encode())
    assert said in refusal(database)


def test_a_step_that_fails_leaves_nothing_of_any(database: FreshDatabase) -> None:
    steps = [*migrations(), Migration(2, "0002_more.sql", "CREATE TABLE more (id int); SELECT 1 / 0")]
    with database.connect() as line, pytest.raises(psycopg.errors.DivisionByZero):
        migrate(line, "here", steps=steps)
    assert tables(database) == []


def test_an_encoding_that_cannot_keep_every_name_is_refused(postgres_server: PostgresServer) -> None:
    latin = postgres_server.database("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    assert "has the encoding LATIN1" in refusal(latin)
    postgres_server.drop(latin)


def test_a_role_that_may_not_write_is_refused(database: FreshDatabase) -> None:
    Postgresql(database).open().close()
    with database.connect() as line:
        line.execute("REVOKE INSERT ON inspections FROM CURRENT_USER")
    assert "takes nothing from this role" in refusal(database)


def test_a_database_that_takes_nothing_is_refused(postgres_server: PostgresServer, database: FreshDatabase) -> None:
    postgres_server.do(f"ALTER DATABASE {database.name} SET default_transaction_read_only = on")
    assert "takes nothing from this role" in refusal(database)


def test_who_only_looks_begins_nothing(database: FreshDatabase) -> None:
    assert "`watcher run` begins one" in refusal(database, read_only=True)


def test_a_leader_of_the_version_before_leads_no_more_once_a_newer_one_has_begun(database: FreshDatabase) -> None:
    later = Migration(len(migrations()) + 1, "later.sql", "ALTER TABLE homes ADD COLUMN later text")
    place = Database(database.url, lambda: database.password)
    history = PostgresHistory.open(place, with_bundle=False)
    leadership = leadership_of(place, PATIENT)
    assert leadership.try_once()
    try:
        history.leading_as = leadership.term
        with place.session() as line:
            migrate(line, "there", steps=[*migrations(), later])
        with pytest.raises(FencedError):
            history.store([delivery(1)])
        until(lambda: leadership._why and not leadership.is_leading())
        until(lambda: "a newer watcher" in leadership._why)
        assert history.leader() is None
    finally:
        leadership.stop()
        history.close()
