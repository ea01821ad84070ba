"""Several services on one database: one reads and sends, the others follow it, and take over when it goes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.builders import signed
from tests.messages.messages import delivery as message
from tests.service.replicas import IMPATIENT, Replica, World, serving, until
from tests.standins.postgres import FreshDatabase, PostgresServer
from tests.standins.tunnel import Tunnel
from watcher.delivery.ledger import ARRIVED_LATE, POSSIBLY_REPEATED, Delivery, State
from watcher.delivery.verdict import Answer, Verdict
from watcher.errors import WatcherError
from watcher.history.failures import HistoryAwayError, HistoryLockedError
from watcher.history.opening import open_history
from watcher.messages.message import Message
from watcher.options.place import HistoryPlace
from watcher.service.own_standing import OwnStanding
from watcher.service.role import role_of
from watcher.timing.clock import SystemClock
from watcher.web.acting.asked import AskedDeed
from watcher.web.acting.deeds import NotThereError

pytestmark = pytest.mark.anyio


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def two(tmp_path: Path, database: FreshDatabase, world: World) -> AsyncIterator[tuple[Replica, Replica]]:
    """The one that leads, and the one that stands by."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(serving(tmp_path / "a", database, world))
        await until(lambda: first.service.history.feed("ofsted").last_good is not None)
        second = await stack.enter_async_context(serving(tmp_path / "b", database, world))
        yield first, second


def told(replica: Replica) -> list[Delivery]:
    return list(replica.service.history.deliveries())


async def news(world: World, leader: Replica) -> None:
    """Another home drops, and whoever leads reads of it."""
    world.drops += 1
    leader.service.duties.readings.read_now("ofsted")


def deed(what: str, subject: str, why: str = "") -> AskedDeed:
    return AskedDeed(what, subject, signed(SystemClock().now(), "Ann", why), {"until": "3d"})


async def test_one_reads_and_sends_and_the_other_follows(
    two: tuple[Replica, Replica], world: World, tmp_path: Path, database: FreshDatabase
) -> None:
    leader, standby = two
    await news(world, leader)
    await until(lambda: [known.state for known in told(standby)] == [State.ACCEPTED])
    assert [message.term for message in world.sent] == [1]
    assert (role_of(leader.service), role_of(standby.service)) == ("leader", "standby")
    readings = world.readings
    standby.service.duties.readings.read_now("ofsted")
    await until(lambda: standby.service.outbox.oldest_waiting(SystemClock().now()) is None)
    standing = OwnStanding(standby.service, standby.service.heartbeat, dict).now()
    assert "standby; pid " in standing.service.sentence
    assert standing.as_json()["role"] == "standby"
    assert standby.service.heartbeat.age(SystemClock().now()).total_seconds() < 5
    assert world.readings == readings
    place = HistoryPlace(tmp_path, database.url, lambda: database.password)
    with pytest.raises(HistoryLockedError, match="is led by another watcher, pid "):
        open_history(place)


async def test_what_is_pressed_on_a_page_of_the_other_is_done_once_by_whoever_leads(
    two: tuple[Replica, Replica], world: World
) -> None:
    leader, standby = two
    await news(world, leader)
    await until(lambda: [known.state for known in told(standby)] == [State.ACCEPTED])
    (change,) = standby.service.history.changes()
    path = "/changes/{subject}/acknowledge"
    assert await standby.press(deed(path, change.alert.id)) == "acknowledged"
    assert await standby.press(deed(path, change.alert.id)) == "acknowledged-before"
    assert await standby.press(deed("/homes/{subject}/silence", change.alert.home, "known")) == "silenced"
    with pytest.raises(NotThereError, match="no such change"):
        await standby.press(deed(path, "0" * 16))
    with pytest.raises(WatcherError, match="no reading of this feed is held"):
        await standby.press(deed("/feeds/{subject}/release", "ofsted"))
    assert len(standby.service.history.silences()) == 1
    assert standby.service.history.acknowledgement(change.alert.id) is not None
    assert standby.replica.box.left() == []


async def test_whoever_ends_makes_way_and_nothing_is_told_twice(two: tuple[Replica, Replica], world: World) -> None:
    leader, standby = two
    await news(world, leader)
    await until(lambda: len(world.sent) == 1)
    leader.service.stop()
    await leader.running
    leader.replica._leadership.stop()
    await until(standby.leads)
    await news(world, standby)
    await until(lambda: [known.state for known in told(standby)] == [State.ACCEPTED] * 2)
    assert [(message.term, message.possibly_repeated) for message in world.sent] == [(1, False), (2, False)]


async def test_whoever_loses_its_session_sends_no_more_and_either_goes_on(
    two: tuple[Replica, Replica], world: World, postgres_server: PostgresServer, database: FreshDatabase
) -> None:
    for number in range(1, 4):
        (leader,) = [one for one in two if one.leads()]
        await news(world, leader)
        await until(lambda: [known.state for known in told(two[0])].count(State.ACCEPTED) == number)  # noqa: B023
        postgres_server.cut(database)
        assert not all(one.leads() for one in two)
        await until(lambda: any(one.leads() and one.replica.term == number + 1 for one in two))  # noqa: B023
    assert len(world.sent) == 3


async def test_what_a_former_leader_sends_late_counts_and_what_both_sent_is_marked(
    tmp_path: Path, database: FreshDatabase, postgres_server: PostgresServer, world: World
) -> None:
    late = threading.Event()

    def answer(message: Message) -> Verdict:
        if message.term == 1:
            assert late.wait(120)
        return Verdict(Answer.ACCEPTED, reference=f"of {message.term}")

    world.answers = answer
    async with AsyncExitStack() as stack:
        tunnel = stack.enter_context(Tunnel.to(postgres_server.port))
        cut_off = serving(tmp_path / "a", database, world, tunnel.url(database.url), IMPATIENT)
        former = await stack.enter_async_context(cut_off)
        await until(lambda: former.service.history.feed("ofsted").last_good is not None)
        present = await stack.enter_async_context(serving(tmp_path / "b", database, world, pace=IMPATIENT))
        await news(world, former)
        await until(lambda: len(world.sent) == 1)
        tunnel.swallow()
        await until(present.leads)
        assert not former.leads()
        await until(lambda: [known.state for known in told(present)] == [State.ACCEPTED])
        assert [(message.term, message.possibly_repeated) for message in world.sent] == [(1, False), (2, True)]
        tunnel.let_through()
        late.set()
        await until(lambda: ARRIVED_LATE in told(present)[0].detail)
        (known,) = told(present)
        assert (known.reference, known.detail) == ("of 2", f"{POSSIBLY_REPEATED}; {ARRIVED_LATE}")
        await asyncio.sleep(0)


async def test_what_could_not_be_taken_up_is_taken_up_later(
    two: tuple[Replica, Replica], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader, standby = two
    history, failures = standby.service.history, [True]
    deliveries = history.deliveries

    def away_once(**which: Any) -> Iterator[Delivery]:
        if failures:
            failures.clear()
            raise HistoryAwayError("the database", "planted")
        return deliveries(**which)

    world.answers = lambda _: Verdict(Answer.REFUSED, "no such channel", stops=True)
    monkeypatch.setattr(history, "deliveries", away_once)
    leader.service.history.store([message(7)])
    await until(lambda: not failures)
    await until(lambda: any(known.id == message(7).id for known in standby.service.outbox.troubled()))
