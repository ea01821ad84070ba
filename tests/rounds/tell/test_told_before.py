"""After a backup was restored: what readers had is not told again, what they may have had is looked for first."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import inspection
from tests.rounds.tell.changes import AREA, DROP, GOOD, NOW, RECOVERY, make, news
from watcher.cli.commands.backup import back_up, bring_back
from watcher.delivery.ledger import Delivery
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.judging.judge import judge
from watcher.rounds.tell.addresses import addressed
from watcher.rounds.tell.told_before import ToldBefore

TAKEN = NOW - timedelta(days=2)
ABOUT = addressed(news(DROP, "desk", "screen"), make, [])


@contextmanager
def restored(folder: Path, *sent: Delivery, lost: bool = False) -> Iterator[EmbeddedHistory]:
    """A history of which a backup was taken, that then made messages, and that was replaced by the backup NOW."""
    data = folder / "data"
    with closing(EmbeddedHistory.open(data, with_bundle=False)) as history:
        history.commit(Transaction())
    back_up(data, folder / "backup", TAKEN)
    with closing(EmbeddedHistory.open(data, with_bundle=False)) as history:
        history.commit(Transaction(deliveries=sent))
    if lost:
        for file in data.iterdir():
            file.unlink()
    bring_back(data, folder / "backup", NOW)
    with closing(EmbeddedHistory.open(data, with_bundle=False)) as history:
        yield history


def made(channel: str, at: datetime) -> Delivery:
    return Delivery.of(channel, DROP.home, ABOUT.alert, ABOUT.alert.id, at)


def test_without_a_restoring_everything_goes_on(tmp_path: Path) -> None:
    with closing(EmbeddedHistory.open(tmp_path, with_bundle=False)) as history:
        assert ToldBefore(history, NOW).without_what_was_sent(ABOUT) == ABOUT


def test_a_channel_that_was_told_after_the_backup_is_not_told_again(tmp_path: Path) -> None:
    with restored(tmp_path, made("desk", NOW - timedelta(days=1))) as history:
        left = ToldBefore(history, NOW).without_what_was_sent(ABOUT)
    assert [delivery.channel for delivery in left.deliveries] == ["screen"]


@pytest.mark.parametrize("at", [TAKEN, NOW], ids=["of the backup", "of the restoring"])
def test_nor_is_one_that_was_told_in_the_very_moment(tmp_path: Path, at: datetime) -> None:
    with restored(tmp_path, made("desk", at)) as history:
        left = ToldBefore(history, NOW).without_what_was_sent(ABOUT)
    assert [delivery.channel for delivery in left.deliveries] == ["screen"]


def test_the_same_visit_in_other_words_is_not_told_again(tmp_path: Path) -> None:
    (dropped,) = judge([GOOD], inspection("2023-05-01", "requires improvement", document="2")).changes
    about = addressed(news(dropped, "desk"), make, [])
    with restored(tmp_path, made("desk", NOW - timedelta(days=1))) as history:
        assert ToldBefore(history, NOW).without_what_was_sent(about).deliveries == ()


def test_another_visit_and_what_is_told_later_of_the_same_go_on(tmp_path: Path) -> None:
    with restored(tmp_path, made("desk", NOW - timedelta(days=1))) as history:
        before = ToldBefore(history, NOW)
        (another,) = before.without_what_was_sent(addressed(news(RECOVERY, "desk"), make, [])).deliveries
        assert another.unsure_since is None  # what was sent since is known, so nothing need be looked for
        corrected = news(replace(AREA, what=What.CORRECTED, inspection=DROP.inspection), "desk")
        assert before.without_what_was_sent(addressed(corrected, make, [])).deliveries


def test_where_the_messages_since_are_lost_each_is_looked_for_before_it_is_sent(tmp_path: Path) -> None:
    with restored(tmp_path, lost=True) as history:
        left = ToldBefore(history, NOW).without_what_was_sent(ABOUT)
    assert {delivery.unsure_since for delivery in left.deliveries} == {TAKEN}
