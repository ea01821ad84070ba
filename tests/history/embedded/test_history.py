"""The embedded history keeps what it was given, across restarts, all of a transaction or nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import tinydb

from tests.builders import HOME, MATTER, home, inspection
from watcher.delivery.ledger import Delivery, State
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.failures import HistoryLockedError
from watcher.history.protocol import FeedState, Told, Transaction
from watcher.judging.judge import judge
from watcher.messages.alert import Alert

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
GOOD, DROP = inspection("2023-05-01", "good"), inspection("2024-01-10", "inadequate/NULL/inadequate", event="10300001")
ALERT = Alert.of(judge([GOOD], DROP).changes[0], home()).routed(("w",), ("desk",))
TOLD = Told(alert=ALERT, seen=NOW, feed="ofsted", reasons={"other": "its region is London"})
DELIVERY = Delivery.of("desk", HOME, ALERT, ALERT.id, NOW)
STATE = FeedState(name="ofsted", cursor={"a": [1]}, began=NOW, last_good=NOW, outcome="changed", problems={})
WHOLE = Transaction(
    homes=(HomeRecord.of(home()),),
    records=(Record((GOOD,), seen=NOW), Record((DROP,), seen=NOW, withdrawn=date(2024, 2, 1))),
    changes=(TOLD,),
    deliveries=(DELIVERY,),
    feeds=(STATE,),
    notices={"feed:ofsted:stale": replace(MATTER, since=NOW)},
)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def same(history: EmbeddedHistory) -> None:
    assert [known.key for known in history.homes()] == [HOME]
    record = history.home(HOME)
    assert record is not None
    assert record.home == home()
    assert [(record.statements, record.seen, record.withdrawn) for record in history.records(HOME)] == [
        ((GOOD,), NOW, None),
        ((DROP,), NOW, date(2024, 2, 1)),
    ]
    assert [replace(told, number=0) for told in history.changes()] == [TOLD]
    assert history.change(ALERT.id) == next(history.changes(HOME))
    assert [replace(delivery, number=0) for delivery in history.deliveries()] == [DELIVERY]
    assert history.feed("ofsted") == STATE
    assert history.notices() == {"feed:ofsted:stale": replace(MATTER, since=NOW)}


def test_stock_tinydb_reads_the_snapshot(history: EmbeddedHistory, tmp_path: Path) -> None:
    history.commit(WHOLE)
    history.compact(force=True)
    with tinydb.TinyDB(tmp_path / "history.json", access_mode="r") as stock:
        (found,) = stock.table("homes").all()
        assert (found["key"], found["owner"]) == (HOME, "Elm Homes Limited")
        assert [document["home"] for document in stock.table("inspections")] == [HOME, HOME]


def test_going_through_the_messages_reads_what_none_of_them_says(
    history: EmbeddedHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a start with thousands waiting costs little, however much each has to tell."""
    history.commit(WHOLE)
    with monkeypatch.context() as patched:
        patched.setattr("watcher.history.messages.content_in", lambda _: pytest.fail("it was read"))
        for deliveries in (history.deliveries(), history.deliveries(open_only=True)):
            (delivery,) = deliveries
            assert (delivery.id, delivery.state) == (DELIVERY.id, State.WAITING)
    assert delivery.content == ALERT


def test_a_second_owner_is_refused_and_a_reader_is_not(history: EmbeddedHistory, tmp_path: Path) -> None:
    history.commit(WHOLE)
    with pytest.raises(HistoryLockedError):
        EmbeddedHistory.open(tmp_path)
    beside = EmbeddedHistory.open(tmp_path, read_only=True)
    same(beside)
    beside.close()


def test_looking_at_a_folder_without_a_history_shows_the_bundle_and_makes_nothing(tmp_path: Path) -> None:
    looked = EmbeddedHistory.open(tmp_path / "nowhere", read_only=True)
    assert looked.home("ofsted:SC478986") is not None
    looked.close()
    assert not (tmp_path / "nowhere").exists()


def test_a_matter_that_an_older_version_kept_with_its_title_alone_can_be_read(tmp_path: Path) -> None:
    EmbeddedHistory.open(tmp_path, with_bundle=False).close()
    with Store.open(tmp_path) as store:
        store.table("notices").insert({"key": "m", "matter": {"title": "t", "since": "2026-01-01T00:00:00+00:00"}})
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    known = history.notices()["m"]
    history.close()
    assert (known.title, known.text, known.not_through) == ("t", "", ())
