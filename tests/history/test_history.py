"""A history keeps what it was given, across restarts, all of a transaction or nothing; of whichever kind it is."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.builders import HOME, MATTER, home, inspection
from tests.history.kinds import HistoryKind
from watcher.delivery.ledger import Delivery, State
from watcher.facts.statements import HomeRecord, Record
from watcher.history.protocol import FeedState, History, Told, Transaction
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.messages.message import Notice

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


def same(history: History) -> None:
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


def test_everything_of_a_transaction_is_there_at_once_and_after_a_restart(
    history: History, history_kind: HistoryKind
) -> None:
    history.commit(WHOLE)
    same(history)
    history.close()
    again = history_kind.open()
    same(again)
    again.close()


def test_a_home_of_which_its_number_alone_is_known_is_kept_as_any_other(
    history: History, history_kind: HistoryKind
) -> None:
    bare = HomeRecord("ofsted", "SC000002", {})
    visits = (inspection("2024-01-10", "inadequate", home="ofsted:SC000002"),)
    history.commit(Transaction(homes=(bare,), records=(Record(visits, seen=NOW),)))
    assert history.standing_inadequate() == ["ofsted:SC000002"]
    history.close()
    again = history_kind.open()
    assert again.home("ofsted:SC000002") == bare
    entry = again.register().get("ofsted:SC000002")
    assert entry is not None
    assert (entry.home.name, entry.latest.described) == (None, None)
    assert history_kind.has_true_register()
    again.close()


def test_a_transaction_that_cannot_be_stored_leaves_nothing(history: History) -> None:
    broken = replace(WHOLE, feeds=(replace(STATE, cursor={"not JSON": object()}),))
    with pytest.raises(TypeError):
        history.commit(broken)
    assert [*history.homes(), *history.records(HOME), *history.deliveries(), *history.changes()] == []


def test_a_known_delivery_is_not_made_twice_and_a_numbered_one_is_replaced(history: History) -> None:
    history.commit(WHOLE)
    history.commit(Transaction(deliveries=(DELIVERY,)))
    (stored,) = history.deliveries(open_only=True)
    history.commit(Transaction(deliveries=(replace(stored, state=State.ACCEPTED, reference="17.1"),)))
    assert list(history.deliveries(open_only=True)) == []
    accepted = history.delivery(DELIVERY.id)
    assert accepted is not None
    assert (accepted.state, accepted.reference) == (State.ACCEPTED, "17.1")


def test_a_notice_comes_and_goes(history: History) -> None:
    history.commit(WHOLE)
    history.commit(Transaction(notices={"feed:ofsted:stale": None, "never there": None}))
    assert history.notices() == {}
    notice = Delivery.of("desk", "notice:x", Notice("t", "x"), "1", NOW)
    history.commit(Transaction(deliveries=(notice,)))
    assert [replace(delivery, number=0) for delivery in history.deliveries()][-1] == notice


def test_homes_that_stand_inadequate_follow_every_commit(history: History) -> None:
    assert history.standing_inadequate() == []
    history.commit(Transaction(records=(Record((GOOD,)), Record((DROP,)))))
    assert history.standing_inadequate() == [HOME]
    record = history.records(HOME)[-1]
    history.commit(
        Transaction(records=(record.add(inspection("2024-01-10", "good", event="10300001", as_of="2025-01-01")),))
    )
    assert history.standing_inadequate() == []
    history.commit(Transaction(records=(Record((inspection("2024-08-10", "serious or widespread weaknesses"),)),)))
    assert history.standing_inadequate() == [HOME]


def test_a_home_that_is_gone_stands_inadequate_no_more(history: History) -> None:
    history.commit(Transaction(homes=(HomeRecord.of(home()),), records=(Record((DROP,)),)))
    assert history.standing_inadequate() == [HOME]
    history.commit(Transaction(homes=(HomeRecord.of(home(status="resigned")),)))
    assert history.standing_inadequate() == []


def test_a_new_one_begins_with_the_bundled_inspections(history_kind: HistoryKind) -> None:
    opened = history_kind.open(with_bundle=True)
    try:
        founding = [record.inspection for record in opened.records("ofsted:SC478986")]
        assert [
            inspection.rating.value for inspection in founding if inspection.rating and inspection.day.year == 2018
        ] == ["inadequate", "good"]
        assert all(record.seen is None for record in opened.records("ofsted:SC478986"))
        assert list(opened.deliveries()) == []
    finally:
        opened.close()
