"""What people ask in a chat, and the watches that they make, are kept and outlive restarts and backups."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.cli.commands.backup import back_up, bring_back
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.watching.asked import Asked, Asking
from watcher.watching.made_watches import MadeWatch

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PRESS = Asked(
    id="e1", trigger="t1", way="desk", asking=Asking.BUTTON, what="history", subject="0a1b", user="U1", by="ann",
    place="C1", reply_to="https://hooks.slack.com/actions/T1/2/3", at=NOW,
)  # fmt: skip
WATCH = MadeWatch(number=1, of="area", value="Derby", to="desk/C1", by="ann", user="U1", made=NOW, door="slack")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    yield opened
    opened.close()


def reopened(history: EmbeddedHistory, folder: Path) -> EmbeddedHistory:
    history.close()
    return EmbeddedHistory.open(folder / "data", with_bundle=False)


def test_a_restored_backup_takes_back_nothing_that_people_did_since(history: EmbeddedHistory, tmp_path: Path) -> None:
    history.commit(Transaction(asked=(PRESS,), made_watches=(WATCH,)))
    history.close()
    back_up(tmp_path / "data", tmp_path / "backup.gz", NOW)
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    removed, second = WATCH.removed(by="bob", at=NOW, door="slack"), replace(WATCH, number=2)
    history.commit(Transaction(asked=(PRESS.ended(NOW),), made_watches=(removed, second)))
    history.close()
    bring_back(tmp_path / "data", tmp_path / "backup.gz", NOW)
    after = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    assert after.asked() == []
    assert after.was_asked("e1", "t1")
    assert after.made_watches() == [removed, second]
    after.close()
    bring_back(tmp_path / "elsewhere", tmp_path / "backup.gz", NOW)
    elsewhere = EmbeddedHistory.open(tmp_path / "elsewhere", with_bundle=False)
    assert elsewhere.made_watches() == [WATCH]
    elsewhere.close()
