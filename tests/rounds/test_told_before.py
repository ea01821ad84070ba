"""What was told between the taking of a backup and its restoring, to the very moment of each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import inspection
from tests.messages.messages import alert
from watcher.delivery.ledger import Delivery
from watcher.history.backup import Backup
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.restore import restore
from watcher.history.protocol import Transaction
from watcher.judging.changes import Change, What
from watcher.rounds.told_before import ToldBefore

TAKEN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
RESTORED = TAKEN + timedelta(days=3)
MOMENT = timedelta(microseconds=1)
DROP = inspection("2026-01-20", "inadequate", published="2026-03-03")
CHANGE = Change(what=What.DROPPED_TO_INADEQUATE, inspection=DROP)


def told(at: datetime) -> Delivery:
    """A message about the drop in other words than it is judged in now."""
    content = alert(home=DROP.home, kind=DROP.kind.value, inspected=DROP.inspected)
    return Delivery.of("desk", DROP.home, content, content.id, at)


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    """A history out of a backup, where none was before."""
    restore(tmp_path, Backup(TAKEN, 1, {}), RESTORED)
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield history
    history.close()


@pytest.mark.parametrize(
    ("made", "is_known"),
    [
        (TAKEN - MOMENT, False),
        (TAKEN, True),
        (TAKEN + MOMENT, True),
        (RESTORED, True),
        (RESTORED + MOMENT, False),
    ],
    ids=["before the backup", "with the backup", "in between", "with the restoring", "after the restoring"],
)
def test_a_message_of_the_time_in_between_is_known_to_the_moment(
    restored: EmbeddedHistory, made: datetime, is_known: bool
) -> None:
    restored.commit(Transaction(deliveries=(told(made),)))
    before = ToldBefore(restored, RESTORED)
    assert before.knows("desk", CHANGE) is is_known
    assert not before.knows("screen", CHANGE)


@pytest.mark.parametrize(("published", "is_doubted"), [("2026-03-05", True), ("2026-03-06", False)])
def test_what_was_published_until_the_day_of_the_restoring_may_have_been_told(
    restored: EmbeddedHistory, published: str, is_doubted: bool
) -> None:
    change = Change(what=What.DROPPED_TO_INADEQUATE, inspection=inspection("2026-01-20", published=published))
    doubted = ToldBefore(restored, RESTORED).doubted(told(RESTORED + MOMENT), change)
    assert doubted.unsure_since == (TAKEN if is_doubted else None)


def test_three_months_after_the_restoring_nothing_is_doubted(restored: EmbeddedHistory) -> None:
    restored.commit(Transaction(deliveries=(told(RESTORED),)))
    last = RESTORED + timedelta(days=90)
    assert ToldBefore(restored, last - MOMENT).knows("desk", CHANGE)
    assert not ToldBefore(restored, last).knows("desk", CHANGE)
