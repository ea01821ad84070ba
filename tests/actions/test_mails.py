"""Mails are stopped once, the operator hears of it once, and who resumes them is kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import signed
from tests.delivery.scripted import Desk, Scripted
from tests.messages.messages import SEEN
from watcher.actions.mails import address_meant, resume_mails, stop_mails
from watcher.actions.sign import signature_of
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.ledger import State
from watcher.errors import WatcherError
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.watching.deeds import Door

READER = "Reader@example.org"
DESK = {"desk": ConsoleOptions(kind="console")}
LATER = SEEN + timedelta(days=1)


def test_the_first_stop_stays_and_the_operator_hears_of_it_once(tmp_path: Path) -> None:
    channel = Scripted()
    with Desk(tmp_path, channel) as desk:
        assert stop_mails(desk.history, desk.outbox, READER, signed(SEEN, READER, "", Door.MAIL), DESK)
        assert not stop_mails(desk.history, desk.outbox, READER.lower(), signed(LATER, "Eve"), DESK)
        desk.deliver()
        (told,) = desk.stored()
        assert isinstance(told.content, Notice)
        assert (told.content.title, told.content.topic) == (f"{READER} stopped these mails", Topic.MAILS_STOPPED.key)
        assert told.state is State.ACCEPTED
        with desk.reopened() as after:
            (stop,) = after.history.stopped_mails().values()
            assert (stop.address, stop.since, stop.by, stop.door) == (READER, SEEN, READER, "mail")
            assert [str(deed) for deed in after.history.deeds(READER.casefold())] == [
                f"mails stopped by {READER}, {SEEN:%Y-%m-%d %H:%M} UTC, from a mail program"
            ]


def test_mails_are_resumed_once_and_can_be_stopped_again(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        assert not resume_mails(desk.history, READER, signed(SEEN))
        stop_mails(desk.history, desk.outbox, READER, signed(SEEN), {})
        assert resume_mails(desk.history, READER.upper(), signed(LATER))
        assert not resume_mails(desk.history, READER, signed(LATER))
        assert desk.history.stopped_mails() == {}
        assert stop_mails(desk.history, desk.outbox, READER, signed(LATER), {})
        assert [deed.what.value for deed in desk.history.deeds()] == ["stop mails", "resume mails", "stop mails"]


def test_an_address_is_meant_in_capitals_or_not_and_of_another_the_nearest_is_named(tmp_path: Path) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        with pytest.raises(WatcherError, match="nobody has stopped these mails"):
            address_meant(desk.history, READER)
        stop_mails(desk.history, desk.outbox, READER, signed(SEEN), {})
        assert address_meant(desk.history, f" {READER.upper()} ") == READER
        with pytest.raises(WatcherError, match=r"did you mean 'Reader@example\.org'"):
            address_meant(desk.history, "raeder@example.org")


@pytest.mark.parametrize(
    ("by", "why", "said"),
    [
        ("", "x", "Write a name"),
        (" \u200b ", "x", "Write a name"),
        ("A" * 81, "x", "a name has at most 80 characters"),
        ("Ann", "x" * 301, "a reason has at most 300 characters, and this one has 301"),
        ("Ann", "x" * 2_000_000, "2,000,000"),
    ],
)
def test_a_signature_that_cannot_be_kept_is_refused(by: str, why: str, said: str) -> None:
    with pytest.raises(WatcherError, match=said):
        signature_of(by=by, why=why, now=SEEN, door=Door.PAGE)


def test_a_signature_is_one_harmless_line(tmp_path: Path) -> None:
    signature = signature_of(by="Ann\n\u202eEve", why="a\x1b[31mb", now=SEEN, door=Door.PAGE)
    assert (signature.by, signature.why) == ("Ann Eve", "a [31mb")
