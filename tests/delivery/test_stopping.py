"""A channel that is refused as a whole is stopped: what waits for it is kept, and goes once it works again."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import still_open
from tests.delivery.bursts import burst, channel_of, ids, keep_time, single
from tests.delivery.scripted import ACCEPTED, LATER, UNKNOWN, Blocked, Desk, Scripted
from tests.messages.messages import SEEN, delivery, message
from tests.standins import slack as ways
from tests.standins.slack import TOKEN, SlackStandIn
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.slack import answers
from watcher.delivery.ledger import State
from watcher.delivery.pauses import PROBE_EVERY
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.protocol import Transaction
from watcher.messages.matter import Matter
from watcher.service.announcements import announce
from watcher.service.undelivered import matters_of_deliveries

MINUTE = timedelta(minutes=1)
STOPS = Verdict(Answer.REFUSED, "Slack says is_archived: mend it", stops=True)
SETTINGS = Settings(
    channels={"desk": ConsoleOptions(), "screen": ConsoleOptions()}, operator=Operator(to=("desk", "screen"))
)


def told(desk: Desk) -> dict[str, Matter]:
    found = matters_of_deliveries(SETTINGS.channels, desk.outbox.troubled(), desk.clock.now())
    return {matter.key: matter for matter in found}


@pytest.mark.parametrize("error", sorted(answers.ADVICE))
def test_a_refusal_of_the_channel_stops_it_and_costs_no_message(
    tmp_path: Path, slack: SlackStandIn, error: str
) -> None:
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        desk.store(*(single(number) for number in range(4)))
        slack.errors["chat.postMessage"] = error
        assert desk.deliver() == ()
        assert [delivery.state for delivery in desk.stored()] == [State.WAITING] * 4
        assert len(slack.calls) == 1
        slack.errors.clear()
        desk.deliver(PROBE_EVERY - MINUTE)
        assert len(slack.calls) == 1
        assert len(desk.deliver(MINUTE)) == 4
    assert ids(slack.messages) == [single(number).id for number in (0, 1, 2, 3)]
    assert slack.too_many == []


@pytest.mark.parametrize("error", sorted(answers.FORM))
def test_a_refusal_of_one_message_stops_nothing(tmp_path: Path, slack: SlackStandIn, error: str) -> None:
    slack.script.extend([ways.fails_with(error)] * 2)
    with Desk(tmp_path, channel_of(slack)) as desk:
        desk.store(single(1), single(2))
        assert [delivery.state for delivery in desk.deliver()] == [State.REFUSED, State.ACCEPTED]
        assert set(told(desk)) == {"channel:desk:refused"}


@pytest.mark.parametrize(
    "way",
    [ways.drops, ways.says("oops", 500), ways.is_rate_limited("5"), ways.fails_with("fatal_error"),
     ways.fails_with("something_new_in_2031"), ways.says("<html>", kind="text/html")],
)  # fmt: skip
def test_trouble_that_passes_stops_nothing(tmp_path: Path, slack: SlackStandIn, way: ways.Behaviour) -> None:
    slack.script.append(way)
    with Desk(tmp_path, channel_of(slack)) as desk:
        slack.now = SEEN.timestamp()
        desk.store(single(1), single(2))
        assert len(desk.deliver()) == 1
        assert not any(delivery.stopped is not None for delivery in desk.stored())


@pytest.mark.parametrize("token", ["", "two\nlines"])
def test_a_channel_without_a_token_is_stopped(slack: SlackStandIn, token: str) -> None:
    assert channel_of(slack, token=token).send(message()).stops


@pytest.mark.parametrize("restarts", [False, True])
def test_a_stopped_channel_is_tried_once_an_hour_for_as_long_as_it_takes(tmp_path: Path, restarts: bool) -> None:
    channel = Scripted(answer=lambda *_: STOPS)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(single(number) for number in range(5)))
        desk.deliver()
        with desk.reopened() if restarts else desk as after:
            for _ in range(6 * 60):
                after.deliver(MINUTE)
            assert 6 <= len(channel.sent) <= 7
            assert len({message.id for message in channel.sent}) == 1
            channel.answer = lambda *_: ACCEPTED
            assert len(after.deliver(PROBE_EVERY)) == 5
    assert channel.homes[-5:] == [f"SC{number:06}" for number in range(5)]


@pytest.mark.parametrize("passing", [LATER, UNKNOWN, Verdict(Answer.LATER, "busy", retry_after=MINUTE)])
def test_trouble_that_passes_does_not_end_a_stop(tmp_path: Path, passing: Verdict) -> None:
    answered = [STOPS, passing]
    channel = Scripted(answer=lambda _, number: answered[number - 1] if number < 3 else ACCEPTED, found=None)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1), single(2))
        desk.deliver()
        assert desk.deliver(PROBE_EVERY) == ()
        assert desk.deliver(PROBE_EVERY - MINUTE) == ()
        assert len(channel.sent) == 2
        assert len(desk.deliver(MINUTE)) == 2


@pytest.mark.parametrize("which", range(3))
def test_retrying_any_message_of_a_stopped_channel_releases_all_in_order(tmp_path: Path, which: int) -> None:
    channel = Scripted(answer=lambda _, number: STOPS if number == 1 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(single(number, home=0) for number in range(3)))
        desk.deliver()
        with desk.reopened() as after:
            assert after.outbox.retry(single(which, home=0).id)
            assert [delivery.id for delivery in after.deliver()] == [single(number, home=0).id for number in range(3)]


def test_retrying_while_the_channel_is_still_refused_stops_it_again(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: STOPS)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1), single(2))
        desk.deliver()
        desk.outbox.retry(single(2).id)
        desk.deliver(MINUTE)
        desk.deliver(MINUTE)
        assert [delivery.state for delivery in desk.stored()] == [State.WAITING] * 2
    assert len(channel.sent) == 2


def test_a_retry_while_the_channel_is_being_tried_ends_the_stop(tmp_path: Path) -> None:
    blocked = Blocked(LATER)
    channel = Scripted(answer=lambda *_: STOPS)

    async def scene(desk: Desk) -> None:
        running = asyncio.create_task(desk.outbox.deliver_due())
        async with asyncio.timeout(120):
            while len(channel.sent) < 2:
                await asyncio.sleep(0.001)
        assert desk.outbox.retry(single(2).id)
        channel.answer = lambda *_: ACCEPTED
        blocked.released.set()
        assert [ended.id for ended in await running] == [single(2).id]

    with Desk(tmp_path, channel) as desk:
        desk.store(single(1), single(2))
        desk.deliver()
        channel.answer = blocked
        desk.clock.advance(PROBE_EVERY)
        asyncio.run(scene(desk))
        assert [delivery.stopped for delivery in desk.stored()] == [None, None]
        assert len(desk.deliver(2 * MINUTE)) == 1


def test_releasing_a_stopped_channel_starts_it_again(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda _, number: STOPS if number == 1 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(single(number) for number in range(3)))
        desk.deliver()
        desk.outbox.release("desk")
        assert [delivery.id for delivery in desk.deliver()] == [single(number).id for number in range(3)]


def other_token(slack: SlackStandIn) -> dict[str, Any]:
    slack.token = "xoxb-2-planted-secret"
    return {"token": slack.token}


@pytest.mark.parametrize(("other", "released"), [(lambda _: {}, 0), (other_token, 3), (lambda _: {"channel": "C2"}, 0)])
def test_a_restart_with_another_way_to_the_channel_tries_it_at_once(
    tmp_path: Path, slack: SlackStandIn, other: Callable[[SlackStandIn], dict[str, Any]], released: int
) -> None:
    slack.script.append(ways.fails_with("token_revoked"))
    with Desk(tmp_path, channel_of(slack)) as desk:
        desk.store(*(single(number) for number in range(3)))
        desk.deliver()
        asked = len(slack.calls)
        settings = other(slack)
        desk.channels = {"desk": channel_of(slack, **settings)}
        with desk.reopened() as after:
            assert len(after.deliver(MINUTE)) == released
            assert len(slack.calls) - asked == (released or (1 if settings else 0))


def test_nothing_that_is_stored_of_a_stop_tells_the_token(tmp_path: Path, slack: SlackStandIn) -> None:
    slack.script.append(ways.fails_with("token_revoked"))
    with Desk(tmp_path, channel_of(slack)) as desk:
        desk.store(single(1))
        desk.deliver()
        (stored,) = desk.stored()
        assert stored.stopped
        assert TOKEN not in str(stored.document())
        assert stored.stopped not in TOKEN


def test_a_kill_during_the_probe_keeps_the_channel_stopped(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: STOPS, found=None)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1), single(2))
        desk.deliver()
        first = desk.stored()[0]
        desk.clock.advance(PROBE_EVERY)
        desk.history.commit(Transaction(deliveries=(first.sending(desk.clock.now()),)))
        with desk.reopened() as after:
            after.deliver()
            after.deliver(MINUTE)
            assert [message.id for message in channel.sent] == [single(1).id] * 2
            channel.answer = lambda *_: ACCEPTED
            assert len(after.deliver(PROBE_EVERY)) == 2


def test_a_group_whose_channel_is_refused_keeps_its_thread_for_when_it_works(
    tmp_path: Path, slack: SlackStandIn
) -> None:
    slack.script.append(ways.fails_with("not_in_channel"))
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        desk.store(*burst(6))
        desk.deliver()
        assert len(desk.deliver(PROBE_EVERY)) == 7
    assert len(slack.thread(slack.outside[0]["ts"])) == 6


def test_one_channel_that_is_stopped_leaves_the_others_alone(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: STOPS), Scripted("screen")) as desk:
        desk.store(single(1), single(2, channel="screen"))
        assert [delivery.channel for delivery in desk.deliver()] == ["screen"]


def test_the_operator_is_told_once_through_another_channel_and_again_when_it_is_over(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda _, number: STOPS if number <= 3 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1), single(2))
        desk.deliver()
        (matter,) = told(desk).values()
        assert (matter.key, matter.title) == ("channel:desk:stopped", "desk is stopped")
        assert STOPS.detail in matter.text
        assert "2 messages wait" in matter.text
        assert "watcher alerts retry --channel desk" in matter.text
        onset = announce(SETTINGS.operators_channels, {}, [matter], SEEN)
        assert [delivery.channel for delivery in onset.deliveries] == ["screen"]
        desk.deliver(PROBE_EVERY)
        with desk.reopened() as after:
            again = announce(
                SETTINGS.operators_channels, still_open(onset.notices), list(told(after).values()), after.clock.now()
            )
            assert again.deliveries == []
            after.deliver(PROBE_EVERY)
            after.deliver(PROBE_EVERY)
            assert told(after) == {}


@pytest.mark.parametrize("restarts", [False, True])
def test_a_rejected_layout_is_a_matter_until_a_message_is_taken_as_laid_out(
    tmp_path: Path, slack: SlackStandIn, restarts: bool
) -> None:
    slack.script.append(ways.fails_with("invalid_blocks"))
    with Desk(tmp_path, channel_of(slack)) as desk:
        desk.store(single(1))
        desk.deliver()
        assert "Slack rejected the layout (invalid_blocks)" in desk.stored()[0].detail
        with desk.reopened() if restarts else desk as after:
            (matter,) = told(after).values()
            assert (matter.key, matter.not_through) == ("channel:desk:remark", frozenset({"desk"}))
            assert "invalid_blocks" in matter.text
            after.store(single(2))
            after.deliver(MINUTE)
            assert told(after) == {}
    assert ["blocks" in message for message in slack.messages] == [False, True]


def test_a_channel_that_returns_is_no_second_matter_while_its_messages_go_out(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: STOPS)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(single(number) for number in range(4)))
        desk.deliver()
        assert set(told(desk)) == {"channel:desk:stopped"}
        desk.clock.advance(2 * PROBE_EVERY)
        channel.answer = lambda _, number: ACCEPTED if number == 2 else LATER
        desk.deliver()
        waiting = [delivery for delivery in desk.stored() if delivery.state is State.WAITING]
        assert len(waiting) == 3, "older than any message may be without being told of"
        taken, now = desk.outbox.last_taken(), desk.clock.now()
        assert matters_of_deliveries(SETTINGS.channels, desk.outbox.troubled(), now, taken) == []
        (later,) = matters_of_deliveries(SETTINGS.channels, desk.outbox.troubled(), now + 15 * MINUTE, taken)
        assert later.key == "channel:desk:unsent"
        assert later.details == (f"it says: {LATER.detail}",), "never without a reason"


def test_what_became_old_while_the_machine_slept_is_tried_before_anybody_is_told(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: LATER)
    with Desk(tmp_path, channel) as desk:
        desk.store(single(1))
        desk.clock.advance(8 * PROBE_EVERY)
        woke = now = desk.clock.now()

        def keys(**known: Any) -> list[str]:
            troubled = desk.outbox.troubled()
            return [matter.key for matter in matters_of_deliveries(SETTINGS.channels, troubled, now, **known)]

        assert keys(awake_since=woke) == []
        assert keys() == ["channel:desk:unsent"]
        assert keys(awake_since=woke, known={"channel:desk:unsent"}) == ["channel:desk:unsent"]
        assert keys(awake_since=woke - timedelta(hours=1)) == ["channel:desk:unsent"], "nothing tries it"
        desk.deliver()
        assert keys(awake_since=woke) == ["channel:desk:unsent"]


@dataclass
class Named(Scripted):
    """A channel that counts how often it is asked by which way it is called: to say so it hashes its secret."""

    asked: int = 0

    @property
    def way(self) -> str:
        self.asked += 1
        return "a way"


def test_only_a_refusal_of_the_channel_asks_by_which_way_it_was_called(tmp_path: Path) -> None:
    channel = Named(answer=lambda _, number: [ACCEPTED, LATER, STOPS][min(number, 3) - 1])
    with Desk(tmp_path, channel) as desk:
        desk.store(*map(delivery, (1, 2)))
        desk.deliver()
        assert (len(channel.sent), channel.asked) == (2, 0)
        desk.deliver(timedelta(hours=1))
        assert channel.asked > 0
        assert [one.stopped for one in desk.stored() if one.stopped is not None] == ["a way"]
