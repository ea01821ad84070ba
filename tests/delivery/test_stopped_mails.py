"""Who stopped his mails is sent none, whenever they were made; the operator is told all the same, and others too."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from tests.builders import signed
from tests.delivery.scripted import LATER, UNKNOWN, Desk, Scripted
from tests.messages.messages import SEEN, alert
from watcher.actions.mails import resume_mails, stop_mails
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.stopped_mails import StoppedMails, why_declined
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.protocol import Transaction
from watcher.messages.digest import Digest
from watcher.messages.group import Group
from watcher.messages.message import Content, Notice, Reminder

READER, OTHER = "reader@example.org", "other@example.org"
STOP = StoppedMails(address=READER, since=SEEN)
ALERT = alert()
HOUR = timedelta(hours=1)
SAID = f"not sent: {READER} stopped these mails on {SEEN.day} {SEEN:%B} {SEEN.year}"


def to(recipient: str | None, number: int = 1, content: Content = ALERT, after: timedelta = timedelta()) -> Delivery:
    return Delivery.of("desk", f"home {number}", content, f"content {number}", SEEN + after, recipient=recipient)


def stop(desk: Desk) -> None:
    assert stop_mails(desk.history, desk.outbox, READER.upper(), signed(desk.clock.now()), {})


CONTENTS: list[Content] = [
    ALERT,
    Digest(day=SEEN.date(), items=(), total=0),
    Group(watch="derby", homes=1, counts=(), lines=("a",)),
]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: type(content).__name__)
@pytest.mark.parametrize("is_made_before", [True, False])
def test_nothing_goes_to_who_stopped_these_mails_and_others_get_it(
    tmp_path: Path, content: Content, is_made_before: bool
) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        mails = (to(READER, content=content), to(OTHER, content=content), to(None, 2, content))
        if is_made_before:
            desk.store(*mails)
        stop(desk)
        if not is_made_before:
            desk.store(*mails)
        ended = desk.deliver()
        assert {(one.recipient, one.state) for one in ended} == {
            (READER, State.DECLINED), (OTHER, State.ACCEPTED), (None, State.ACCEPTED)
        }  # fmt: skip
        with desk.reopened() as after:
            assert [one.detail for one in after.stored() if one.state is State.DECLINED] == [SAID]
            assert after.outbox.oldest_waiting(SEEN) is None
            assert after.outbox.troubled() == ()
            assert after.deliver(HOUR) == ()
    assert [message.recipient for message in channel.sent] == [OTHER, None]


def test_a_reminder_is_declined_and_a_notice_to_the_operator_goes(tmp_path: Path) -> None:
    channel = Scripted()
    reminder = replace(to(READER, 2), reminder=Reminder(number=1, alert=SEEN))
    with Desk(tmp_path, channel) as desk:
        stop(desk)
        desk.store(reminder, to(READER, 3, Notice("no feed can be read", "x")))
        desk.deliver()
        assert [one.state for one in desk.stored()] == [State.DECLINED, State.ACCEPTED]


def test_what_was_made_before_mails_are_resumed_is_never_sent_and_what_is_new_is(tmp_path: Path) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        stop(desk)
        desk.store(to(READER, 1), replace(to(READER, 2), due=SEEN + 5 * HOUR))
        desk.deliver()
        desk.clock.advance(HOUR)
        assert resume_mails(desk.history, READER, signed(desk.clock.now()))
        assert not desk.outbox.retry(to(READER, 1).id)
        desk.store(to(READER, 3, after=HOUR))
        desk.deliver()
        desk.deliver(5 * HOUR)
        assert [one.state for one in desk.stored()] == [State.DECLINED, State.DECLINED, State.ACCEPTED]
        assert "had stopped these mails from" in desk.stored()[1].detail
    assert len(channel.sent) == 1


def test_who_stops_while_a_message_waits_for_its_channels_turn_does_not_get_it(tmp_path: Path) -> None:
    async def pause(_: float) -> None:
        if not desk.history.stopped_mails():
            stop(desk)

    channel = Scripted(spacing=timedelta(seconds=1))
    with Desk(tmp_path, channel, pause=pause) as desk:
        desk.store(to(OTHER, 1), to(READER, 2))
        desk.deliver()
        assert [one.state for one in desk.stored()] == [State.ACCEPTED, State.DECLINED]
    assert [message.recipient for message in channel.sent] == [OTHER]


def test_what_was_tried_before_may_have_arrived_and_is_not_tried_again(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: UNKNOWN)
    with Desk(tmp_path, channel) as desk:
        desk.store(to(READER))
        desk.deliver()
        stop(desk)
        desk.deliver(HOUR)
        (stored,) = desk.stored()
        assert (stored.state, stored.detail) == (State.DECLINED, f"{SAID}; an earlier attempt may have arrived")
    assert (len(channel.sent), channel.looked) == (1, [])


def test_a_recipient_whose_refusal_stopped_his_way_stops_it_no_more(tmp_path: Path) -> None:
    refused = Verdict(Answer.REFUSED, "no such mailbox", stops=True, of_recipient=True)
    channel = Scripted(answer=lambda *_: refused)
    with Desk(tmp_path, channel) as desk:
        desk.store(to(READER, 1), to(READER, 2))
        desk.deliver()
        assert desk.outbox.stopped() == {"desk"}
        stop(desk)
        desk.deliver(2 * HOUR)
        assert {one.state for one in desk.stored()} == {State.DECLINED}
        assert (desk.outbox.stopped(), desk.outbox.troubled()) == (frozenset(), ())


def test_what_a_silence_held_is_not_sent_to_him_either(tmp_path: Path) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        desk.store(replace(to(READER), state=State.SILENCED, silence="0" * 8))
        stop(desk)
        assert desk.outbox.retry(to(READER).id)
        desk.deliver()
        assert desk.stored()[0].state is State.DECLINED
    assert channel.sent == []


def test_a_version_that_does_not_know_the_word_takes_it_for_one_not_needed_any_more(tmp_path: Path) -> None:
    declined = to(READER).declined("why")
    document = declined.document()
    assert (document["state"], document["declined"]) == ("lapsed", True)
    assert Delivery.from_document(orjson.loads(orjson.dumps(document)), 0) == declined
    Delivery.prove(document)
    for odd in ({"declined": 1}, {"declined": False}, {"state": "waiting"}, {"state": "declined"}):
        with pytest.raises(ValueError, match=r"declined|State|state"):
            Delivery.prove({**document, **odd})


@pytest.mark.parametrize(
    ("known", "created", "is_declined"),
    [
        (None, SEEN, False),
        (STOP, SEEN - HOUR, True),
        (STOP, SEEN + HOUR, True),
        (STOP.ended(SEEN + HOUR), SEEN, True),
        (STOP.ended(SEEN + HOUR), SEEN + HOUR, False),
    ],
)
def test_whether_a_message_may_go(known: StoppedMails | None, created: datetime, is_declined: bool) -> None:
    delivery = replace(to(READER), created=created)
    assert bool(why_declined(delivery, lambda _: known)) is is_declined


def test_what_is_accepted_late_was_sent_though_he_stopped_meanwhile(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: LATER)) as desk:
        desk.store(to(READER))
        desk.deliver()
        desk.history.commit(Transaction(stopped_mails=(STOP,)))
        desk.deliver(2 * HOUR)
        assert [one.state for one in desk.stored()] == [State.DECLINED]
