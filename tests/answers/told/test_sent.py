"""What `explain`, `status` and the pages say of a message that quiet hours hold, and of one that the morning told."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.clock import ManualClock
from tests.delivery.scripted import Desk, Scripted
from tests.rounds.test_mornings import EVENING, HOUR, ON_CHANNEL, SEVEN, look, made, told
from watcher.answers.told.sent import Messages, Sent
from watcher.delivery.ledger import State
from watcher.history.protocol import Told, Transaction
from watcher.judging.changes import What
from watcher.service.own_standing import channels_now
from watcher.service.standing import stored_standing


def sent(desk: Desk, known: Told) -> Sent:
    (one,) = Messages(desk.history, [known]).was_told(known, ON_CHANNEL.timezone, with_people=True).sent
    return one


def test_a_message_waits_until_the_morning_and_then_went_with_its_message(tmp_path: Path) -> None:
    known = Told(alert=replace(told(What.RECOVERED), channels=("desk",)), seen=EVENING, feed="ofsted")
    with Desk(tmp_path, Scripted(), clock=ManualClock(EVENING)) as desk:
        desk.history.commit(Transaction(changes=(known,), deliveries=made(ON_CHANNEL, known.alert)))
        waits = sent(desk, known)
        assert (waits.verdict, waits.detail) == ("held for quiet hours until 07:00, 30 November 2026", "")
        desk.clock.step(SEVEN + HOUR)
        look(desk, ON_CHANNEL)
        went = sent(desk, known)
        assert went.verdict == "told in the morning's message, after quiet hours: accepted after 1 attempt"
        assert (went.at, went.detail) == (SEVEN + HOUR, "in the morning's message of 30 November 2026")


def test_the_status_counts_what_waits_and_says_until_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Desk(tmp_path / "data", Scripted(), clock=ManualClock(EVENING)) as desk:
        desk.store(*made(ON_CHANNEL, told(What.RECOVERED)), *made(ON_CHANNEL, told(What.DROPPED_TO_INADEQUATE, 2)))
        standing = stored_standing(ON_CHANNEL, desk.history, EVENING)
        assert (standing.held, standing.held_until, standing.waiting) == (1, SEVEN, 1)
        assert not standing.matters
        (row,) = channels_now(ON_CHANNEL, desk.outbox.troubled(), frozenset(), list(desk.history.gathered()))
        assert (row.held, row.held_until, row.gathered, row.waiting) == (1, SEVEN, 0, 1)
        assert [delivery.state for delivery in desk.stored()] == [State.GATHERED, State.WAITING]
