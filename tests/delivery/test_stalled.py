"""A machine that comes to nothing for a while, or starts no thread: what was not called is not in doubt, and goes."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import ManualClock
from tests.delivery.scripted import ACCEPTED, UNKNOWN, Desk, Scripted
from tests.messages.messages import SEEN, delivery
from tests.threads import none_left
from watcher.delivery.calls import Calls, _Asked
from watcher.delivery.lane import Lane
from watcher.delivery.ledger import State

DEADLINE = timedelta(seconds=1)
LONG = timedelta(hours=2)
"""Longer than any back-off."""


@pytest.fixture
def goes_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Until it is set no thread that calls a channel comes to anything."""
    event, run = threading.Event(), Calls._run

    def stalled(calls: Calls) -> None:
        event.wait(30)
        run(calls)

    monkeypatch.setattr(Calls, "_run", stalled)
    yield event
    event.set()


def test_a_message_that_its_channel_was_not_called_for_in_time_is_sent_once_and_unmarked(
    tmp_path: Path, goes_on: threading.Event
) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel, deadline=DEADLINE) as desk:
        desk.store(delivery(1))
        threading.Timer(1.5 * DEADLINE.total_seconds(), goes_on.set).start()
        desk.deliver()
        (stored,) = desk.stored()
    assert (stored.state, stored.attempts, stored.unsure_since) == (State.ACCEPTED, 1, None)
    assert [message.possibly_repeated for message in channel.sent] == [False]


def test_a_message_that_could_not_be_looked_for_in_time_waits_and_is_looked_for_again(
    tmp_path: Path, goes_on: threading.Event
) -> None:
    channel = Scripted(answer=lambda *_: UNKNOWN, found=ACCEPTED)
    with Desk(tmp_path, channel, deadline=DEADLINE) as desk:
        goes_on.set()
        desk.store(delivery(1))
        desk.deliver()
        goes_on.clear()
        with desk.reopened() as after:
            assert after.deliver(LONG) == ()
            (stored,) = after.stored()
            assert (stored.state, stored.unsure_since, stored.attempts) == (State.WAITING, SEEN, 1)
            assert stored.due > after.clock.now()
            goes_on.set()
            assert [one.state for one in after.deliver(LONG)] == [State.ACCEPTED]
    assert len(channel.sent) == len(channel.looked) == 1


def test_where_no_thread_can_be_started_the_message_is_sent_later(tmp_path: Path) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        with none_left():
            desk.deliver()
        (stored,) = desk.stored()
        assert (stored.state, stored.unsure_since) == (State.WAITING, None)
        assert stored.detail == "this machine has no thread left to give"
        assert channel.sent == []
        assert [one.state for one in desk.deliver(LONG)] == [State.ACCEPTED]
    assert len(channel.sent) == 1


@pytest.mark.anyio
async def test_one_of_a_row_that_is_not_called_after_its_deadline_brings_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    goes_on, answer = threading.Event(), Calls._answer

    def stalled(calls: Calls, asked: _Asked) -> None:
        if asked.in_a_row:
            goes_on.wait(30)
        answer(calls, asked)

    async def pause(_: float) -> None:
        raise AssertionError("nothing is spaced here")

    monkeypatch.setattr(Calls, "_answer", stalled)
    lane = Lane(Scripted(), ManualClock(SEEN), rest=LONG, deadline=DEADLINE, pause=pause)
    assert await lane.call(lambda: UNKNOWN) == UNKNOWN
    sent = delivery(1).sending(SEEN)
    with pytest.raises(TimeoutError):
        await lane.ask(lambda: ACCEPTED, sent, in_a_row=True)
    goes_on.set()
    async with asyncio.timeout(120):
        while lane.is_left_with(sent):
            await asyncio.sleep(0.01)
    assert lane.returned() == []
