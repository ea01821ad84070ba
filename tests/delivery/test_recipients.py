"""Each recipient by himself: one that is refused, stopped or hangs keeps no other waiting."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from tests.delivery.bursts import single
from tests.delivery.scripted import ACCEPTED, LATER, Blocked, Desk, Scripted
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.pauses import PROBE_EVERY
from watcher.delivery.verdict import Answer, Verdict
from watcher.messages.message import Message
from watcher.service.undelivered import matters_of_deliveries

MINUTE = timedelta(minutes=1)
STOPS_ONE = Verdict(Answer.REFUSED, "553 relaying denied", stops=True, of_recipient=True)
STOPS_ALL = Verdict(Answer.REFUSED, "535 wrong password", stops=True)


@dataclass
class Apart(Scripted):
    """A channel that calls each recipient by a way of his own."""

    ways_apart: bool = True


def to(number: int, recipient: str) -> Delivery:
    made = single(number)
    return Delivery.of("desk", made.subject, made.content, made.id, made.created, recipient=recipient)


def sent_to(channel: Scripted) -> list[str | None]:
    return [message.recipient for message in channel.sent]


def only_b(verdict: Verdict) -> Scripted:
    return Scripted(answer=lambda message, _: verdict if message.recipient == "b" else ACCEPTED)


def test_a_stop_of_one_recipient_keeps_his_messages_and_no_other_ones(tmp_path: Path) -> None:
    channel = only_b(STOPS_ONE)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(to(number, recipient) for number in range(3) for recipient in "abc"))
        desk.deliver()
        assert sorted(map(str, sent_to(channel))) == ["a"] * 3 + ["b"] + ["c"] * 3
        (matter,) = matters_of_deliveries({"desk"}, desk.outbox.troubled(), desk.clock.now())
        assert (matter.key, "3 messages wait" in matter.text) == ("channel:desk:stopped", True)
        with desk.reopened() as after:
            for _ in range(150):
                after.deliver(MINUTE)
            assert sent_to(channel).count("b") == 3, "once an hour"
            channel.answer = lambda *_: ACCEPTED
            after.deliver(PROBE_EVERY)
            assert {delivery.state for delivery in after.stored()} == {State.ACCEPTED}
    his = [message.id for message in channel.sent if message.recipient == "b"]
    assert his[-3:] == [to(number, "b").id for number in range(3)]


def test_a_retry_of_any_message_of_a_stopped_recipient_releases_all_of_his(tmp_path: Path) -> None:
    channel = only_b(STOPS_ONE)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(to(number, recipient) for number in range(3) for recipient in "ab"))
        desk.deliver()
        channel.answer = lambda *_: ACCEPTED
        assert desk.outbox.retry(to(2, "b").id)
        assert len(desk.deliver()) == 3


def test_a_channel_is_released_as_a_whole_with_the_number_of_its_messages(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: STOPS_ALL)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(to(number, recipient) for number in range(3) for recipient in "ab"))
        desk.deliver()
        assert len(channel.sent) == 1
        channel.answer = lambda *_: ACCEPTED
        assert desk.outbox.release("desk") == 6
        assert len(desk.deliver()) == 6
        assert desk.outbox.release("desk") == 0


def test_a_stop_of_all_that_turns_into_one_of_a_recipient_lets_the_others_go(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: STOPS_ALL)
    with Desk(tmp_path, channel) as desk:
        desk.store(to(1, "b"), to(1, "a"), to(2, "a"))
        desk.deliver()
        channel.answer = only_b(STOPS_ONE).answer
        assert len(desk.deliver(PROBE_EVERY)) == 2
        states = {delivery.recipient: delivery.state for delivery in desk.stored()}
        assert states == {"a": State.ACCEPTED, "b": State.WAITING}


def test_a_recipient_that_is_for_later_gives_the_channel_no_rest(tmp_path: Path) -> None:
    channel = only_b(replace(LATER, of_recipient=True))
    with Desk(tmp_path, channel) as desk:
        desk.store(*(to(number, recipient) for number in range(5) for recipient in "ba"))
        desk.deliver()
        assert sent_to(channel).count("a") == 5


def test_a_recipient_that_hangs_keeps_no_other_waiting_where_each_has_his_own_way(tmp_path: Path) -> None:
    blocked = Blocked()

    def answer(message: Message, _: int) -> Verdict:
        return blocked() if message.recipient == "b" else ACCEPTED

    channel = Apart(answer=answer)

    async def scene(desk: Desk) -> None:
        running = asyncio.create_task(desk.outbox.deliver_due())
        async with asyncio.timeout(120):
            while sent_to(channel).count("a") < 3:
                await asyncio.sleep(0.001)
        assert sent_to(channel).count("b") == 1
        blocked.released.set()
        await running

    with Desk(tmp_path, channel) as desk:
        desk.store(*(to(number, recipient) for number in range(3) for recipient in "ba"))
        asyncio.run(scene(desk))
        assert {delivery.state for delivery in desk.stored()} == {State.ACCEPTED}


def test_the_rest_of_one_way_is_not_that_of_another(tmp_path: Path) -> None:
    channel = Apart(answer=only_b(LATER).answer)
    with Desk(tmp_path, channel) as desk:
        desk.store(*(to(number, recipient) for number in range(6) for recipient in "ba"))
        desk.deliver()
        assert (sent_to(channel).count("a"), sent_to(channel).count("b")) == (6, 3)
