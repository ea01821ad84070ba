"""The register of a database is read as it is asked for, of one commit at a time, whoever commits meanwhile."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.builders import home, inspection
from tests.standins.postgres import FreshDatabase
from watcher.facts.regulators import OFSTED
from watcher.facts.statements import HomeRecord, Record
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.protocol import Transaction
from watcher.judging.filed import Filing

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
FAMILY = "children's home"


def opened(database: FreshDatabase) -> PostgresHistory:
    return PostgresHistory.open(Database(database.url, lambda: database.password), with_bundle=False)


@pytest.fixture
def history(database: FreshDatabase) -> Iterator[PostgresHistory]:
    history = opened(database)
    history.commit(news("SC1", "2025-06-10", "good"))
    yield history
    history.close()


def news(identity: str, day: str, grade: str) -> Transaction:
    """A home's first inspection, or one more of it."""
    record = Record((inspection(day, grade, home=f"ofsted:{identity}"),), seen=NOW)
    return Transaction(homes=[HomeRecord.of(home(identity))], records=[record])


def documents(database: FreshDatabase) -> list[tuple[str, ...]]:
    with database.connect() as line:
        kept = "SELECT document::text FROM register UNION ALL SELECT document::text FROM tallies"
        rows = [*line.execute(kept), *line.execute("SELECT card::text FROM cards")]
        return sorted(row for row in rows if '"counts":{}' not in row[0])


def test_what_is_asked_at_once_is_of_one_commit(history: PostgresHistory, database: FreshDatabase) -> None:
    reader = opened(database)
    sector, tried = reader.register().of(OFSTED), 0
    assert sector.tallied(FAMILY, DAY) == {"good": 1}  # at hand from here on

    def ask() -> tuple[dict[str, int], list[str]]:
        nonlocal tried
        tried += 1
        before = sector.tallied(FAMILY, DAY)
        if tried == 1:  # another process moves the home from one count to another
            history.commit(news("SC1", "2026-01-20", "inadequate"))
        return before, list(sector.source.under(Filing.INADEQUATE, "ofsted"))

    assert sector.source.at_once(ask) == ({"inadequate": 1}, ["ofsted:SC1"])
    assert tried == 2
    reader.close()


def test_a_snapshot_that_others_outrun_stays_as_it_is(history: PostgresHistory, database: FreshDatabase) -> None:
    reader = opened(database)
    source = reader.register().source

    def ask() -> tuple[bool, bool]:
        first = source.get("ofsted:SC1")
        history.commit(news("SC2", "2026-01-20", "good"))
        assert source.get("ofsted:SC9") is None  # asked of the snapshot
        return first is not None, source.get("ofsted:SC2") is not None

    assert source.at_once(ask) == (True, False)
    reader.look()
    assert reader.register().get("ofsted:SC2") is not None
    reader.close()


def test_another_process_is_told_of_the_homes_that_altered_alone(
    history: PostgresHistory, database: FreshDatabase
) -> None:
    history.commit(news("SC2", "2025-06-10", "good"))
    reader = opened(database)
    former = reader.register()
    assert {entry.home.key: entry.rating for entry in former} == {"ofsted:SC1": "good", "ofsted:SC2": "good"}
    history.commit(news("SC2", "2026-01-20", "inadequate"))
    reader.look()
    register = reader.register()
    assert register is not former
    assert register.differing(former) == ["ofsted:SC2"]
    assert (register.get("ofsted:SC2"), len(register)) == (history.register().get("ofsted:SC2"), 2)
    history.commit(Transaction(notices={}))
    reader.look()
    assert reader.register() is register
    reader.close()


def test_what_is_kept_up_is_what_is_made_anew(history: PostgresHistory, database: FreshDatabase) -> None:
    history.commit(news("SC2", "2025-06-10", "good"))
    history.commit(news("SC2", "2026-01-20", "inadequate"))
    kept = documents(database)
    with database.connect() as line:
        line.execute("UPDATE history SET tally_form = 0")
        line.execute("DELETE FROM tallies")
    assert len(history.register()) == 2  # made of the homes, as long as nothing is kept
    opened(database).close()
    assert documents(database) == kept
    with database.connect() as line:
        line.execute("UPDATE history SET register_form = 0")
    opened(database).close()
    assert documents(database) == kept


def test_a_database_that_had_no_cards_is_given_them(history: PostgresHistory, database: FreshDatabase) -> None:
    history.commit(news("SC2", "2025-06-10", "good"))
    history.commit(news("SC2", "2026-01-20", "inadequate"))
    kept = documents(database)
    with database.connect() as line:
        line.execute("DROP TABLE cards")
        line.execute("DELETE FROM tallies WHERE name LIKE 'again%'")
        line.execute("DELETE FROM watcher_schema WHERE version >= 4")
        line.execute("UPDATE history SET tally_form = 1")
    upgraded = opened(database)
    assert documents(database) == kept
    assert [card.rating for card in upgraded.register().cards(["ofsted:SC2", "ofsted:SC3"])] == ["inadequate"]
    upgraded.close()


def test_what_a_newer_version_keeps_is_not_believed_once_an_older_one_has_committed(
    history: PostgresHistory, database: FreshDatabase
) -> None:
    form = "SELECT register_form FROM history"
    with database.connect() as line:
        line.execute("UPDATE history SET register_form = 99")
        history.commit(Transaction(homes=[], records=[]))
        assert line.execute(form).fetchall() == [(99,)]
        history.commit(news("SC2", "2026-01-20", "inadequate"))
        assert line.execute(form).fetchall() == [(None,)]
    kept = history.standing_inadequate()
    opened(database).close()
    assert history.standing_inadequate() == kept == ["ofsted:SC2"]
