"""Every message arrives or is refused where everybody can see it; what may have arrived is looked for first."""

import asyncio
import errno
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.bursts import all_are_done, channel_of, impatient
from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, UNKNOWN, Desk, Scripted
from tests.messages.messages import SEEN, delivery
from tests.standins import slack as ways
from tests.standins.slack import SlackStandIn
from watcher.delivery.ledger import State
from watcher.delivery.outbox import ROUND
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.protocol import Transaction
from watcher.messages.message import Message

HOUR = timedelta(hours=1)
LONG = timedelta(hours=2)
"""Longer than any back-off."""


def home(number: int) -> str:
    return f"ofsted:SC{number:06}"


def test_a_message_is_sent_once_and_its_verdict_outlives_the_process(tmp_path: Path) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as first:
        first.store(delivery(1))
        assert [delivery.state for delivery in first.deliver()] == [State.ACCEPTED]
        with first.reopened() as second:
            assert second.deliver(LONG) == ()
            (stored,) = second.stored()
            assert (stored.state, stored.attempts, stored.attempted, stored.reference) == (State.ACCEPTED, 1, SEEN, "1")
    assert len(channel.sent) == 1


def test_an_attempt_is_on_record_before_the_call(tmp_path: Path) -> None:
    def answer(message: Message, _: int) -> Verdict:
        stored = desk.history.delivery(message.id)
        assert stored is not None
        assert (stored.state, stored.attempts) == (State.SENDING, 1)
        return ACCEPTED

    with Desk(tmp_path, Scripted(answer=answer)) as desk:
        desk.store(delivery(1))
        assert [delivery.state for delivery in desk.deliver()] == [State.ACCEPTED]


FAILURES = {
    "dropped": ways.drops,
    "taken and dropped": ways.takes_and_drops,
    "answer broken off": ways.breaks_off,
    "hanging": ways.hangs,
    "taken and hanging": ways.takes_and_hangs,
    "login page": ways.says("<html>", kind="text/html"),
    "rate limited, no wait": ways.is_rate_limited("0"),
    "rate limited for an hour": ways.is_rate_limited("3600"),
    "rate limited until a date": ways.is_rate_limited("Fri, 03 Aug 2018 09:00:00 GMT"),
    "rate limited, rubbish": ways.is_rate_limited("soon"),
    "failing": ways.says("oops", 500),
    "internal error": ways.fails_with("internal_error"),
    "unheard-of error": ways.fails_with("something_new_in_2031"),
}


