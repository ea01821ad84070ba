"""Every recipient has each message once, whatever the server does to another one and whenever the process ends."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.scripted import Desk
from tests.messages.messages import SEEN, alert
from tests.standins.smtp import CERTIFICATE, PASSWORD, USERNAME, SmtpStandIn
from watcher.config.settings import Settings
from watcher.delivery.channel import current
from watcher.delivery.channels.email.options import EmailDigestOptions, EmailOptions
from watcher.delivery.channels.email.smtp import EmailChannel
from watcher.delivery.channels.kinds import HouseStyle, open_channels
from watcher.delivery.ledger import Delivery, State, messages
from watcher.delivery.verdict import Answer
from watcher.rounds import digests

DESK, EDITOR = "desk@example.org", "editor@example.org"
LONG = timedelta(hours=2)
"""Longer than any back-off."""


@pytest.fixture(autouse=True)
def _trusts_the_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


@pytest.fixture
def server() -> Iterator[SmtpStandIn]:
    with SmtpStandIn() as stand_in:
        yield stand_in


def settings(server: SmtpStandIn, kind: type[EmailOptions | EmailDigestOptions] = EmailOptions) -> Settings:
    options: dict[str, Any] = {"smtp": server.url, "from": "watcher@example.org", "to": [DESK, EDITOR]}
    login = {"username": USERNAME, "password": PASSWORD}
    return Settings(channels={"mail": kind.model_validate({**options, **login})})


def desk(folder: Path, known: Settings) -> Desk:
    return Desk(folder, *open_channels(known.channels, HouseStyle(known.timezone)).values())


def news(known: Settings, number: int = 1, home: str = "ofsted:SC478986") -> Sequence[Delivery]:
    told = alert(home=home, home_id=home[7:], id=f"{number:016x}")
    return messages(known.channels, "mail", home, told, told.id, SEEN)


def taken(server: SmtpStandIn, recipient: str) -> list[str]:
    """The Message-IDs that a recipient has, in order."""
    return [letter.mail["Message-ID"] for letter in server.arrived if letter.recipients == (recipient,)]


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize(
    ("reply", "state", "in_the_end"),
    [("550 5.1.1 no such user", State.REFUSED, 0), ("451 4.7.1 greylisted", State.WAITING, 1)],
)
def test_who_has_a_message_does_not_get_it_again_for_the_sake_of_another(
    tmp_path: Path, server: SmtpStandIn, reply: str, state: State, in_the_end: int, restarts: bool
) -> None:
    known = settings(server)
    server.replies[DESK] = [reply]
    with desk(tmp_path, known) as first:
        first.store(*news(known))
        first.deliver()
        assert {delivery.recipient: delivery.state for delivery in first.stored()} == {
            DESK: state,
            EDITOR: State.ACCEPTED,
        }
        with first.reopened() if restarts else first as after:
            for _ in range(3):
                after.deliver(LONG)
    assert len(taken(server, EDITOR)) == 1
    assert len(taken(server, DESK)) == in_the_end
    assert not any("Possibly repeated" in letter.text for letter in server.arrived)


@pytest.mark.parametrize("restarts", [False, True])
def test_a_follow_up_is_in_each_mailbox_the_answer_to_what_is_there(
    tmp_path: Path, server: SmtpStandIn, restarts: bool
) -> None:
    known = settings(server)
    server.replies[DESK] = ["550 5.1.1 no such user"]
    with desk(tmp_path, known) as outbox:
        first = news(known)
        outbox.store(*first)
        outbox.deliver()
        roots = {delivery.recipient: delivery.id for delivery in first}
        with outbox.reopened() if restarts else outbox as after:
            after.store(*(replace(delivery, thread=roots[delivery.recipient]) for delivery in news(known, 2)))
            after.deliver()
    (refused,) = [letter.mail for letter in server.arrived if letter.recipients == (DESK,)]
    assert refused["In-Reply-To"] is None
    root, answer = [letter.mail for letter in server.arrived if letter.recipients == (EDITOR,)]
    assert {answer["In-Reply-To"], answer["References"]} == {root["Message-ID"]}


def test_one_recipients_trouble_does_not_hold_up_the_others_next_message(tmp_path: Path, server: SmtpStandIn) -> None:
    known = settings(server)
    server.replies[DESK] = ["451 4.7.1 greylisted"]
    with desk(tmp_path, known) as outbox:
        outbox.store(*news(known, 1), *news(known, 2))
        outbox.deliver()
        assert (len(taken(server, DESK)), len(taken(server, EDITOR))) == (0, 2)
        outbox.deliver(LONG)
        first, second, *_ = (
            f"<{delivery.id}@example.org>" for delivery in outbox.stored() if delivery.recipient == DESK
        )
        assert taken(server, DESK) == [first, second]


def test_a_message_of_unknown_fate_goes_again_under_the_same_message_id_and_says_so(
    tmp_path: Path, server: SmtpStandIn
) -> None:
    known = settings(server)
    server.drops = "after"
    with desk(tmp_path, known) as first:
        first.store(*news(known)[:1])
        first.deliver()
        server.drops = ""
        with first.reopened() as second:
            second.deliver(LONG)
            (stored,) = second.stored()
            assert (stored.state, stored.detail) == (State.ACCEPTED, "possibly repeated")
    ids = taken(server, DESK)
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert ["Possibly repeated" in letter.text for letter in server.arrived] == [False, True]


@pytest.mark.parametrize("restarts", [False, True])
def test_a_digest_goes_out_once_in_order_though_its_first_part_is_delayed(
    tmp_path: Path, server: SmtpStandIn, restarts: bool
) -> None:
    known = settings(server, EmailDigestOptions)
    server.replies[EDITOR] = ["421 4.3.2 busy"]
    with desk(tmp_path, known) as first:
        first.store(*(delivery for number in range(120) for delivery in news(known, number, f"ofsted:SC{number:06}")))
        for transaction in digests.due(first.history, known, SEEN):
            first.history.commit(transaction)
        first.outbox.refresh()
        first.deliver()
        with first.reopened() if restarts else first as after:
            after.deliver(LONG)
            assert list(digests.due(after.history, known, SEEN + LONG)) == []
            parts = next(delivery.content.parts for delivery in after.stored() if delivery.recipient)  # type: ignore[union-attr]  # a digest
    for recipient in (DESK, EDITOR):
        subjects = [letter.mail["Subject"] for letter in server.arrived if letter.recipients == (recipient,)]
        assert [subject[-8:] for subject in subjects] == [f"({n} of {parts})" for n in range(1, parts + 1)]
    told = "".join(letter.text for letter in server.arrived if letter.recipients == (DESK,))
    assert all(told.count(f"(SC{number:06},") == 2 for number in range(120)), "in the contents and in a section"


def test_what_is_due_at_once_goes_over_one_connection(tmp_path: Path, server: SmtpStandIn) -> None:
    """Greeted twice, before it is encrypted and after; and left once nothing more is due."""
    known = settings(server)
    with desk(tmp_path, known) as sending:
        sending.store(*news(known, 1), *news(known, 2, "ofsted:SC000002"))
        sending.deliver()
    assert len(server.introduced) == 2
    assert len(taken(server, DESK)) == len(taken(server, EDITOR)) == 2
    assert all(letter.was_encrypted and letter.was_logged_in for letter in server.arrived)


def test_a_connection_that_was_lost_while_it_was_kept_costs_no_message(server: SmtpStandIn) -> None:
    known = settings(server)
    (channel,) = open_channels(known.channels, HouseStyle(known.timezone)).values()
    first, second = (one.message() for one in news(known))
    mails = current(channel)
    assert isinstance(mails, EmailChannel)
    mails._kept._seconds = 60.0
    assert mails.spacing > timedelta()
    assert mails.send(replace(first, more_follow=True)).answer is Answer.ACCEPTED
    assert mails.spacing == timedelta()
    kept = mails._kept._talk  # as a server or the network would end it
    assert kept is not None
    kept._cut_off()
    assert mails.send(second).answer is Answer.ACCEPTED
    assert len(server.introduced) == 4
    assert len(server.arrived) == 2
    assert mails.spacing > timedelta()
