"""The database goes away under a service that runs, and comes back: nothing is lost, all are told, nothing twice."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from tests.clock import ManualClock
from tests.delivery.scripted import Blocked, Scripted
from tests.service.replicas import World, serving, until
from tests.standins.postgres import FreshDatabase, PostgresServer, versions
from tests.web.raw import ask, request
from watcher.answers.kept.kept import Kept
from watcher.delivery.ledger import State
from watcher.history.protocol import HistoryUnusableError
from watcher.messages.message import Notice
from watcher.options.place import HistoryPlace
from watcher.service import heartbeat
from watcher.service.away import WHO_STOOD_BY, AwayWatch
from watcher.service.own_standing import OwnStanding
from watcher.service.past_the_outbox import LastResort
from watcher.service.service import Service
from watcher.service.start import open_when_possible
from watcher.timing.clock import SystemClock
from watcher.web.access.access import Access
from watcher.web.application import application
from watcher.web.health import Health, health
from watcher.web.metrics import Metrics
from watcher.web.server import WebServer
from watcher.web.site import Site

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WHY = "The history in the database homes on db does not answer: it is gone."


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that may be stopped; a crash of it loses nothing."""
    if not versions():
        pytest.skip("no PostgreSQL is at hand")
    with PostgresServer.started() as server:
        yield server


@pytest.fixture
def fresh(server: PostgresServer) -> Iterator[FreshDatabase]:
    fresh = server.database()
    yield fresh
    server.drop(fresh)


def titles(channel: Scripted) -> list[str]:
    return [message.content.title for message in channel.sent if isinstance(message.content, Notice)]


def health_of(service: Service) -> Health:
    now = SystemClock().now()
    age = service.heartbeat.age(now)
    return health(service.settings.feeds, service.history, age, heartbeat.STALE_AFTER, None, now)


def pages_of(service: Service) -> WebServer:
    site = Site(
        history=service.history,
        settings=lambda: service.settings,
        clock=service.clock,
        standing=OwnStanding(service, service.heartbeat, dict).now,
        access=Access(service.settings.web, service.history, service.clock),
        kept=Kept(service.history, lambda: service.settings),
        outbox=service.outbox,
        release=lambda *_: None,
        watches_altered=service.take_up_watches,
    )
    return WebServer(application(lambda: health_of(service), Metrics(), site=site), "127.0.0.1", 0)


async def test_a_database_that_dies_while_a_message_is_sent_and_comes_back(
    tmp_path: Path, server: PostgresServer, fresh: FreshDatabase
) -> None:
    world, resort = World(), Scripted("desk")
    async with serving(tmp_path, fresh, world) as one:
        service, history = one.service, one.service.history
        service.away = AwayWatch(lambda: LastResort({"desk": resort}), soon=timedelta(seconds=0.2))
        web = pages_of(service)
        url = f"http://127.0.0.1:{await web.start()}"
        await until(lambda: history.feed("ofsted").last_good is not None)
        blocked = Blocked()
        world.answers = lambda _: blocked()
        world.drops = 1
        service.duties.readings.read_now("ofsted")
        await until(lambda: len(world.sent) == 1)
        assert (await asyncio.to_thread(ask, url, request("/readyz"))).status == 200

        server.kill()
        blocked.released.set()
        await until(lambda: titles(resort) == ["the history cannot be stored"])
        world.drops, readings = 2, world.readings
        for path in ("/", "/status", "/homes", "/homes.csv", "/changes.atom", "/changes/0123456789abcdef"):
            answered = await asyncio.to_thread(ask, url, request(path))
            assert (answered.status, answered.headers.get("retry-after")) == (503, "30"), path
            assert b"does not answer" in answered.body
            assert b"127.0.0.1:" not in answered.body  # where the database is, is nobody's concern
        ready = await asyncio.to_thread(ask, url, request("/readyz", host="10.0.0.7"))
        assert (ready.status, orjson.loads(ready.body)) == (
            503,
            {"ready": False, "why": "the history does not answer"},
        )
        well = await asyncio.to_thread(ask, url, request("/healthz"))
        assert (well.status, orjson.loads(well.body)["history"]) == (200, "away")
        figures = await asyncio.to_thread(ask, url, request("/metrics"))
        assert b"watcher_history_available 0.0" in figures.body
        assert service.heartbeat.age(SystemClock().now()) < timedelta(seconds=5)
        assert world.readings == readings

        server.start()
        await until(lambda: history.away == "")
        await until(one.leads)
        service.duties.readings.read_now("ofsted")
        await until(lambda: [sent.state for sent in history.deliveries()] == [State.ACCEPTED] * 2)
        assert len(world.sent) == 2  # the one that was under way as the database died, and the new one: each once
        await until(lambda: titles(resort)[1:] == ["over: the history cannot be stored"])
        assert orjson.loads((await asyncio.to_thread(ask, url, request("/readyz"))).body)["ready"]
        assert (await asyncio.to_thread(ask, url, request("/status"))).status == 200
        await web.stop()


