"""A message of unknown fate: looked for where that can be, repeated a few times where it can't, then the operator's."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.delivery.bursts import channel_of, ids, single
from tests.delivery.scripted import ACCEPTED, UNKNOWN, Blocked, Desk, Scripted
from tests.standins.slack import CHANNEL, Behaviour, SlackStandIn
from watcher.delivery.channels.slack.blocks import payload
from watcher.delivery.ledger import POSSIBLY_REPEATED, State
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.message import Message
from watcher.messages.wording import word
from watcher.service.undelivered import matters_of_deliveries

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
DEADLINE = timedelta(seconds=60)
LONDON = ZoneInfo("Europe/London")
BUSY = Verdict(Answer.LATER, "Slack asks for fewer messages", retry_after=timedelta(minutes=7))


def takes_after_it_answered(message: dict[str, Any]) -> Behaviour:
    def behave(handler: Any, arguments: dict[str, Any]) -> None:
        answer = handler.slack.answer("conversations.history", arguments)
        handler.slack.post(message)
        handler.say(answer)

    return behave


def rounds(desk: Desk, count: int, every: timedelta = timedelta(minutes=1)) -> None:
    for _ in range(count):
        desk.deliver(every)


def test_what_cannot_be_looked_for_is_sent_three_times_with_longer_pauses_and_then_waits_for_the_operator(
    tmp_path: Path,
) -> None:
    moments = []
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:

        def lost(message: Message, _: int) -> Verdict:
            if message.id == single(1).id:
                moments.append(desk.clock.now())
            return UNKNOWN

        channel.answer = lost
        desk.store(single(1), single(2, home=1))
        rounds(desk, 24 * 60)
        assert [message.possibly_repeated for message in channel.sent if message.id == single(1).id] == [
            False,
            True,
            True,
        ]
        assert {delivery.state for delivery in desk.stored()} == {State.UNKNOWN}
        first, second, third = moments
        assert timedelta(minutes=2) <= second - first < third - second
        (matter,) = matters_of_deliveries({"desk"}, desk.outbox.troubled(), desk.clock.now())
        assert matter.key == "channel:desk:unknown"
        assert "2 messages" in matter.text
        with desk.reopened() as after:
            rounds(after, 60)
            assert len(channel.sent) == 6


@pytest.mark.parametrize(
    "ask", [lambda desk: desk.outbox.retry(single(1).id), lambda desk: desk.outbox.release("desk")]
)
def test_the_operator_has_it_sent_again(tmp_path: Path, ask: Callable[[Desk], object]) -> None:
    channel = Scripted(answer=lambda *_: UNKNOWN)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1))
        rounds(desk, 60)
        assert ask(desk)
        channel.answer = lambda *_: ACCEPTED
        assert [delivery.state for delivery in desk.deliver()] == [State.ACCEPTED]
        assert channel.sent[-1].possibly_repeated
        assert matters_of_deliveries({"desk"}, desk.outbox.troubled(), desk.clock.now()) == []


def test_the_operator_gives_it_up(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: UNKNOWN)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1))
        assert not desk.outbox.drop(single(1).id)
        rounds(desk, 60)
        assert desk.outbox.drop(single(1).id)
        with desk.reopened() as after:
            rounds(after, 60)
            assert [delivery.state for delivery in after.stored()] == [State.LAPSED]
            assert matters_of_deliveries({"desk"}, after.outbox.troubled(), after.clock.now()) == []
    assert len(channel.sent) == 3


def test_news_of_the_same_home_does_not_wait_for_the_operator(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda message, _: UNKNOWN if message.id == single(1, home=1).id else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1, home=1), single(2, home=1))
        rounds(desk, 120)
        assert [delivery.state for delivery in desk.stored()] == [State.UNKNOWN, State.ACCEPTED]


def test_what_can_be_looked_for_and_is_not_there_is_sent_for_as_long_as_it_takes(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: UNKNOWN, found=None)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1))
        rounds(desk, 24 * 60)
        assert len(channel.sent) > 10
        assert not any(message.possibly_repeated for message in channel.sent)


def test_what_slack_takes_after_it_was_looked_for_is_there_twice_and_says_so(
    tmp_path: Path, slack: SlackStandIn
) -> None:
    """Killed with the message on its way, started at once, and Slack is slow."""
    with Desk(tmp_path, channel_of(slack)) as desk:
        desk.store(single(1))
        (stored,) = desk.stored()
        desk.history.store([stored.sending(desk.clock.now())])
        on_its_way = payload(stored.message(), word(stored.message(), LONDON), CHANNEL)
        slack.ways["conversations.history"] = takes_after_it_answered(on_its_way)
        with desk.reopened() as after:
            after.deliver(timedelta(seconds=1))
            assert [known.detail for known in after.stored()] == [POSSIBLY_REPEATED]
    assert ids(slack.messages) == [stored.id] * 2
    assert ["Possibly repeated" in message["text"] for message in slack.messages] == [False, True]


@pytest.mark.parametrize(("after_the_kill", "is_marked"), [(DEADLINE - SECOND, True), (DEADLINE, False)])
def test_a_look_is_certain_once_no_attempt_can_be_on_its_way(
    tmp_path: Path, after_the_kill: timedelta, is_marked: bool
) -> None:
    channel = Scripted(found=None)
    with Desk(tmp_path, channel, deadline=DEADLINE) as desk:
        desk.store(single(1))
        (stored,) = desk.stored()
        desk.history.store([stored.sending(desk.clock.now())])
        with desk.reopened() as after:
            after.deliver(after_the_kill)
    assert [message.possibly_repeated for message in channel.sent] == [is_marked]


def test_what_a_call_that_hangs_may_still_bring_goes_again_marked(tmp_path: Path) -> None:
    blocked = Blocked()
    channel = Scripted(answer=lambda _, number: blocked() if number == 1 else ACCEPTED, found=None)
    with Desk(tmp_path, channel, deadline=timedelta(seconds=2)) as desk:
        desk.store(single(1))
        desk.deliver()
        desk.deliver(HOUR)
        blocked.released.set()
    assert [message.possibly_repeated for message in channel.sent] == [False, True]


def test_a_look_that_is_answered_later_waits_and_sends_nothing(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: UNKNOWN, found=BUSY)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1))
        rounds(desk, 12 * 60)
        assert len(channel.sent) == 1
        assert 5 < len(channel.looked) < 60, "with longer and longer pauses"
        channel.found = Verdict(Answer.ACCEPTED, "found in the channel", reference="7")
        with desk.reopened() as after:
            rounds(after, 120)
            (stored,) = after.stored()
    assert (stored.state, stored.reference, len(channel.sent)) == (State.ACCEPTED, "7", 1)


def test_a_look_that_is_refused_with_the_token_stops_the_channel(tmp_path: Path) -> None:
    stops = Verdict(Answer.REFUSED, "Slack says invalid_auth: mend it", stops=True)
    channel = Scripted(answer=lambda *_: UNKNOWN, found=stops)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1), single(2))
        rounds(desk, 30)
        keys = {matter.key for matter in matters_of_deliveries({"desk"}, desk.outbox.troubled(), desk.clock.now())}
        assert "channel:desk:stopped" in keys
        assert len(channel.sent) <= 2


def test_kills_while_it_is_sent_count_as_attempts_of_unknown_fate(tmp_path: Path) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1))
        (stored,) = desk.stored()
        for _ in range(3):
            stored = stored.sending(desk.clock.now()).interrupted()
        desk.store(stored)
        desk.history.close()
        with desk.reopened() as after:
            rounds(after, 60)
            assert [delivery.state for delivery in after.stored()] == [State.UNKNOWN]
    assert channel.sent == []