@pytest.mark.parametrize("way", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("restarts", [False, True])
def test_whatever_slack_does_first_the_message_is_there_once_in_the_end(
    tmp_path: Path, slack: SlackStandIn, way: ways.Behaviour, restarts: bool
) -> None:
    slack.script.append(way)
    hangs = way in (ways.hangs, ways.takes_and_hangs)
    with Desk(tmp_path, impatient(slack) if hangs else channel_of(slack)) as desk:
        slack.now = SEEN.timestamp()
        desk.store(delivery(1), delivery(2), delivery(3, home=home(2)))
        desk.deliver()
        all_are_done(slack, desk)
        slack.released.set()
        with desk.reopened() if restarts else desk as after:
            for _ in range(4):
                after.deliver(LONG)
                all_are_done(slack, after)
            assert [delivery.state for delivery in after.stored()] == [State.ACCEPTED] * 3
    ids = [message["metadata"]["event_payload"]["id"] for message in slack.messages]
    assert sorted(ids) == sorted(delivery(number).id for number in (1, 2, 3))
    assert ids.index(delivery(1).id) < ids.index(delivery(2).id)
    assert not any("Possibly repeated" in message["text"] for message in slack.messages)


def test_where_looking_is_not_permitted_the_message_goes_again_and_says_so(tmp_path: Path, slack: SlackStandIn) -> None:
    slack.script.append(ways.takes_and_drops)
    slack.errors["conversations.history"] = "missing_scope"
    with Desk(tmp_path, channel_of(slack)) as desk:
        desk.store(delivery(1))
        desk.deliver()
        desk.deliver(LONG)
        assert ["Possibly repeated" in message["text"] for message in slack.messages] == [False, True]
        assert desk.stored()[0].detail == "possibly repeated"


@pytest.mark.parametrize("arrived", [True, False])
def test_a_kill_in_the_middle_of_an_attempt_loses_and_repeats_nothing(
    tmp_path: Path, slack: SlackStandIn, arrived: bool
) -> None:
    slack.now = SEEN.timestamp()
    with Desk(tmp_path, channel_of(slack)) as killed:
        killed.store(delivery(1))
        (stored,) = killed.stored()
        killed.history.commit(Transaction(deliveries=(stored.sending(SEEN),)))
        if arrived:
            channel_of(slack).send(stored.message())
        with killed.reopened() as started:
            (ended,) = started.deliver()
    assert ended.state is State.ACCEPTED
    assert ended.attempts == (1 if arrived else 2)
    assert ended.reference == slack.messages[0]["ts"]
    assert len(slack.messages) == 1


def test_what_was_unsure_before_a_kill_stays_unsure_since_then(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: UNKNOWN)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        desk.deliver()
        desk.deliver(LONG)
        (stored,) = desk.stored()
        desk.history.commit(Transaction(deliveries=(stored.sending(desk.clock.now()),)))
        with desk.reopened() as after:
            after.deliver(LONG)
            assert [known.state for known in after.stored()] == [State.UNKNOWN], "that was the third"
    assert channel.looked == [(delivery(1).id, SEEN)] * 2
    assert [message.possibly_repeated for message in channel.sent] == [False, True]


def test_what_is_certain_not_to_have_arrived_is_sent_as_new(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda _, number: UNKNOWN if number == 1 else LATER, found=None)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        for _ in range(3):
            desk.deliver(LONG)
        assert desk.stored()[0].unsure_since is None
    assert len(channel.looked) == 1
    assert not any(message.possibly_repeated for message in channel.sent)


def test_each_home_is_told_in_order_and_no_home_waits_for_another(tmp_path: Path) -> None:
    slow = delivery(1, home=home(1))
    channel = Scripted(answer=lambda message, number: LATER if message.id == slow.id and number < 5 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(slow, delivery(2, home=home(1)), delivery(3, home=home(2)), delivery(4, home=home(3)))
        desk.deliver()
        assert channel.homes == ["SC000001", "SC000002", "SC000003"]
        desk.deliver(LONG)
        desk.deliver(LONG)
    assert [message.id for message in channel.sent][-2:] == [slow.id, delivery(2, home=home(1)).id]


def test_a_refused_message_is_kept_for_all_to_see_and_holds_back_nobody(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda _, number: REFUSED if number == 1 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1), delivery(2))
        assert [delivery.state for delivery in desk.deliver()] == [State.REFUSED, State.ACCEPTED]
        with desk.reopened() as after:
            (refused,) = after.outbox.troubled()
            assert (refused.id, refused.detail) == (delivery(1).id, "no such channel")
            assert after.deliver(LONG) == ()
            assert after.outbox.retry(refused.id)
            assert [delivery.state for delivery in after.deliver()] == [State.ACCEPTED]
            assert not after.outbox.retry(refused.id)
            assert after.outbox.troubled() == ()
    assert not desk.outbox.retry("no such message")


def test_a_waiting_message_can_be_sent_at_once(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda _, number: LATER if number == 1 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        desk.deliver()
        assert desk.deliver() == ()
        assert desk.outbox.retry(delivery(1).id)
        assert len(desk.deliver()) == 1


def test_messages_for_a_channel_that_is_gone_wait_are_reported_and_go_once_it_is_back(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        desk.store(delivery(1, channel="gone"), delivery(2))
        assert [delivery.channel for delivery in desk.deliver()] == ["desk"]
        assert [delivery.channel for delivery in desk.outbox.troubled()] == ["gone"]
        assert desk.outbox.oldest_waiting(SEEN + HOUR) == HOUR
        assert desk.deliver(HOUR) == ()
    back = Scripted("gone")
    with Desk(tmp_path, Scripted(), back) as desk:
        desk.deliver()
    assert len(back.sent) == 1


@pytest.mark.parametrize(
    ("retry_after", "attempt", "least", "most"),
    [
        (None, 1, 30, 45),
        (None, 2, 60, 90),
        (None, 3, 120, 180),
        (None, 60, 3600, 5400),
        (timedelta(0), 1, 30, 45),
        (timedelta(seconds=1), 1, 30, 45),
        (timedelta(hours=5), 1, 18_000, 18_000),
        (timedelta(hours=5), 60, 18_000, 18_000),
    ],
)
def test_the_wait_grows_has_jitter_and_a_cap_and_is_no_shorter_than_asked_for(
    tmp_path: Path, retry_after: timedelta | None, attempt: int, least: int, most: int
) -> None:
    channel = Scripted(answer=lambda *_: Verdict(Answer.LATER, retry_after=retry_after))
    with Desk(tmp_path, channel) as desk:
        desk.store(*(replace(delivery(number, home=home(number)), attempts=attempt - 1) for number in (1, 2, 3)))
        desk.deliver()
        waits = {(delivery.due - SEEN).total_seconds() for delivery in desk.stored()}
    assert all(least <= wait <= most for wait in waits)
    assert len(waits) == (1 if least == most else 3)


def test_the_age_of_the_oldest_waiting_message_is_known(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER)) as desk:
        assert desk.outbox.oldest_waiting(SEEN) is None
        desk.store(delivery(1))
        desk.deliver()
        assert desk.outbox.oldest_waiting(SEEN + HOUR) == HOUR
        assert desk.outbox.oldest_waiting(SEEN - HOUR) == timedelta(0)


def test_a_verdict_that_cannot_be_stored_is_stored_later_and_nothing_is_sent_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))
        stores = desk.history.commit

        def full_disk(transaction: Transaction) -> None:
            if transaction.deliveries[0].state is State.ACCEPTED:
                raise OSError(errno.ENOSPC, "no space left")
            stores(transaction)

        monkeypatch.setattr(desk.history, "commit", full_disk)
        for _ in range(2):
            with pytest.raises(OSError, match="no space"):
                desk.deliver(LONG)
        monkeypatch.setattr(desk.history, "commit", stores)
        desk.deliver(LONG)
        assert desk.stored()[0].state is State.ACCEPTED
    assert len(channel.sent) == 1


