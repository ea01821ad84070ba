"""What people did, who is signed in and who stopped his mails is kept, and outlives restarts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import home, inspection, signed
from tests.history.kinds import HistoryKind
from tests.messages.messages import alert, delivery
from watcher.delivery.stopped_mails import StoppedMails
from watcher.facts.statements import HomeRecord, Record
from watcher.history.protocol import FeedState, History, OpenMatter, Told, Transaction
from watcher.watching.deeds import Act
from watcher.watching.sessions import Session, session_id

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
RETRIED, RELEASED = signed(NOW).deed(Act.RETRY, "0a1b"), signed(NOW + DAY, by="Bob").deed(Act.RELEASE, "ofsted")
STOP = StoppedMails(address="Reader@Example.org", since=NOW, by="Reader@Example.org", door="mail")
ANN = Session.of("token", user="ann", proof="f00", made=NOW, until=NOW + DAY)


def test_deeds_are_kept_in_their_order_each_once(history: History, history_kind: HistoryKind) -> None:
    history.commit(Transaction(deeds=(RETRIED, RELEASED)))
    history.commit(Transaction(deeds=(RETRIED, replace(RETRIED, at=NOW + DAY))))
    history.close()
    after = history_kind.open()
    assert after.deeds() == [RETRIED, RELEASED, replace(RETRIED, at=NOW + DAY)]
    assert after.deeds("0a1b") == [RETRIED, replace(RETRIED, at=NOW + DAY)]
    assert after.deeds("0A1B") == []
    after.close()


def test_a_session_is_known_by_what_its_token_comes_to_until_it_is_ended(
    history: History, history_kind: HistoryKind
) -> None:
    history.commit(Transaction(sessions={ANN.id: ANN}))
    assert history.session(session_id("token")) == ANN
    assert history.session("token") is None
    assert b"ann" in history_kind.kept("sessions")
    assert b"token" not in history_kind.kept("sessions")
    history.commit(Transaction(sessions={ANN.id: None, "never there": None}))
    assert history.session(ANN.id) is None


def test_with_a_new_session_go_those_that_are_over_by_then(history: History) -> None:
    late = Session.of("other", user="bob", proof="f00", made=NOW + DAY / 2, until=NOW + DAY)
    history.commit(Transaction(sessions={ANN.id: ANN, late.id: late}))
    assert history.session(ANN.id) == ANN
    later = Session.of("third", user="bob", proof="f00", made=NOW + DAY, until=NOW + 2 * DAY)
    history.commit(Transaction(sessions={later.id: later}))
    assert [history.session(one.id) for one in (ANN, late, later)] == [None, None, later]
    assert [later.holds(NOW + days * DAY) for days in (0, 1, 2)] == [False, True, False]


def test_who_stopped_his_mails_is_known_in_capitals_or_not_until_they_are_resumed(
    history: History, history_kind: HistoryKind
) -> None:
    history.commit(Transaction(stopped_mails=(STOP, replace(STOP, address="b@example.org", since=NOW - DAY))))
    history.commit(Transaction(stopped_mails=(replace(STOP, address="READER@example.org", why="left"),)))
    history.close()
    after = history_kind.open()
    assert list(after.stopped_mails()) == ["b@example.org", "reader@example.org"]
    assert after.stop_of("reader@EXAMPLE.org") == replace(STOP, address="READER@example.org", why="left")
    after.commit(Transaction(stopped_mails=(STOP.ended(NOW + DAY),)))
    assert list(after.stopped_mails()) == ["b@example.org"]
    known = after.stop_of(STOP.address)
    assert known is not None
    assert (known.resumed, after.stop_of("nobody@example.org")) == (NOW + DAY, None)
    after.close()


def test_the_version_grows_with_every_commit_and_with_nothing_else(history: History) -> None:
    before = history.version
    assert [history.deeds(), history.version] == [[], before]
    history.commit(Transaction(deeds=(RETRIED,)))
    between = history.version
    history.commit(Transaction(stopped_mails=(STOP,)))
    assert before < between < history.version


@pytest.mark.parametrize(
    ("transaction", "is_of_facts"),
    [
        (Transaction(homes=(HomeRecord.of(home()),)), True),
        (Transaction(records=(Record((inspection("2024-01-10", "good"),), NOW),)), True),
        (Transaction(changes=(Told(alert=alert(), seen=NOW, feed="ofsted"),)), True),
        (Transaction(feeds=(FeedState(name="ofsted"),)), True),
        (Transaction(deliveries=(delivery(1),)), False),
        (Transaction(notices={"feed:ofsted:held": OpenMatter("t", "x", NOW, ())}), False),
        (Transaction(deeds=(RETRIED,), stopped_mails=(STOP,), sessions={ANN.id: ANN}), False),
    ],
    ids=["homes", "inspections", "changes", "feeds", "messages", "matters", "people"],
)
def test_the_version_of_facts_is_the_one_in_which_facts_were_stored_last(
    history: History, transaction: Transaction, *, is_of_facts: bool
) -> None:
    before = history.version_of_facts
    history.commit(transaction)
    assert (history.version_of_facts > before) is is_of_facts
    assert not is_of_facts or history.version_of_facts == history.version
