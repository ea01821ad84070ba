"""Statements are added in memory alone, until it is asked what has changed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import HOME, day, home, inspection
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import absorb
from watcher.rounds.working_copy import WorkingCopy

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
GOOD = inspection("2023-05-01", "good", document="1")
DROP = inspection("2024-01-10", "inadequate", document="2")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    opened.commit(absorb(opened, [home()], [GOOD], None).transaction())
    yield opened
    opened.close()


def test_what_the_history_knows_already_is_no_change(history: EmbeddedHistory) -> None:
    copy = WorkingCopy(history)
    copy.add_home(home())
    record, was = copy.add(GOOD, NOW)
    assert (was, record.seen) == (GOOD, None)
    assert (copy.changed_homes(), copy.changed_records()) == ((), ())


def test_a_new_statement_is_known_at_once_and_to_nobody_else(history: EmbeddedHistory) -> None:
    copy = WorkingCopy(history)
    record, was = copy.add(DROP, NOW)
    assert (was, record.seen) == (None, NOW)
    assert copy.known(HOME) == [GOOD, DROP]
    assert copy.known(HOME, without=record) == [GOOD]
    assert copy.changed_records() == (record,)
    assert len(history.records(HOME)) == 1


def test_what_has_gone_from_its_page_is_known_no_more_until_it_stands_there_again(history: EmbeddedHistory) -> None:
    copy = WorkingCopy(history)
    copy.withdraw(GOOD, day("2024-03-01"))
    assert copy.known(HOME) == []
    copy.restore(HOME, [GOOD])
    assert copy.known(HOME) == [GOOD]
    assert copy.changed_records() == ()


def test_a_home_that_nobody_described_is_known_by_its_key(history: EmbeddedHistory) -> None:
    nameless = WorkingCopy(history).home("example:H1")
    assert (nameless.regulator, nameless.id, nameless.type) == ("example", "H1", None)