def test_nothing_is_sent_that_cannot_be_marked_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        desk.store(delivery(1))

        def full_disk(_: Transaction) -> None:
            raise OSError(errno.ENOSPC, "no space left")

        with monkeypatch.context() as patch:
            patch.setattr(desk.history, "commit", full_disk)
            with pytest.raises(OSError, match="no space"):
                desk.deliver()
        assert channel.sent == []
        assert len(desk.deliver()) == 1


def test_what_is_stored_while_others_are_sent_goes_in_the_same_round(tmp_path: Path) -> None:
    def answer(_: Message, number: int) -> Verdict:
        if number == 1:
            desk.store(delivery(2))
        return ACCEPTED

    with Desk(tmp_path, Scripted(answer=answer)) as desk:
        desk.store(delivery(1))
        assert len(desk.deliver()) == 2


def test_a_round_begins_nothing_new_after_its_time_unless_it_is_told_to_send_all(tmp_path: Path) -> None:
    channel = Scripted(spacing=timedelta(seconds=1))
    with Desk(tmp_path, channel) as desk:
        desk.store(*(delivery(number, home=home(number)) for number in range(100)))
        first = desk.deliver()
        assert ROUND.total_seconds() <= len(first) <= ROUND.total_seconds() + 2
        assert len(first) + len(asyncio.run(desk.outbox.deliver_due(within=None))) == 100
