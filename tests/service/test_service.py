"""The whole service: a real feed and a local site, a real channel and a local Slack, until it is told to stop."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from tests.builders import home, inspection
from tests.clock import ManualClock
from tests.programs import Program
from tests.standins.ipv6 import needs_ipv6
from tests.standins.reports.report_pdf import report_pdf
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.cli.demo.site import DemoSite, serving
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.ledger import Delivery
from watcher.delivery.outbox import Outbox
from watcher.facts.stored import stored
from watcher.feeds.feed import Reading
from watcher.feeds.kinds import Caller, open_feeds
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.box import FolderBox
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Held, Transaction
from watcher.messages.alert import Alert
from watcher.messages.message import Notice
from watcher.rounds.poll import Round
from watcher.rounds.remind import remind
from watcher.service import heartbeat
from watcher.service.heartbeat import Heartbeat
from watcher.service.requests import Request, leave
from watcher.service.service import Service
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.watches import Watch
from watcher.web.application import application
from watcher.web.health import health
from watcher.web.metrics import Metrics
from watcher.web.server import WebServer

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GOOD = inspection("2025-05-01", "good", published="2025-06-10")
VISITED = inspection("2026-01-05", "good", home="ofsted:SC000002", published="2026-02-10")
DROP = inspection("2026-01-20", "inadequate", published="2026-03-03")


@dataclass
class Running:
    """A service that runs, and what surrounds it."""

    service: Service
    site: DemoSite
    slack: SlackStandIn
    clock: ManualClock
    history: EmbeddedHistory
    rounds: list[Round]
    metrics: Metrics

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(120):
            while not condition():
                await asyncio.sleep(0.01)

    async def next_round(self) -> Round:
        count = len(self.rounds)
        self.clock.advance(timedelta(minutes=31))
        await self.until(lambda: len(self.rounds) > count)
        return self.rounds[-1]


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Running]:
    clock = ManualClock(NOW)
    site = DemoSite([home(), home("SC000002")], [GOOD, VISITED, DROP], clock, report_pdf)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    with SlackStandIn() as slack:
        async with serving(site.app) as url:
            settings = Settings(
                data_dir=folder,
                contact="test@localhost",
                feeds={"ofsted": OfstedSiteOptions(url=url, hosts=(), spacing=timedelta(0))},
                channels={
                    "desk": SlackOptions(channel=CHANNEL, url=slack.url, token=SecretStr(TOKEN)),
                    "screen": ConsoleOptions(),
                },
                watch=(Watch(name="derby", local_authority=("Derby",), to=("desk",)),),
                operator=Operator(to=("screen",)),
            )
            rounds: list[Round] = []
            metrics = Metrics()

            def after_round(turn: Round, seconds: float) -> None:
                rounds.append(turn)
                metrics.count_round(turn, seconds)

            service = Service(
                settings,
                history,
                open_feeds(settings.feeds, Caller(settings.contact, clock)),
                Outbox(history, open_channels(settings.channels, settings.house_style), clock),
                clock,
                Heartbeat(folder, clock.now()),
                tick=timedelta(milliseconds=5),
                after_round=after_round,
                after_delivery=metrics.count_delivery,
            )
            task = asyncio.create_task(service.run())
            try:
                yield Running(service, site, slack, clock, history, rounds, metrics)
            finally:
                service.stop()
                await asyncio.wait_for(task, 20)
                history.close()


def alerts(world: Running) -> list[Delivery]:
    return [delivery for delivery in world.history.deliveries() if isinstance(delivery.content, Alert)]


async def test_a_drop_reaches_slack_once_after_a_silent_baseline(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        assert len(world.rounds[0].reading.background) == 1
        assert world.slack.messages == []
        world.clock.advance(timedelta(days=1))  # the day on which the report is published
        await world.until(lambda: [delivery.state.value for delivery in alerts(world)] == ["accepted"])
        for _ in range(3):
            await world.next_round()
        (message,) = world.slack.messages
        assert "drops from good to inadequate (SC000001, Elm Homes Limited)" in orjson.dumps(message).decode()
        (delivery,) = alerts(world)
        assert delivery.state.value == "accepted"


async def test_a_feed_is_read_at_once_when_somebody_asks_and_a_release_waits_for_the_end_of_a_reading(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        leave(FolderBox(tmp_path), Request("read", "ofsted"))
        await world.until(lambda: len(world.rounds) == 2)
        go_on, read = asyncio.Event(), world.service.feeds["ofsted"].read

        async def slow(*asked: Any) -> Reading:
            await go_on.wait()
            return await read(*asked)

        world.service.feeds["ofsted"].read = slow  # type: ignore[method-assign, assignment]  # a slow site
        held = replace(world.history.feed("ofsted"), held=Held("too much", NOW))
        world.history.commit(Transaction(feeds=(held,)))
        leave(FolderBox(tmp_path), Request("read", "ofsted"))
        await world.until(lambda: not list((tmp_path / "requests").glob("*.json")))
        await world.until(lambda: any(world.service.duties.readings.being_read()))
        asked = leave(FolderBox(tmp_path), Request("release", "ofsted"))
        await asyncio.sleep(0.1)
        assert FolderBox(tmp_path).is_waiting(asked)
        go_on.set()
        await world.until(lambda: len(world.rounds) >= 3 and not FolderBox(tmp_path).is_waiting(asked))


async def test_a_drop_is_repeated_until_somebody_acknowledges_it(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        service = world.service
        watches = [watch.model_copy(update={"repeat": timedelta(hours=4)}) for watch in service.settings.watch]
        service.settings = service.settings.model_copy(update={"watch": tuple(watches)})
        await world.until(lambda: len(world.rounds) == 1)
        world.clock.advance(timedelta(days=1))
        await world.until(lambda: len(world.slack.messages) == 1)
        world.clock.advance(timedelta(hours=4))
        await world.until(lambda: len(world.slack.messages) == 2)
        assert world.slack.messages[1]["text"].startswith("Reminder 1: Children's home in Derby drops")
        (told,) = world.history.changes()
        word = Acknowledgement.of(told.alert.id, by="Ann", why="called the home", at=world.clock.now())
        leave(FolderBox(tmp_path), Request("acknowledge", told.alert.id, stored(word)))
        await world.until(lambda: world.history.acknowledgement(told.alert.id) is not None)
        later = world.clock.now() + timedelta(hours=8)
        assert remind(world.history, service.outbox, service.settings, later) == ()


async def test_a_recovery_follows_the_drop(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        world.clock.advance(timedelta(days=1))
        await world.until(lambda: len(world.slack.messages) == 1)
        world.site.publish(inspection("2026-03-10", "good", published="2026-04-20"))
        world.clock.step(datetime(2026, 4, 20, 14, 0, tzinfo=UTC))
        await world.until(lambda: len(world.slack.messages) == 2)
        alerts = [change.alert for change in world.history.changes()]
        assert [(alert.change.value, alert.days_inadequate) for alert in alerts] == [
            ("dropped to inadequate", None),
            ("recovered", 48),
        ]


async def test_a_broken_site_changes_nothing_and_the_next_reading_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        working, world.site.rows = world.site.rows, lambda found, start, rows: ()  # type: ignore[method-assign]  # the site shows no rows
        world.site.publish()
        world.clock.advance(timedelta(days=1))
        assert (await world.next_round()).reading.outcome.value == "implausible"
        assert list(world.history.changes()) == []
        world.site.rows = working  # type: ignore[method-assign]  # and again as before
        world.site.publish()
        world.clock.advance(timedelta(hours=8))
        await world.until(lambda: bool(world.slack.messages))
        assert [change.alert.change.value for change in world.history.changes()] == ["dropped to inadequate"]


async def test_the_health_page_tells_a_living_service_from_a_hanging_one(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        service = world.service

        def state() -> object:
            now = world.clock.now()
            return health(
                service.settings.feeds,
                world.history,
                service.heartbeat.age(now),
                heartbeat.STALE_AFTER,
                service.outbox.oldest_waiting(now),
                now,
            )

        web = WebServer(application(state, world.metrics), "127.0.0.1", 0)  # type: ignore[arg-type]  # a Health
        port = await web.start()
        try:
            status, page = await asyncio.to_thread(_get, f"http://127.0.0.1:{port}/healthz")
            assert (status, orjson.loads(page)["feeds"]["ofsted"]["fresh"]) == (200, True)
            status, page = await asyncio.to_thread(_get, f"http://127.0.0.1:{port}/metrics")
            assert b'watcher_readings_total{feed="ofsted",outcome="changed"} 1.0' in page

            async def hang() -> None:
                await asyncio.Event().wait()

            service.outbox.deliver_due = hang  # type: ignore[method-assign, assignment]  # it never returns
            await asyncio.sleep(0.05)
            world.clock.step(world.clock.now() + timedelta(minutes=5))
            await asyncio.sleep(0.1)
            status, page = await asyncio.to_thread(_get, f"http://127.0.0.1:{port}/healthz")
            assert (status, orjson.loads(page)["status"]) == (503, "failing")
        finally:
            await web.stop()


def _get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310  # our own address
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


async def test_a_job_that_fails_does_not_end_the_service(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        calls: list[int] = []

        def broken() -> tuple[()]:
            calls.append(1)
            raise ZeroDivisionError

        world.service.outbox.troubled = broken  # type: ignore[method-assign]  # a defect of our own
        await world.until(lambda: bool(calls))  # the look that had begun before it has come through
        world.clock.advance(timedelta(days=1))
        await world.until(lambda: bool(world.slack.messages) and len(calls) > 2)
        assert world.service.heartbeat.age(world.clock.now()) == timedelta(days=1)  # and does not look healthy either


async def test_a_stop_in_the_middle_of_a_reading_stores_nothing_of_it(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        before = world.history.feed("ofsted")
        entered = asyncio.Event()

        async def endless(*_: object) -> None:
            entered.set()
            await asyncio.Event().wait()

        world.service.feeds["ofsted"].read = endless  # type: ignore[assignment, method-assign]  # the site hangs
        world.clock.advance(timedelta(days=1))
        await entered.wait()
        world.service.stop()
        await world.until(lambda: heartbeat.read(tmp_path) is None)
        assert world.history.feed("ofsted") == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_the_process_ends_in_good_order_when_it_is_told_to(tmp_path: Path, number: signal.Signals, code: int) -> None:
    config = tmp_path / "watcher.toml"
    config.write_text(
        f'data_dir = "{tmp_path / "data"}"\ncontact = "test@localhost"\n[web]\nport = 0\n'
        '[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n[channels.screen]\nkind = "console"\n'
        '[[watch]]\nname = "all"\nto = ["screen"]\n'
    )
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "watcher", "run", "--config", str(config)]
    with Program(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment) as process:
        assert process.stderr is not None
        seen = b""
        while b"feed read" not in seen and (line := process.stderr.readline()):
            seen += line
        assert b'"outcome": "unreachable"' in seen
        assert heartbeat.read(tmp_path / "data") is not None
        process.send_signal(number)
        _, rest = process.communicate(timeout=60)
        assert process.returncode == code, rest
        assert b"Traceback" not in rest
    assert heartbeat.read(tmp_path / "data") is None
    again = EmbeddedHistory.open(tmp_path / "data")  # the folder is free, the history sound
    assert again.feed("ofsted").outcome == "unreachable"
    again.close()


@needs_ipv6
def test_the_address_of_the_pages_is_logged_as_one_can_open_it(tmp_path: Path) -> None:
    config = tmp_path / "watcher.toml"
    config.write_text(
        f'data_dir = "{tmp_path / "data"}"\ncontact = "test@localhost"\n[web]\nhost = "::1"\nport = 0\n'
        '[log]\nform = "json"\n[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n'
    )
    command = [sys.executable, "-m", "watcher", "run", "--config", str(config)]
    with Program(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stderr is not None
        address = ""
        while not address and (line := process.stderr.readline()):
            address = orjson.loads(line).get("url", "")
        assert re.fullmatch(r"http://\[::1\]:\d+/healthz", address)
        status, _ = _get(address)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert status == 200


TOLD_WHILE_IT_ANSWERS = """
import os, signal, sys, time
from watcher.cli.main import main
from watcher.service import first_page
from watcher.web import doorstep

