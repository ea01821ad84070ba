"""What another process asks is carried out by the owner of the history, once; rubbish harms nothing."""

import os
import stat
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from tests.builders import signed
from tests.messages.messages import SEEN, alert
from watcher.delivery.ledger import Delivery
from watcher.delivery.store import Store
from watcher.errors import WatcherError
from watcher.facts.stored import stored
from watcher.history.box import FolderBox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import HistoryAwayError
from watcher.history.protocol import Told, Transaction
from watcher.service.carrying_out import carry_out
from watcher.service.deeds import doing
from watcher.service.requests import DEED, Request, leave
from watcher.web.acting.asked import AskedDeed
from watcher.web.acting.deeds import Desk


class Outbox:
    """Notes what it is asked to send again."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def retry(self, delivery_id: str, store: Store | None = None) -> bool:
        return self._asked(delivery_id, store, is_known=delivery_id == "known")

    def release(self, channel: str, store: Store | None = None) -> int:
        return 2 * self._asked(f"all of {channel}", store, is_known=channel == "desk")

    def drop(self, delivery_id: str, store: Store | None = None) -> bool:
        return self._asked(f"drop {delivery_id}", store, is_known=delivery_id == "known")

    def _asked(self, what: str, store: Store | None, *, is_known: bool) -> bool:
        self.asked.append(what)
        if is_known and store is not None:
            store(())
        return is_known

    def note(self, *deliveries: Delivery) -> None:
        assert deliveries == ()

    def refresh(self) -> None:
        """Nothing new is stored by what these tests ask."""

    def troubled(self) -> Sequence[Delivery]:
        return ()


@pytest.fixture
def history(tmp_path: Path) -> EmbeddedHistory:
    return EmbeddedHistory.open(tmp_path, with_bundle=False)


def test_requests_are_carried_out_once_and_in_order(tmp_path: Path, history: EmbeddedHistory) -> None:
    outbox = Outbox()
    for subject in ("known", "unknown"):
        leave(FolderBox(tmp_path), Request("retry", subject))
    done = carry_out(FolderBox(tmp_path), history, outbox)
    assert sorted(done, key=str) == [(Request("retry", "known"), True), (Request("retry", "unknown"), False)]
    assert carry_out(FolderBox(tmp_path), history, outbox) == []
    assert sorted(outbox.asked) == ["known", "unknown"]
    history.close()


def test_a_channel_is_released_and_a_message_given_up(tmp_path: Path, history: EmbeddedHistory) -> None:
    outbox = Outbox()
    asked = {("retry channel", "desk"): True, ("retry channel", "screen"): False, ("drop", "known"): True}
    for what, subject in asked:
        leave(FolderBox(tmp_path), Request(what, subject))
    done = {(request.what, request.subject): ok for request, ok in carry_out(FolderBox(tmp_path), history, outbox)}
    assert done == asked
    assert sorted(outbox.asked) == ["all of desk", "all of screen", "drop known"]
    history.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"what": "format disk", "subject": "/"}',
        b'{"what": "retry"}',
        b"\xff",
        b'{"what": "retry", "subject": "known", "content": "text"}',
        b'{"what": "acknowledge", "subject": "0123"}',
        b'{"what": "acknowledge", "subject": "0123", "content": {"change": "0", "by": "A", "why": "x", "at": "soon"}}',
        b'{"what": "silence", "subject": "0", "content": {"id": "0", "why": "x", "by": "", "made": "2026-03-02"}}',
        (
            b'{"what": "silence", "subject": "0", "content": '
            b'{"id": "0", "why": "x", "by": "", "made": "2026-03-02", "until": "2026-03-03"}}'
        ),
        b'{"what": "silence", "subject": "0123", "content": {"id": "0123", "made": 1, "until": 2}}',
        (
            b'{"what": "silence", "subject": "0", "content": {"home": ["SC1"], "why": "x", '
            b'"made": "2026-03-02T12:00:00+00:00", "until": "2026-03-03T12:00:00+00:00"}}'
        ),
        b'{"what": "unsilence", "subject": "0123"}',
        b'{"what": "unsilence", "subject": "0123", "content": {"at": 17}}',
        b'{"what": "retry", "subject": "known", "content": {"by": 1, "at": "2026-03-02T12:00:00+00:00"}}',
        b'{"what": "retry", "subject": "known", "content": {"by": "Ann", "at": "soon"}}',
        b'{"what": "stop mails", "subject": "a@example.org"}',
    ],
)
def test_a_request_that_is_not_understood_is_dropped(tmp_path: Path, history: EmbeddedHistory, content: bytes) -> None:
    box = tmp_path / "requests"
    box.mkdir()
    (box / "x.json").write_bytes(content)
    assert carry_out(FolderBox(tmp_path), history, Outbox()) == []
    assert list(box.iterdir()) == []
    assert history.silences() == []
    history.close()


def test_a_release_of_a_feed_that_holds_nothing_does_nothing(tmp_path: Path, history: EmbeddedHistory) -> None:
    leave(FolderBox(tmp_path), Request("release", "ofsted"))
    assert carry_out(FolderBox(tmp_path), history, Outbox()) == [(Request("release", "ofsted"), False)]
    history.close()


def test_what_the_version_before_left_is_carried_out(tmp_path: Path, history: EmbeddedHistory) -> None:
    told = alert()
    history.commit(Transaction(changes=(Told(alert=told, seen=SEEN, feed="ofsted"),)))
    silence = {"id": "0a1b2c3d", "home": ["SC1"], "why": "known", "by": ""}
    silence |= {"made": "2026-03-02T12:00:00+00:00", "until": "2026-03-05T12:00:00+00:00"}
    word = {"change": told.id, "by": "Ann", "why": "called", "at": "2026-03-02T12:00:00+00:00"}
    box = tmp_path / "requests"
    box.mkdir()
    for number, request in enumerate(
        (
            {"what": "acknowledge", "subject": told.id, "content": word},
            {"what": "silence", "subject": "0a1b2c3d", "content": silence},
            {"what": "unsilence", "subject": "0a1b2c3d", "content": {"at": "2026-03-03T12:00:00+00:00"}},
            {"what": "retry", "subject": "known", "content": {}},
        )
    ):
        file = box / f"{number}.json"
        file.write_bytes(orjson.dumps(request))
        os.utime(file, (number, number))
    assert [done for _, done in carry_out(FolderBox(tmp_path), history, Outbox())] == [True] * 4
    known = history.acknowledgement(told.id)
    assert known is not None
    assert (known.by, known.why) == ("Ann", "called")
    assert [(known.home, known.until.day) for known in history.silences()] == [(("SC1",), 3)]
    ended, retried = history.deeds()
    assert (ended.what.value, ended.by, ended.at.day, ended.door) == ("end silence", "", 3, "")
    assert (retried.subject, retried.by, retried.at) == ("known", "", datetime.fromtimestamp(3, UTC))
    history.close()


def test_an_odd_entry_stops_no_other(tmp_path: Path, history: EmbeddedHistory) -> None:
    class Refusing(Outbox):
        def retry(self, delivery_id: str, store: Store | None = None) -> bool:
            if delivery_id == "refused":
                raise WatcherError("this can't be sent again")
            return super().retry(delivery_id, store)

    box = tmp_path / "requests"
    (box / "folder.json").mkdir(parents=True)
    (box / "folder.json" / "inside").touch()
    (box / "nowhere.json").symlink_to(tmp_path / "nothing")
    (box / "odd.json").write_bytes(b'{"what": "retry", "subject": ["known"]}')
    for subject in ("refused", "known"):
        leave(FolderBox(tmp_path), Request("retry", subject))
    outbox = Refusing()
    done = carry_out(FolderBox(tmp_path), history, outbox)
    assert (Request("retry", "known"), True) in done
    assert outbox.asked.count("known") == 1
    assert list(box.glob("*.json")) == []
    assert carry_out(FolderBox(tmp_path), history, outbox) == []
    history.close()


def test_what_is_left_is_the_owners_alone(tmp_path: Path) -> None:
    name = leave(FolderBox(tmp_path / "data"), Request("retry", "known"))
    file = tmp_path / "data" / "requests" / f"{name}.json"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent, file.parent.parent)] == [
        0o600, 0o700, 0o700
    ]  # fmt: skip


def test_a_deed_of_a_page_stays_asked_for_while_the_history_is_away(tmp_path: Path, history: EmbeddedHistory) -> None:
    def away() -> Desk:
        raise HistoryAwayError("the database", "it restarts")

    box = FolderBox(tmp_path)
    deed = AskedDeed("/homes/{subject}/silence", "ofsted:SC1", signed(SEEN, "Ann", "known"), {"until": "3d"})
    name = leave(box, Request(DEED, deed.subject, stored(deed)))
    with pytest.raises(HistoryAwayError):
        carry_out(box, history, Outbox(), deed=doing(away))
    assert box.is_waiting(name)
