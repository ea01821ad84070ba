"""What is to be sent again is meant by a message's id, or by its change's or home's where that has no other."""

from pathlib import Path
from typing import NoReturn

import pytest

from tests.builders import home, signed
from tests.delivery.scripted import ACCEPTED, LATER, REFUSED, Desk, Scripted
from tests.messages.messages import SEEN, alert
from watcher.actions.acknowledge import alert_meant
from watcher.actions.meant_message import delivery_meant
from watcher.actions.retry import drop, release_channel, retry
from watcher.answers.told.acts import DROPPED
from watcher.delivery.ledger import Delivery, State
from watcher.errors import WatcherError
from watcher.facts.statements import HomeRecord
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import Told, Transaction
from watcher.watching.deeds import Act, Door

ALERT = alert()
DESK, PHONE = (Delivery.of(channel, ALERT.home, ALERT, ALERT.id, SEEN) for channel in ("desk", "phone"))


def test_a_change_of_several_messages_names_none_of_them(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), Scripted("phone")) as desk:
        desk.store(DESK)
        assert delivery_meant(desk.history, ALERT.id[:6]).id == DESK.id
        desk.store(PHONE)
        assert delivery_meant(desk.history, PHONE.id[:6]).id == PHONE.id
        with pytest.raises(WatcherError, match="may mean any of"):
            delivery_meant(desk.history, ALERT.id)


def known(desk: Desk) -> None:
    """The home that the messages are about is known, and what was judged of it."""
    told = Told(alert=ALERT, seen=SEEN, feed="ofsted")
    homes = HomeRecord.of(home("SC478986")), HomeRecord.of(home("SC000002"))
    desk.history.commit(Transaction(homes=homes, changes=(told,)))


def test_by_a_homes_number_its_only_message_is_meant_that_can_be_sent_again(tmp_path: Path) -> None:
    phone = Scripted("phone", answer=lambda *_: REFUSED)
    with Desk(tmp_path, Scripted(), phone) as desk:
        known(desk)
        desk.store(DESK, PHONE)
        with pytest.raises(WatcherError, match=rf"any of 2 messages about SC478986 may.*{DESK.id} \(desk, waiting: D"):
            delivery_meant(desk.history, "SC478986")
        desk.deliver()
        for text in ("SC478986", ALERT.id, ALERT.id[:6]):
            assert delivery_meant(desk.history, text).id == PHONE.id
        (note,) = delivery_meant(desk.history, "sc478986", DROPPED).notes
        assert note.startswith("the one message about SC478986: phone, refused: Drops from good to inadequate")


def test_of_many_messages_those_alone_are_read_that_may_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        known(desk)
        desk.store(DESK)

        def all_of_them(*_: object, **__: object) -> NoReturn:
            raise AssertionError("all are read")

        for question in ("deliveries", "changes"):
            whole = getattr(desk.history, question)
            monkeypatch.setattr(desk.history, question, lambda home=None, whole=whole: whole(home or all_of_them()))
        for text in (DESK.id[:6], ALERT.id[:6], "SC478986"):
            assert delivery_meant(desk.history, text, (State.WAITING,)).id == DESK.id
        assert alert_meant(desk.history, DESK.id[:6]).id == alert_meant(desk.history, ALERT.id[:6]).id == ALERT.id


def test_where_no_message_of_a_home_can_be_sent_again_the_newest_is_named(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        known(desk)
        desk.store(DESK)
        with pytest.raises(
            WatcherError, match=rf"no message about SC478986 stands so .* newest is {DESK.id} \(desk, wai"
        ):
            delivery_meant(desk.history, "SC478986", DROPPED)
        with pytest.raises(WatcherError, match="there is no message about SC000002; `watcher explain SC000002` says"):
            delivery_meant(desk.history, "SC000002")


def test_a_refused_message_goes_at_once_and_an_accepted_one_does_not_go_again(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: REFUSED)
    with Desk(tmp_path, channel) as desk:
        desk.store(DESK)
        desk.deliver()
        assert desk.stored()[0].state is State.REFUSED
        channel.answer = lambda *_: ACCEPTED
        assert retry(desk.history, desk.outbox, DESK.id, signed(SEEN))
        assert [delivery.state for delivery in desk.deliver()] == [State.ACCEPTED]
        assert not retry(desk.history, desk.outbox, DESK.id, signed(SEEN))
        (deed,) = desk.history.deeds()
        assert (deed.what, deed.subject, deed.by, deed.door) == (Act.RETRY, DESK.id, "Ann", Door.PAGE)


def test_what_is_given_up_or_sent_again_with_its_whole_channel_says_who_asked(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(answer=lambda *_: REFUSED), Scripted("phone", answer=lambda *_: LATER)) as desk:
        desk.store(DESK, PHONE)
        desk.deliver()
        assert not drop(desk.history, desk.outbox, PHONE.id, signed(SEEN))
        assert drop(desk.history, desk.outbox, DESK.id, signed(SEEN, door=Door.SLACK))
        assert release_channel(desk.history, desk.outbox, "phone", signed(SEEN, why=""))
        assert not release_channel(desk.history, desk.outbox, "nobody", signed(SEEN))
        with desk.reopened() as after:
            assert [str(deed) for deed in after.history.deeds()] == [
                f"given up by Ann, {SEEN:%Y-%m-%d %H:%M} UTC, in Slack: seen to",
                f"channel sent again by Ann, {SEEN:%Y-%m-%d %H:%M} UTC, on the page",
            ]


def test_what_cannot_be_kept_with_who_asked_for_it_is_not_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = Scripted(answer=lambda *_: REFUSED)
    with Desk(tmp_path, channel, Scripted("phone", answer=lambda *_: LATER)) as desk:
        desk.store(DESK, PHONE)
        desk.deliver()
        before, commit = desk.stored(), desk.history.commit

        def takes_messages_alone(transaction: Transaction) -> None:
            if transaction.deeds:
                raise CommitFailedError("the disk is full")
            commit(transaction)

        monkeypatch.setattr(desk.history, "commit", takes_messages_alone)
        for do, subject in ((retry, DESK.id), (drop, DESK.id), (release_channel, "phone"), (retry, PHONE.id)):
            with pytest.raises(CommitFailedError):
                do(desk.history, desk.outbox, subject, signed(SEEN))
        assert desk.stored() == before
        assert list(desk.history.deeds()) == []
        assert desk.deliver() == ()
    assert len(channel.sent) == 1