say, load = doorstep._say, first_page.import_module

async def says(*said):
    os.kill(os.getpid(), signal.SIGTERM)
    await say(*said)

def loads_slowly(name):
    time.sleep(3)
    return load(name)

doorstep._say, first_page.import_module = says, loads_slowly
sys.argv = ["watcher", "run", "--config", sys.argv[1]]
main()
"""


def test_one_that_begins_ends_when_it_is_told_to_whatever_it_does_just_then(tmp_path: Path) -> None:
    """What a signal's handler raises while a page is answered would be taken for a fault of the page."""
    config = tmp_path / "watcher.toml"
    config.write_text(
        f'data_dir = "{tmp_path / "data"}"\ncontact = "test@localhost"\n[web]\nport = 0\n[log]\nform = "json"\n'
        '[feeds.ofsted]\nurl = "http://127.0.0.1:9"\n'
    )
    command = [sys.executable, "-c", TOLD_WHILE_IT_ANSWERS, str(config)]
    with Program(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stderr is not None
        _get(orjson.loads(process.stderr.readline())["url"])
        _, rest = process.communicate(timeout=30)
        assert (process.returncode, b"Traceback" in rest, b"watching" in rest) == (0, False, False)


def clock_notices(world: Running) -> list[Notice]:
    told = [delivery.content for delivery in world.history.deliveries()]
    return [notice for notice in told if isinstance(notice, Notice) and "clock" in notice.title]


async def test_a_step_of_the_clock_is_told_to_the_operator_once(tmp_path: Path) -> None:
    async with running(tmp_path) as world:
        await world.until(lambda: len(world.rounds) == 1)
        await asyncio.sleep(0.1)
        world.clock.step(NOW - timedelta(hours=3))
        await world.until(lambda: bool(clock_notices(world)))
        await asyncio.sleep(0.15)
        (told,) = clock_notices(world)
        assert told.title == "the clock jumped back"
        assert told.text.startswith("By 3h")
