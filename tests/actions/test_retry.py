"""What is to be sent again is meant by a message's id, or by its change's where the change has one message alone."""

from pathlib import Path

import pytest

from tests.delivery.scripted import ACCEPTED, REFUSED, Desk, Scripted
from tests.messages.messages import SEEN, alert
from watcher.actions.retry import delivery_meant, retry
from watcher.delivery.ledger import Delivery, State
from watcher.errors import WatcherError

ALERT = alert()
DESK, PHONE = (Delivery.of(channel, ALERT.home, ALERT, ALERT.id, SEEN) for channel in ("desk", "phone"))


def test_a_change_of_several_messages_names_none_of_them(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted(), Scripted("phone")) as desk:
        desk.store(DESK)
        assert delivery_meant(desk.history, ALERT.id[:6]) == DESK.id
        desk.store(PHONE)
        assert delivery_meant(desk.history, PHONE.id[:6]) == PHONE.id
        with pytest.raises(WatcherError, match="may mean any of"):
            delivery_meant(desk.history, ALERT.id)


def test_a_refused_message_goes_at_once_and_an_accepted_one_does_not_go_again(tmp_path: Path) -> None:
    channel = Scripted(answer=lambda *_: REFUSED)
    with Desk(tmp_path, channel) as desk:
        desk.store(DESK)
        desk.deliver()
        assert desk.stored()[0].state is State.REFUSED
        channel.answer = lambda *_: ACCEPTED
        assert retry(desk.outbox, DESK.id)
        assert [delivery.state for delivery in desk.deliver()] == [State.ACCEPTED]
        assert not retry(desk.outbox, DESK.id)
