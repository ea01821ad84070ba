"""The present state on a home's first message: after its reply, the newest alone, and never in the way of news."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.delivery.bursts import channel_of, ids, keep_time
from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, UNKNOWN, Desk, Scripted
from tests.messages.messages import SEEN, alert
from tests.standins import slack as ways
from tests.standins.slack import SlackStandIn
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.pauses import PROBE_EVERY
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.protocol import Transaction
from watcher.judging.changes import What
from watcher.messages.message import Message, PresentState
from watcher.service.undelivered import trouble_of_channel

HOME = "ofsted:SC478986"
LONG = timedelta(hours=2)
"""Longer than any back-off."""


@dataclass
class Slackish(Scripted):
    """A channel that changes messages, as a test decides."""

    changes: list[Message] = field(default_factory=list)
    of_changes: Verdict = ACCEPTED

    def update(self, message: Message) -> Verdict:
        self.changes.append(message)
        return self.of_changes


def first(channel: str = "desk") -> Delivery:
    return Delivery.of(channel, HOME, alert(), "the drop", SEEN)


def reply(number: int, channel: str = "desk") -> Delivery:
    made = Delivery.of(channel, HOME, alert(What.RECOVERED, id=f"{number:016x}"), f"reply {number}", SEEN)
    return replace(made, thread=first(channel).id, is_shown=True)


def state(number: int, channel: str = "desk") -> Delivery:
    parent = first(channel).id
    content = PresentState(parent=parent, reply=reply(number, channel).id, line=f"state {number}")
    return replace(Delivery.of(channel, f"state:{parent}", content, f"state {number}", SEEN), thread=parent)


def news(*numbers: int) -> list[Delivery]:
    return [delivery for number in numbers for delivery in (reply(number), state(number))]


def states(desk: Desk) -> list[tuple[State, str]]:
    return [
        (delivery.state, delivery.detail) for delivery in desk.stored() if isinstance(delivery.content, PresentState)
    ]


@pytest.fixture
def channel() -> Slackish:
    return Slackish()


@pytest.fixture
def desk(tmp_path: Path, channel: Slackish) -> Iterator[Desk]:
    with Desk(tmp_path, channel) as made:
        made.store(first())
        made.deliver()
        yield made


def test_the_first_message_is_changed_after_its_reply_and_keeps_its_name(desk: Desk, channel: Slackish) -> None:
    channel.answer = lambda message, _: Verdict(Answer.LATER) if message.thread else ACCEPTED
    desk.store(*news(1))
    desk.deliver()
    assert (len(channel.sent), channel.changes) == (2, [])
    channel.answer = lambda *_: ACCEPTED
    desk.deliver(LONG)
    (changed,) = channel.changes
    assert (changed.id, changed.content, changed.seen) == (first().id, first().content, SEEN)
    assert (changed.thread, changed.state) == (ACCEPTED.reference, "state 1")
    (*_, last) = channel.sent
    assert (last.id, last.thread, last.follows, last.is_shown) == (reply(1).id, ACCEPTED.reference, first().id, True)


def test_a_first_message_that_may_be_one_of_two_goes_on_saying_so(tmp_path: Path) -> None:
    channel = Slackish(answer=lambda _, number: UNKNOWN if number == 1 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(first(), *news(1))
        desk.deliver()
        desk.deliver(LONG)
        assert [change.possibly_repeated for change in channel.changes] == [True]


@pytest.mark.parametrize("restarts", [False, True])
def test_a_change_of_unknown_fate_is_made_again_without_looking_or_remark(
    desk: Desk, channel: Slackish, restarts: bool
) -> None:
    channel.of_changes = UNKNOWN
    desk.store(*news(1))
    desk.deliver()
    channel.of_changes = ACCEPTED
    with desk.reopened() if restarts else desk as after:
        after.deliver(LONG)
        assert states(after) == [(State.ACCEPTED, "")]
    assert [change.possibly_repeated for change in channel.changes] == [False, False]
    assert channel.looked == []


def test_one_that_a_dead_process_was_making_is_made_again(desk: Desk, channel: Slackish) -> None:
    desk.store(*news(1))
    (*_, waiting) = desk.stored()
    desk.history.commit(Transaction(deliveries=(waiting.sending(SEEN),)))
    with desk.reopened() as after:
        after.deliver()
        assert states(after) == [(State.ACCEPTED, "")]
    assert (len(channel.changes), channel.looked) == (1, [])


def test_a_change_that_is_refused_lapses_and_troubles_nobody(desk: Desk, channel: Slackish) -> None:
    channel.of_changes = REFUSED
    desk.store(*news(1))
    desk.deliver()
    assert states(desk) == [(State.LAPSED, REFUSED.detail)]
    assert desk.outbox.troubled() == ()
    assert desk.outbox.oldest_waiting(desk.clock.now()) is None


@pytest.mark.parametrize("restarts", [False, True])
def test_what_keeps_all_first_messages_from_being_changed_is_remarked_on_until_one_is(
    desk: Desk, channel: Slackish, restarts: bool
) -> None:
    channel.of_changes = replace(REFUSED, remark="give it the scope")
    desk.store(*news(1))
    desk.deliver()
    channel.of_changes = REFUSED
    desk.store(*news(2))
    desk.deliver(LONG)
    with desk.reopened() if restarts else desk as after:
        (troubled,) = after.outbox.troubled()
        assert (troubled.state, troubled.remark) == (State.LAPSED, "give it the scope")
        (matter,) = trouble_of_channel("desk", after.outbox.troubled(), ())
        assert (matter.key, "give it the scope" in matter.text) == ("channel:desk:state", True)
        channel.of_changes = ACCEPTED
        after.store(*news(3))
        after.deliver(LONG)
        assert after.outbox.troubled() == ()


def test_a_change_that_has_to_wait_holds_back_no_news_of_its_home(desk: Desk, channel: Slackish) -> None:
    channel.of_changes = LATER
    desk.store(*news(1))
    desk.deliver()
    desk.store(reply(2))
    desk.deliver()
    assert [message.id for message in channel.sent] == [first().id, reply(1).id, reply(2).id]
    assert [shown for shown, _ in states(desk)] == [State.WAITING]


def test_the_newest_state_takes_the_place_of_those_that_wait(desk: Desk, channel: Slackish) -> None:
    channel.of_changes = LATER
    desk.store(*news(1))
    desk.deliver()
    channel.of_changes = ACCEPTED
    desk.store(*news(2, 3))
    desk.deliver(LONG)
    newer = (State.LAPSED, "a newer state takes its place")
    assert states(desk) == [newer, newer, (State.ACCEPTED, "")]
    assert [change.state for change in channel.changes] == ["state 1", "state 3"]


def test_what_is_silenced_is_not_shown_and_takes_nobodys_place(desk: Desk, channel: Slackish) -> None:
    silenced = replace(reply(2), state=State.SILENCED, silence="0" * 8)
    desk.store(reply(1), silenced, state(1), state(2))
    desk.deliver()
    assert states(desk) == [(State.ACCEPTED, ""), (State.LAPSED, "the reply that tells it is silenced")]
    assert [change.state for change in channel.changes] == ["state 1"]


def test_a_reply_that_is_refused_is_all_the_more_shown(desk: Desk, channel: Slackish) -> None:
    channel.answer = lambda *_: REFUSED
    desk.store(*news(1))
    desk.deliver()
    assert [change.state for change in channel.changes] == ["state 1"]


@pytest.mark.parametrize("verdict", [REFUSED, Verdict(Answer.ACCEPTED)])
def test_without_a_first_message_in_the_channel_there_is_nothing_to_change(tmp_path: Path, verdict: Verdict) -> None:
    channel = Slackish(answer=lambda _, number: verdict if number == 1 else ACCEPTED)
    with Desk(tmp_path, channel) as desk:
        desk.store(first(), *news(1))
        desk.deliver()
        assert states(desk) == [(State.LAPSED, "the message that would say it was not accepted")]
    assert channel.sent[1].thread is None
    assert channel.changes == []


def test_a_channel_that_can_change_nothing_is_not_sent_the_same_again(tmp_path: Path) -> None:
    plain = Scripted()
    with Desk(tmp_path, plain) as desk:
        desk.store(first(), *news(1))
        desk.deliver()
        assert states(desk) == [(State.LAPSED, "this channel can't change what it was sent")]
    assert [message.id for message in plain.sent] == [first().id, reply(1).id]


def test_a_channel_whose_token_is_refused_makes_the_change_once_it_works_again(
    tmp_path: Path, slack: SlackStandIn
) -> None:
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        desk.store(first(), *news(1))
        slack.errors["chat.update"] = "token_revoked"
        desk.deliver()
        assert [delivery.stopped is not None for delivery in desk.stored()] == [False, False, True]
        slack.errors.clear()
        desk.deliver(PROBE_EVERY)
        assert states(desk) == [(State.ACCEPTED, "")]


@pytest.mark.parametrize("way", [ways.takes_and_drops, ways.drops, ways.is_rate_limited("1"), ways.hangs])
def test_slack_has_the_state_once_whatever_became_of_the_first_attempts(
    tmp_path: Path, slack: SlackStandIn, way: ways.Behaviour
) -> None:
    with Desk(tmp_path, channel_of(slack)) as desk:
        keep_time(slack, desk)
        desk.store(first(), *news(1))
        slack.script.extend([ways.accepts, ways.accepts, way])
        desk.deliver()
        assert [shown for shown, _ in states(desk)] == [State.WAITING]
        desk.deliver(LONG)
    assert ids(slack.messages) == [first().id, reply(1).id]
    assert slack.messages[0]["text"].splitlines()[1] == "Now: state 1"
    assert "ossibly repeated" not in str(slack.messages)


def test_it_is_stored_and_read_again_as_it_was() -> None:
    made = replace(state(1), announced_in="0" * 16)
    assert Delivery.from_document(made.document(), 0) == made
    plain = reply(1)
    assert Delivery.from_document(plain.document(), 0) == plain
    assert not {"announced_in", "present_state"} & plain.document().keys()


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_reply_in_its_own_thread_is_shown_unless_its_groups_message_tells_of_it(
    tmp_path: Path, is_taken: bool
) -> None:
    channel = Slackish(answer=lambda message, _: REFUSED if message.id == group.id and not is_taken else ACCEPTED)
    group = Delivery.of("desk", "group:1", alert(home="ofsted:SC1"), "the group", SEEN)
    detail = replace(reply(1), announced_in=group.id)
    with Desk(tmp_path, channel) as desk:
        desk.store(first(), group, detail)
        desk.deliver()
    assert [message.is_shown for message in channel.sent] == [False, False, not is_taken]
    assert channel.sent[-1].thread == ACCEPTED.reference


@pytest.mark.parametrize("restarts", [False, True])
def test_a_remark_on_a_reply_outlasts_the_present_state_that_follows_it(tmp_path: Path, restarts: bool) -> None:
    channel = Slackish(answer=lambda message, _: replace(ACCEPTED, remark="no picture" if message.thread else ""))
    with Desk(tmp_path, channel) as desk:
        desk.store(first(), *news(1))
        for _ in range(3):
            desk.deliver(LONG)
        assert [state for state, _ in states(desk)] == [State.ACCEPTED]
        with desk.reopened() if restarts else desk as after:
            assert [delivery.remark for delivery in after.outbox.troubled()] == ["no picture"]
