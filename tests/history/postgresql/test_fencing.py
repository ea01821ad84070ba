"""What whoever does not lead may store: that messages were accepted from him, and who has signed in; nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.messages.messages import SEEN, delivery
from tests.standins.postgres import FreshDatabase
from watcher.delivery.ledger import ARRIVED_LATE, POSSIBLY_REPEATED, Delivery, State
from watcher.delivery.verdict import Answer, Verdict
from watcher.history.failures import FencedError, SettledMeanwhileError
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.fencing import NOT_LEADING
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.protocol import Transaction
from watcher.watching.sessions import Session


@pytest.fixture
def two(database: FreshDatabase) -> Iterator[tuple[PostgresHistory, PostgresHistory]]:
    """A history as a former leader has it, of term 1, and as the present one, of term 2."""
    opened = [
        PostgresHistory.open(Database(database.url, lambda: database.password, most=2), with_bundle=False)
        for _ in range(2)
    ]
    former, present = opened
    former.leading_as, present.leading_as = 1, 2
    with database.connect() as line:
        line.execute("UPDATE history SET term = 1")
        former.store([delivery(1)])
        former.store([stored(former).sending(SEEN, 1)])
        line.execute("UPDATE history SET term = 2")
    yield former, present
    for history in opened:
        history.close()


def stored(history: PostgresHistory) -> Delivery:
    known = history.delivery(delivery(1).id)
    assert known is not None
    return known


def accepted(known: Delivery) -> Delivery:
    return known.settled(Verdict(Answer.ACCEPTED, reference=f"of {known.term}"), SEEN)


def test_a_former_leader_stores_nothing_new(two: tuple[PostgresHistory, PostgresHistory]) -> None:
    former, present = two
    with pytest.raises(FencedError, match="another watcher leads"):
        former.commit(Transaction(deliveries=(delivery(2), stored(former).interrupted())))
    assert [known.state for known in present.deliveries()] == [State.SENDING]
    assert former.trouble == ""


def test_a_late_verdict_counts_and_nobody_undoes_it(two: tuple[PostgresHistory, PostgresHistory]) -> None:
    former, present = two
    taken_up = stored(present).interrupted()
    present.store([taken_up])
    with pytest.raises(FencedError):
        former.store([accepted(stored(former)), delivery(2)])
    known = stored(present)
    assert (known.state, known.detail, known.reference) == (
        State.ACCEPTED,
        f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}",
        "of 1",
    )
    before = present.version
    with pytest.raises(SettledMeanwhileError):
        present.store([taken_up.sending(SEEN, 2)])
    assert stored(present) == known
    assert (present.version, len(list(present.deliveries()))) == (before, 1)


def test_what_both_sent_says_that_it_may_have_been_told_twice(two: tuple[PostgresHistory, PostgresHistory]) -> None:
    former, present = two
    sent = stored(former)
    present.store([stored(present).certain().sending(SEEN, 2)])
    present.store([accepted(stored(present))])
    assert stored(present).detail == ""
    with pytest.raises(FencedError):
        former.store([accepted(sent)])
    known = stored(present)
    assert (known.term, known.reference) == (2, "of 2")
    assert known.detail == f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}"


def test_whoever_stands_by_signs_people_in(two: tuple[PostgresHistory, PostgresHistory]) -> None:
    standby, present = two
    standby.leading_as = NOT_LEADING
    session = Session.of("x", user="ann", proof="0", made=SEEN, until=SEEN + timedelta(hours=1))
    standby.commit(Transaction(sessions={session.id: session}))
    assert present.session(session.id) == session
    with pytest.raises(FencedError):
        standby.commit(Transaction(sessions={session.id: None}, deliveries=(replace(delivery(2)),)))