async def test_a_start_while_the_database_is_away_waits_for_it_and_tells_once(
    tmp_path: Path, server: PostgresServer, fresh: FreshDatabase
) -> None:
    desk, waiting, clock = Scripted("desk"), asyncio.Event(), ManualClock(NOW)
    place = HistoryPlace(tmp_path, fresh.url, lambda: fresh.password)

    async def on_waiting() -> None:
        waiting.set()

    server.stop()
    try:
        every = timedelta(milliseconds=5)
        resort = LastResort({"desk": desk})
        opening = asyncio.create_task(open_when_possible(place, clock, resort, on_waiting=on_waiting, every=every))
        await asyncio.wait_for(waiting.wait(), 10)
        clock.advance(timedelta(hours=1))
    finally:
        await asyncio.to_thread(server.start)
    replica = await asyncio.wait_for(opening, 30)
    assert replica.history.home("ofsted:SC478986") is not None
    replica.close()
    await until(lambda: len(titles(desk)) == 2)
    assert titles(desk) == [
        "the history cannot be opened for writing",
        "over: the history cannot be opened for writing",
    ]
    first = desk.sent[0].content
    assert isinstance(first, Notice)
    assert f"the database {fresh.name} on 127.0.0.1" in first.text
    assert fresh.password not in first.text


async def test_a_start_on_a_database_that_waiting_cannot_mend_ends(tmp_path: Path, fresh: FreshDatabase) -> None:
    with fresh.connect() as connection:
        connection.execute("CREATE TABLE orders (id int)")
    place = HistoryPlace(tmp_path, fresh.url, lambda: fresh.password)

    async def never() -> None:
        pytest.fail("it waits")

    with pytest.raises(HistoryUnusableError, match="another program"):
        await open_when_possible(place, ManualClock(NOW), LastResort(), on_waiting=never)


async def test_what_is_over_soon_is_told_to_nobody_and_who_stood_by_tells_later() -> None:
    leader, standby = Scripted("desk"), Scripted("desk")
    led, stood = AwayWatch(lambda: LastResort({"desk": leader})), AwayWatch(lambda: LastResort({"desk": standby}))

    def look(why: str, after: timedelta) -> None:
        led.look(why, NOW + after, has_led=True)
        stood.look(why, NOW + after, has_led=False)

    for seconds in (0, 9):
        look(WHY, timedelta(seconds=seconds))
    look("", timedelta(seconds=10))
    look(WHY, timedelta(minutes=1))
    look(WHY, timedelta(minutes=2))
    await until(lambda: len(titles(leader)) == 1)
    assert titles(standby) == []
    look(WHY, timedelta(minutes=1) + WHO_STOOD_BY)
    look("", timedelta(hours=1, minutes=1))
    await until(lambda: len(titles(leader)) == len(titles(standby)) == 2)
    over = leader.sent[1].content
    assert isinstance(over, Notice)
    assert (over.is_over, over.text) == (True, "It lasted 1h.")
