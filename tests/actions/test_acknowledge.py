"""The first acknowledgement of a change stays, and only a change that is known can be acknowledged."""

import pytest

from tests.delivery.scripted import Desk
from tests.rounds.test_remind import ALERT, NOW, ack, desk
from watcher.actions.acknowledge import acknowledge, acknowledgement_of, alert_meant
from watcher.actions.ids import Meant
from watcher.errors import WatcherError
from watcher.history.protocol import Transaction
from watcher.watching.acknowledgements import Acknowledgement

__all__ = ["desk"]  # a fixture


def test_the_first_acknowledgement_stays(desk: Desk) -> None:
    assert ack(desk)
    assert not ack(desk, by="Bob")
    desk.history.commit(Transaction(acknowledgements=(Acknowledgement(change=ALERT.id, by="Eve", why="x", at=NOW),)))
    with desk.reopened() as after:
        known = after.history.acknowledgement(ALERT.id)
        assert known is not None
        assert (known.by, known.why, known.at) == ("Ann", "called them", NOW)
        assert after.history.acknowledgement("another") is None


def test_what_is_not_known_cannot_be_acknowledged(desk: Desk) -> None:
    word = Acknowledgement.of("0000000000000000", by="Ann", why="x", at=NOW)
    assert not acknowledge(desk.history, desk.outbox, word)
    assert desk.history.acknowledgement(word.change) is None


def test_a_change_is_meant_by_its_own_id_and_by_that_of_its_message(desk: Desk) -> None:
    (delivery,) = desk.stored()
    assert delivery.id != ALERT.id
    for text in (ALERT.id, ALERT.id[:6], delivery.id, delivery.id[:6]):
        assert alert_meant(desk.history, text) == Meant(ALERT.id)
    with pytest.raises(WatcherError, match="there is no alert 'abcdef'"):
        alert_meant(desk.history, "abcdef")


def test_without_a_name_it_is_refused_and_without_a_reason_it_says_none() -> None:
    with pytest.raises(WatcherError, match="needs a name"):
        acknowledgement_of(ALERT.id, by=" ", why="x", now=NOW)
    assert str(acknowledgement_of(ALERT.id, by="Ann", why="", now=NOW)).endswith(" UTC")
