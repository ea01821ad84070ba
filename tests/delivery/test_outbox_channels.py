"""Channels don't wait for each other; one that hangs, fails or asks for time gets it, and loses nothing."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, UNKNOWN, Blocked, Desk, Scripted
from tests.messages.messages import SEEN, delivery
from tests.standins import slack as ways
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.delivery import dispatch
from watcher.delivery.channels.slack.channel import SlackChannel
from watcher.delivery.lane import FAILURES_IN_A_ROW, MOST_LEFT, PATIENCE
from watcher.delivery.ledger import POSSIBLY_REPEATED, State
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.message import Message

SOON = timedelta(seconds=1)
"""The deadline of calls that are meant to miss it; a busy machine begins them within it."""
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def home(number: int) -> str:
    return f"ofsted:SC{number:06}"


def calls_left(name: str) -> int:
    """How many calls of a channel have not returned."""
    return sum(thread.name == f"channel {name}" for thread in threading.enumerate())


async def until(condition: Callable[[], bool]) -> None:
    """Lets the loop run until something holds."""
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.001)


def test_a_channel_that_hangs_keeps_no_other_from_its_messages(tmp_path: Path) -> None:
    blocked = Blocked()

    def releasing(*_: object) -> Verdict:
        blocked.released.set()
        return ACCEPTED

    other = Scripted("other", answer=releasing)
    with Desk(tmp_path, Scripted("desk", answer=blocked), other) as desk:
        desk.store(delivery(1), delivery(2, channel="other"))
        assert len(desk.deliver()) == 2, "the first channel was only released by the second one's message"


def test_what_is_new_goes_at_once_while_a_round_waits_for_a_channel_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "LOOK_AGAIN", 3600.0)
    blocked = Blocked()

    def releasing(*_: object) -> Verdict:
        blocked.released.set()
        return ACCEPTED

    hanging, other = Scripted("desk", answer=blocked), Scripted("other", answer=releasing)
    with Desk(tmp_path, hanging, other) as desk:
        desk.store(delivery(1))

        async def round_with_news() -> int:
            under_way = asyncio.create_task(desk.outbox.deliver_due())
            await until(lambda: bool(hanging.sent))
            desk.store(delivery(2, channel="other"))
            return len(await under_way)

        assert asyncio.run(round_with_news()) == 2, "the first channel was only released by the second one's message"


def test_a_call_over_its_deadline_is_of_unknown_fate_and_its_channel_takes_no_other(tmp_path: Path) -> None:
    blocked = Blocked()
    channel = Scripted(answer=blocked)
    with Desk(tmp_path, channel, deadline=SOON) as desk:
        desk.store(delivery(1), delivery(2, home=home(2)))
        assert desk.deliver() == ()
        first, second = desk.stored()
        assert (first.state, first.unsure_since, first.detail) == (State.WAITING, SEEN, "no answer within the deadline")
        assert second.attempts == 0
        assert desk.deliver(PATIENCE - SECOND) == ()
        assert len(channel.sent) == 1
        assert desk.deliver(SECOND) == ()
        asyncio.run(until(lambda: len(channel.sent) == 2))  # its patience is over, and the call still hangs
        blocked.released.set()


@pytest.mark.parametrize(
    ("verdict", "state"), [(ACCEPTED, State.ACCEPTED), (REFUSED, State.REFUSED), (LATER, State.WAITING)]
)
def test_a_verdict_that_comes_after_the_deadline_still_counts(tmp_path: Path, verdict: Verdict, state: State) -> None:
    blocked = Blocked(verdict)
    channel = Scripted(answer=blocked)

    async def scene(desk: Desk) -> None:
        await desk.outbox.deliver_due()
        blocked.released.set()
        await until(lambda: calls_left("desk") == 0)
        await asyncio.sleep(0)
        await desk.outbox.deliver_due()

    with Desk(tmp_path, channel, deadline=SOON) as desk:
        desk.store(delivery(1))
        asyncio.run(scene(desk))
        (stored,) = desk.stored()
        assert (stored.state, stored.unsure_since, stored.attempts) == (state, None, 1)
    assert len(channel.sent) == 1
    assert channel.looked == []


async def given_up(desk: Desk, channel: Scripted, calls: int) -> None:
    """Rounds, hours apart, until so many calls were made and left to themselves."""
    while len(channel.sent) < calls:
        await desk.outbox.deliver_due()
        await until(lambda: len(channel.sent) == sum(one.attempts for one in desk.stored()))
        desk.clock.advance(timedelta(hours=2))


class InTurn:
    """Answers each attempt in its own way, the last way for all further ones."""

    def __init__(self, *answers: Callable[..., Verdict]) -> None:
        self._answers = answers

    def __call__(self, message: Message, number: int) -> Verdict:
        return self._answers[min(number, len(self._answers)) - 1](message, number)


@pytest.mark.parametrize(
    "second", [Blocked(), lambda *_: LATER, lambda *_: REFUSED], ids=["hanging too", "later", "refused"]
)
def test_a_message_that_an_earlier_attempt_brought_there_late_does_not_go_a_third_time(
    tmp_path: Path, second: Callable[..., Verdict]
) -> None:
    first = Blocked(Verdict(Answer.ACCEPTED, reference="the first"))
    channel = Scripted(answer=InTurn(first, second, lambda *_: ACCEPTED))

    async def scene(desk: Desk) -> None:
        await given_up(desk, channel, calls=2)
        first.released.set()
        await until(lambda: calls_left("desk") == isinstance(second, Blocked))
        await asyncio.sleep(0)
        for _ in range(2):
            await desk.outbox.deliver_due()
            desk.clock.advance(timedelta(hours=2))

    with Desk(tmp_path, channel, deadline=SOON) as desk:
        desk.store(delivery(1))
        asyncio.run(scene(desk))
        (stored,) = desk.stored()
        assert (stored.state, stored.reference, stored.attempts) == (State.ACCEPTED, "the first", 2)
        assert desk.outbox.troubled() == ()
    assert len(channel.sent) == 2
    if isinstance(second, Blocked):
        second.released.set()


def test_what_becomes_of_an_attempt_takes_back_no_late_acceptance_of_the_one_before(tmp_path: Path) -> None:
    first, second = Blocked(), Blocked(LATER)
    channel = Scripted(answer=InTurn(first, second, lambda *_: ACCEPTED))

    async def scene(desk: Desk) -> None:
        await given_up(desk, channel, calls=1)
        round_ = asyncio.create_task(desk.outbox.deliver_due())
        await until(lambda: len(channel.sent) == 2)
        first.released.set()
        await until(lambda: desk.stored()[0].state is State.ACCEPTED)
        second.released.set()
        await round_
        desk.clock.advance(timedelta(hours=2))
        await desk.outbox.deliver_due()

    with Desk(tmp_path, channel, deadline=timedelta(seconds=3)) as desk:
        desk.store(delivery(1))
        asyncio.run(scene(desk))
        (stored,) = desk.stored()
        assert (stored.state, stored.attempts, stored.detail) == (State.ACCEPTED, 2, POSSIBLY_REPEATED)
    assert len(channel.sent) == 2


def test_looking_in_vain_takes_back_no_late_acceptance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, looking = Blocked(), Blocked(UNKNOWN)
    channel = Scripted(answer=InTurn(first, lambda *_: ACCEPTED))
    monkeypatch.setattr(channel, "find", looking)

    async def scene(desk: Desk) -> None:
        await given_up(desk, channel, calls=1)
        round_ = asyncio.create_task(desk.outbox.deliver_due())
        await asyncio.sleep(0.05)
        first.released.set()
        await round_
        desk.clock.advance(timedelta(hours=2))
        await desk.outbox.deliver_due()

    with Desk(tmp_path, channel, deadline=timedelta(seconds=3)) as desk:
        desk.store(delivery(1))
        asyncio.run(scene(desk))
        assert [delivery.state for delivery in desk.stored()] == [State.ACCEPTED]
        looking.released.set()
    assert len(channel.sent) == 1


def test_a_channel_that_keeps_hanging_is_tried_again_yet_leaves_few_threads(tmp_path: Path) -> None:
    blocked = Blocked()
    channel = Scripted(answer=blocked, found=None)
    with Desk(tmp_path, channel, deadline=SOON) as desk:
        desk.store(delivery(1))
        for number in range(MOST_LEFT + 3):
            asyncio.run(desk.outbox.deliver_due())
            asyncio.run(until(lambda: len(channel.sent) == min(number + 1, MOST_LEFT)))  # noqa: B023
            desk.clock.advance(timedelta(hours=2))
        assert len(channel.sent) == MOST_LEFT
        blocked.released.set()


def test_an_answer_that_drips_is_cut_off_and_the_message_found(tmp_path: Path, slack: SlackStandIn) -> None:
    slack.now = SEEN.timestamp()
    slack.script.append(ways.drips)
    channel = SlackChannel("desk", channel=CHANNEL, token=TOKEN, url=slack.url, zone=ZoneInfo("Europe/London"))

    async def scene(desk: Desk) -> None:
        assert await desk.outbox.deliver_due() == ()
        desk.clock.advance(PATIENCE + MINUTE)
        (ended,) = await desk.outbox.deliver_due()
        assert (ended.state, ended.detail) == (State.ACCEPTED, "found in the channel")

    with Desk(tmp_path, channel, deadline=timedelta(seconds=2)) as desk:
        desk.store(delivery(1))
        asyncio.run(scene(desk))
    assert len(slack.messages) == 1
    slack.released.set()


def test_looking_that_takes_too_long_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = Blocked()
    channel = Scripted(answer=lambda *_: UNKNOWN)
    with Desk(tmp_path, channel, deadline=SOON) as desk:
        desk.store(delivery(1))
        desk.deliver()
        monkeypatch.setattr(channel, "find", blocked)
        assert desk.deliver(timedelta(hours=2)) == ()
        (stored,) = desk.stored()
        assert (stored.state, stored.unsure_since, stored.attempts) == (State.WAITING, SEEN, 1)
        assert stored.due > desk.clock.now()
        assert len(channel.sent) == 1
        blocked.released.set()


def test_a_channel_that_fails_message_after_message_gets_a_rest_and_then_everything_goes(tmp_path: Path) -> None:
    works: list[int] = []
    channel = Scripted(answer=lambda *_: ACCEPTED if works else Verdict(Answer.LATER, retry_after=MINUTE))
    with Desk(tmp_path, channel) as desk:
        desk.store(*(delivery(number, home=home(number)) for number in range(20)))
        desk.deliver()
        assert len(channel.sent) == FAILURES_IN_A_ROW
        assert desk.deliver(MINUTE - SECOND) == ()
        assert len(channel.sent) == FAILURES_IN_A_ROW
        desk.deliver(SECOND)
        assert len(channel.sent) == FAILURES_IN_A_ROW + 1, "one message tries whether it works again"
        works.append(1)
        assert len(desk.deliver(MINUTE)) == 20, "those that failed don't wait for their own time"


def test_a_channel_that_works_again_after_exactly_as_many_failures_as_give_it_a_rest_delivers_at_once(
    tmp_path: Path,
) -> None:
    long, short = Verdict(Answer.LATER, retry_after=60 * MINUTE), Verdict(Answer.LATER, retry_after=MINUTE)
    failures = [*[long] * (FAILURES_IN_A_ROW - 1), short]
    channel = Scripted(answer=lambda _, number: failures[number - 1] if number <= len(failures) else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(delivery(number, home=home(number)) for number in range(20)))
        assert desk.deliver() == ()
        assert len(channel.sent) == FAILURES_IN_A_ROW
        assert len(desk.deliver(MINUTE)) == 20, "those that failed don't wait for their own hour"


def test_one_message_that_always_fails_gives_the_channel_no_rest(tmp_path: Path) -> None:
    poison = delivery(0, home=home(0))
    channel = Scripted(answer=lambda message, _: LATER if message.id == poison.id else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(poison)
        for number in range(1, 20):
            desk.store(delivery(number, home=home(number)))
            assert len(desk.deliver(timedelta(hours=2))) == 1


def test_releasing_a_channel_makes_all_that_waits_due_but_not_what_it_refused(tmp_path: Path) -> None:
    answers = [REFUSED, LATER, LATER, LATER]
    channel = Scripted(answer=lambda _, number: answers[number - 1] if number <= 4 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(delivery(number, home=home(number)) for number in range(5)))
        desk.deliver()
        assert desk.outbox.release("desk") == 3
        assert len(desk.deliver()) == 4
        assert desk.outbox.release("desk") == desk.outbox.release("nobody") == 0
        assert [delivery.state for delivery in desk.outbox.troubled()] == [State.REFUSED]


def test_a_channel_takes_one_message_a_second_and_others_as_they_come(tmp_path: Path) -> None:
    spaced, quick = Scripted("desk", spacing=timedelta(seconds=1)), Scripted("quick")
    with Desk(tmp_path, spaced, quick) as desk:
        desk.store(*(delivery(n, home=home(n), channel=name) for n in range(4) for name in ("desk", "quick")))
        desk.deliver()
        assert desk.pauses == [1.0] * 3
        desk.store(delivery(9))
        desk.deliver(after=timedelta(milliseconds=400))
        assert desk.pauses[3:] == [pytest.approx(0.6)]


def test_a_fault_in_a_channel_ends_neither_the_round_nor_the_message(tmp_path: Path) -> None:
    def answer(_: Message, number: int) -> Verdict:
        if number == 1:
            raise ZeroDivisionError("secret")
        return ACCEPTED

    with Desk(tmp_path, Scripted(answer=answer, found=None), Scripted("other")) as desk:
        desk.store(delivery(1), delivery(2, channel="other"))
        assert [delivery.channel for delivery in desk.deliver()] == ["other"]
        assert desk.stored()[0].detail == "the channel itself failed (ZeroDivisionError): please report it"
        assert [delivery.channel for delivery in desk.deliver(timedelta(hours=2))] == ["desk"]


def test_a_round_that_is_cut_off_leaves_its_attempts_to_the_next_one(tmp_path: Path) -> None:
    blocked = Blocked()

    async def scene(desk: Desk) -> None:
        running = asyncio.create_task(desk.outbox.deliver_due())
        await until(lambda: len(channel.sent) == 1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        blocked.released.set()
        assert len(await desk.outbox.deliver_due()) == 1

    channel = Scripted(answer=blocked)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        asyncio.run(scene(desk))
    assert len(channel.sent) == 1


def test_closing_finishes_what_is_being_sent_and_begins_nothing_new(tmp_path: Path) -> None:
    blocked = Blocked()
    channel = Scripted(answer=blocked)

    async def scene(desk: Desk) -> None:
        running = asyncio.create_task(desk.outbox.deliver_due())
        await until(lambda: len(channel.sent) == 1)
        closing = asyncio.create_task(desk.outbox.close())
        await asyncio.sleep(0)
        blocked.released.set()
        await asyncio.gather(running, closing)
        assert await desk.outbox.deliver_due() == ()

    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1), delivery(2))
        asyncio.run(scene(desk))
        assert [delivery.state for delivery in desk.stored()] == [State.ACCEPTED, State.WAITING]


def test_a_process_that_ends_while_a_call_hangs_takes_it_up_again(tmp_path: Path) -> None:
    blocked = Blocked()
    channel = Scripted(answer=blocked)

    async def scene(desk: Desk) -> None:
        running = asyncio.create_task(desk.outbox.deliver_due())
        await until(lambda: len(channel.sent) == 1)
        running.cancel()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await desk.outbox.close()

    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        asyncio.run(scene(desk))
        blocked.released.set()
        with desk.reopened() as after:
            channel.found = ACCEPTED
            assert [delivery.state for delivery in after.deliver()] == [State.ACCEPTED]
    assert len(channel.sent) == 1
    assert channel.looked == [(delivery(1).id, SEEN)]
