"""A clock that ran ahead and was set back: what it put off does not wait for the day that it showed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, UNKNOWN, Desk, Scripted
from tests.messages.messages import SEEN, delivery
from watcher.delivery.ledger import State
from watcher.delivery.verdict import Verdict

AHEAD = [timedelta(hours=20), timedelta(days=31), timedelta(days=1400)]


@pytest.mark.parametrize("ahead", AHEAD)
@pytest.mark.parametrize("first", [LATER, UNKNOWN], ids=["not taken", "of unknown fate"])
@pytest.mark.parametrize("goes_on", ["lives on", "begins anew"])
def test_a_message_that_was_put_off_goes_once_the_clock_is_right(
    tmp_path: Path, ahead: timedelta, first: Verdict, goes_on: str
) -> None:
    channel = Scripted(answer=lambda _, attempt: first if attempt == 1 else ACCEPTED, found=None)
    with Desk(tmp_path, channel) as desk:
        desk.clock.step(SEEN + ahead)
        desk.store(replace(delivery(1), created=desk.clock.now(), due=desk.clock.now()))
        desk.deliver()
        assert [stored.state for stored in desk.stored()] == [State.WAITING]
        desk.clock.step(SEEN + timedelta(minutes=10))
        if goes_on == "lives on":
            desk.outbox.take_back()
            after = desk
        else:
            after = desk.reopened()
        after.deliver()
        after.deliver(timedelta(hours=3))
        assert [stored.state for stored in after.stored()] == [State.ACCEPTED]
        after.history.close()


@pytest.mark.parametrize("ahead", AHEAD)
def test_a_message_that_was_made_while_the_clock_ran_ahead_goes_once_it_is_right(
    tmp_path: Path, ahead: timedelta
) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        desk.store(replace(delivery(1), created=SEEN + ahead, due=SEEN + ahead))
        desk.deliver()
        assert channel.sent == []
        desk.outbox.take_back()
        desk.deliver()
        assert [stored.state for stored in desk.stored()] == [State.ACCEPTED]


def test_what_a_stopped_channel_holds_since_then_goes_once_it_is_released(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: replace(REFUSED, stops=True))
    with Desk(tmp_path, channel) as desk:
        desk.clock.step(SEEN + timedelta(days=31))
        desk.store(replace(delivery(1), created=desk.clock.now(), due=desk.clock.now()))
        desk.deliver()
        desk.clock.step(SEEN)
        channel.answer = lambda *_: ACCEPTED
        desk.outbox.release("desk")
        desk.deliver()
        assert [stored.state for stored in desk.stored()] == [State.ACCEPTED]


def test_a_clock_that_is_right_hurries_nothing(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: LATER)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        desk.deliver()
        (before,) = desk.stored()
        desk.outbox.take_back()
        assert desk.stored() == [before]
        assert before.due > desk.clock.now()
