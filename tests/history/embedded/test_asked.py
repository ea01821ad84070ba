"""What people ask in a chat, and the watches that they make, are kept and outlive restarts and backups."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.cli.commands.backup import back_up, bring_back
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.watching.asked import KNOWN_AT_LEAST, KNOWN_FOR, Asked, Asking
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


def test_what_was_asked_is_open_until_it_is_done_and_recognised_after(history: EmbeddedHistory, tmp_path: Path) -> None:
    other = replace(PRESS, id="e2", trigger="", asking=Asking.COMMAND)
    history.commit(Transaction(asked=(PRESS, other)))
    history = reopened(history, tmp_path)
    assert history.asked() == [PRESS, other]
    history.commit(Transaction(asked=(PRESS.ended(NOW),)))
    assert history.asked() == [other]
    assert history.was_asked("e1", "")
    assert history.was_asked("e9", "t1")
    assert not history.was_asked("e9", "")
    assert not history.was_asked("e9", "t9")
    assert b"hooks.slack.com" not in history._store.table("asked").raw()[1]
    history.close()


def test_what_was_done_is_forgotten_after_a_day_but_for_the_newest_and_what_is_open_never(
    history: EmbeddedHistory,
) -> None:
    history.commit(Transaction(asked=(PRESS.ended(NOW), replace(PRESS, id="e2", trigger="t2"))))
    later = NOW + KNOWN_FOR + timedelta(minutes=1)
    history.commit(Transaction(asked=(replace(PRESS, id="e3", trigger="t3", at=later),)))
    assert history.was_asked("e1", "t1")  # the clock may have jumped
    more = [replace(PRESS, id=f"m{number}", trigger="").ended(NOW) for number in range(KNOWN_AT_LEAST)]
    history.commit(Transaction(asked=more))
    history.commit(Transaction(asked=(replace(PRESS, id="e4", trigger="t4", at=later),)))
    assert not history.was_asked("e1", "t1")
    assert history.was_asked("m0", "")
    assert [asked.id for asked in history.asked()] == ["e2", "e3", "e4"]


def test_watches_that_people_made_are_kept_by_number_removed_ones_too(history: EmbeddedHistory, tmp_path: Path) -> None:
    second = replace(WATCH, number=2, of="home", value="ofsted:SC1")
    history.commit(Transaction(made_watches=(second, WATCH)))
    history.commit(Transaction(made_watches=(WATCH.removed(by="bob", at=NOW, door="slack"),)))
    history = reopened(history, tmp_path)
    assert [(made.number, made.is_in_force, made.ended_by) for made in history.made_watches()] == [
        (1, False, "bob"),
        (2, True, ""),
    ]
    history.close()


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
