"""A day with many reports: one message and a thread, at Slack's pace, whatever happens in between."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.delivery.bursts import all_are_done, burst, channel_of, ids, impatient, keep_time, single
from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, UNKNOWN, Desk, Scripted
from tests.messages.messages import SEEN
from tests.standins import slack as ways
from tests.standins.slack import SlackStandIn
from watcher.delivery.ledger import State
from watcher.delivery.revisions import handed
from watcher.delivery.verdict import Verdict
from watcher.history.protocol import Transaction
from watcher.messages.group import Group
from watcher.messages.message import Message

LONG = timedelta(hours=2)
"""Longer than any back-off."""


def settle(desk: Desk, rounds: int = 12) -> None:
    for _ in range(rounds):
        desk.deliver(LONG)


def test_a_hundred_and_eighteen_alerts_are_one_message_and_a_thread_at_one_a_second(
    tmp_path: Path, slack: SlackStandIn
) -> None:
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        desk.store(*burst(118))
        for _ in range(6):
            desk.deliver()
        assert {delivery.state for delivery in desk.stored()} == {State.ACCEPTED}
        assert ids(slack.messages) == [delivery.id for delivery in desk.stored()]
    (first,) = slack.outside
    assert first["text"].startswith(
        "118 homes: 79 dropped to inadequate, 39 recovered\n• Children's home in Derby drops"
    )
    assert "more in the thread" in first["text"]
    assert len(slack.thread(first["ts"])) == 118
    times = [float(message["ts"]) for message in slack.messages]
    assert min(later - earlier for earlier, later in pairwise(times)) > 0.999
    assert slack.too_many == []
    assert times[-1] - times[0] < 125


def test_a_detail_says_everything_that_a_single_alert_would(tmp_path: Path, slack: SlackStandIn) -> None:
    with Desk(tmp_path, channel_of(slack)) as desk:
        desk.store(*burst(6))
        desk.deliver()
    detail = next(message for message in slack.messages if message.get("thread_ts"))
    assert "drops from good to inadequate (SC000000, Esland North Limited)" in detail["text"]
    assert {block["type"] for block in detail["blocks"]} >= {"header", "section", "context"}


@pytest.mark.parametrize("point", range(9))
def test_a_kill_after_any_message_loses_and_repeats_nothing(tmp_path: Path, slack: SlackStandIn, point: int) -> None:
    """Killed with message number `point` accepted by Slack and its verdict not stored."""
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        desk.store(*burst(7))
        sent = desk.stored()
        for delivery in sent[:point]:
            desk.clock.advance(timedelta(seconds=1))
            marked = delivery.sending(desk.clock.now())
            desk.history.commit(Transaction(deliveries=(marked,)))
            verdict = channel_of(slack).send(handed(delivery, desk.history.delivery))
            if delivery is not sent[:point][-1]:
                desk.history.commit(Transaction(deliveries=(marked.settled(verdict, SEEN),)))
        with desk.reopened() as after:
            after.deliver(timedelta(seconds=30))
            assert {delivery.state for delivery in after.stored()} == {State.ACCEPTED}
            assert [delivery.reference for delivery in after.stored()] == [message["ts"] for message in slack.messages]
    assert ids(slack.messages) == [delivery.id for delivery in sent]
    assert len(slack.thread(slack.messages[0]["ts"])) == 7
    assert slack.too_many == []


FAILURES = {
    "dropped": ways.drops,
    "taken and dropped": ways.takes_and_drops,
    "taken and hanging": ways.takes_and_hangs,
    "login page": ways.says("<html>", kind="text/html"),
    "rate limited": ways.is_rate_limited("30"),
    "failing": ways.says("oops", 500),
    "rejected layout": ways.fails_with("invalid_blocks"),
}


@pytest.mark.parametrize("way", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("which", [0, 1, 4])
@pytest.mark.parametrize("restarts", [False, True])
def test_whatever_slack_does_to_a_group_or_a_detail_all_is_there_once_in_its_thread(
    tmp_path: Path, slack: SlackStandIn, way: ways.Behaviour, which: int, restarts: bool
) -> None:
    slack.script.extend([*[ways.accepts] * which, way])
    with Desk(tmp_path, impatient(slack) if way is ways.takes_and_hangs else channel_of(slack)) as desk:
        slack.now = SEEN.timestamp()
        desk.store(*burst(6))
        desk.deliver()
        all_are_done(slack, desk)
        slack.released.set()
        with desk.reopened() if restarts else desk as after:
            for _ in range(4):
                after.deliver(LONG)
                all_are_done(slack, after)
            assert [delivery.state for delivery in after.stored()] == [State.ACCEPTED] * 7
            arrived = [(message["text"][:40], message["ts"]) for message in slack.messages]
            assert sorted(ids(slack.messages)) == sorted(delivery.id for delivery in after.stored()), arrived
    (first,) = slack.outside
    assert len(slack.thread(first["ts"])) == 6
    assert not any("Possibly repeated" in message["text"] for message in slack.messages)


def test_details_do_not_overtake_their_group_that_was_refused_and_is_tried_again(tmp_path: Path) -> None:
    group_verdicts = iter([REFUSED, LATER, ACCEPTED])

    def answer(message: Message, _: int) -> Verdict:
        return next(group_verdicts) if isinstance(message.content, Group) else details

    channel, details = Scripted(answer=answer, found=None), LATER
    with Desk(tmp_path, channel) as desk:
        messages = burst(6)
        desk.store(*messages)
        desk.deliver()
        tried = len(channel.sent)
        assert channel.homes  # without its group, each detail is tried by itself; the channel is busy
        desk.clock.advance(LONG)
        assert desk.outbox.retry(messages[0].id)
        details = ACCEPTED
        desk.deliver()
        settle(desk, 2)
        again = [isinstance(message.content, Group) for message in channel.sent[tried:]]
        assert again == [True, True, *[False] * 6]
        assert {delivery.state for delivery in desk.stored()} == {State.ACCEPTED}


@pytest.mark.parametrize("verdict", [LATER, UNKNOWN])
def test_details_wait_for_their_group_and_other_homes_do_not(tmp_path: Path, verdict: Verdict) -> None:
    def answer(message: Message, _: int) -> Verdict:
        return verdict if isinstance(message.content, Group) else ACCEPTED

    channel = Scripted(answer=answer, found=None)
    with Desk(tmp_path, channel) as desk:
        desk.store(*burst(6), single(50))
        desk.deliver()
        assert channel.homes == ["SC000050"]
        with desk.reopened() as after:
            settle(after, 2)
            assert channel.homes == ["SC000050"]
            channel.answer = lambda *_: ACCEPTED
            settle(after, 1)
    assert len(channel.homes) == 7
    assert {message.thread for message in channel.sent[-6:]} == {"1"}


def test_details_of_a_group_that_was_refused_are_ordinary_messages(tmp_path: Path) -> None:
    def answer(message: Message, _: int) -> Verdict:
        return REFUSED if isinstance(message.content, Group) else ACCEPTED

    channel = Scripted(answer=answer)
    with Desk(tmp_path, channel) as desk:
        desk.store(*burst(6))
        desk.deliver()
        assert [delivery.state for delivery in desk.stored()] == [State.REFUSED, *[State.ACCEPTED] * 6]
    assert [message.thread for message in channel.sent] == [None] * 7


def test_a_home_is_told_in_order_through_single_messages_and_groups(tmp_path: Path) -> None:
    earlier, later = single(70, home=1), single(71, home=1)
    channel = Scripted(answer=lambda message, _: LATER if message.id == earlier.id else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(earlier)
        desk.store(*burst(6))
        desk.store(later)
        desk.deliver()
        detail = next(delivery for delivery in desk.stored() if delivery.thread and delivery.subject == earlier.subject)
        assert detail.state is State.WAITING, "a message of the same home that was made before is still to come"
        channel.answer = lambda *_: ACCEPTED
        settle(desk, 1)
    assert [message.id for message in channel.sent][-3:] == [earlier.id, detail.id, later.id]


def test_details_whose_thread_somebody_deleted_are_ordinary_messages(tmp_path: Path, slack: SlackStandIn) -> None:
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        group, *details = burst(6)
        desk.store(group)
        desk.deliver()
        slack.delete(slack.messages[0]["ts"])
        slack.script.extend([ways.accepts, ways.takes_and_drops])  # the first is told that there is no such thread
        desk.store(*details)
        settle(desk, 3)
        assert [delivery.state for delivery in desk.stored()] == [State.ACCEPTED] * 7
    assert sorted(ids(slack.outside)) == sorted(detail.id for detail in details)


def test_two_channels_that_post_to_the_same_place_share_its_one_a_second(tmp_path: Path, slack: SlackStandIn) -> None:
    with Desk(tmp_path, channel_of(slack), channel_of(slack, "news")) as desk:
        keep_time(slack, desk)
        desk.store(*(single(n, channel=name) for n in range(10) for name in ("desk", "news")))
        desk.deliver()
        stored = desk.stored()
        assert [delivery.state for delivery in stored] == [State.ACCEPTED] * 20
        assert ids(slack.messages) == [delivery.id for delivery in stored], "neither waits until the other is done"
    assert slack.too_many == []


def test_a_restart_is_no_way_around_one_a_second(tmp_path: Path, slack: SlackStandIn) -> None:
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        desk.store(single(1))
        desk.deliver()
        with desk.reopened() as after:
            after.store(single(2))
            after.deliver(timedelta(milliseconds=300))
            assert after.pauses == [pytest.approx(0.7)]
    assert slack.too_many == []


def test_taking_up_what_is_new_reads_nothing_that_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER)) as desk:
        desk.store(*(single(number) for number in range(50)))
        desk.deliver()
        read: list[int] = []
        deliveries = desk.history._store.table("deliveries")
        asks = deliveries.document

        def counting(number: int) -> bytes | None:
            read.append(number)
            return asks(number)

        monkeypatch.setattr(deliveries, "document", counting)
        desk.outbox.refresh()
        assert read == []
        desk.history.commit(Transaction(deliveries=(single(99),)))
        desk.outbox.refresh()
        assert read == [51]
        assert len(desk.outbox.troubled()) == 51
