"""A service's health is there from its beginning; whoever asks for pages then waits until there are some."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests.clock import ManualClock
from watcher.config.settings import Settings
from watcher.errors import PermanentError
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import HistoryLockedError
from watcher.history.protocol import FeedState, Transaction
from watcher.history.replica import Replica
from watcher.options.place import HistoryPlace
from watcher.service import first_page
from watcher.service.first_page import _begun, _end
from watcher.web.doorstep import Doorstep
from watcher.web.guard import HEADERS
from watcher.web.health import Health, health
from watcher.web.server import WebServer

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def settings(folder: Path) -> Settings:
    feeds = {"site": OfstedSiteOptions()}
    return Settings(data_dir=folder, feeds=feeds, web={"port": 0})  # type: ignore[arg-type]  # as the file has it


async def test_the_health_of_what_begins_is_said_at_once_and_pages_are_waited_for() -> None:
    ill = Health(alive=False, heartbeat_age=timedelta(0), feeds={}, oldest_unsent=None)
    door = Doorstep(lambda: ill)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://x") as client:
        said = await client.get("/healthz")
        assert (said.status_code, said.json()["status"]) == (503, "failing")
        assert said.headers.items() >= {name.lower(): value for name, value in HEADERS.items()}.items()
        unready = await client.get("/readyz")
        assert (unready.status_code, unready.json()) == (503, {"ready": False, "why": "the pages are being loaded"})
        waiting = asyncio.create_task(client.get("/homes"))
        await asyncio.sleep(0)
        assert not waiting.done()
        door.open(PlainTextResponse("pages"))
        assert (await waiting).text == (await client.get("/healthz")).text == "pages"


async def test_a_history_that_is_there_is_told_of_as_ever(tmp_path: Path) -> None:
    state = FeedState(name="site", outcome="unchanged", last_good=NOW - timedelta(hours=1))
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    history.commit(Transaction(feeds=(state,)))
    history.close()
    begun = await _begun(settings(tmp_path), ManualClock(NOW))
    assert begun is not None
    try:
        later = health(settings(tmp_path).feeds, begun.replica.history, timedelta(0), timedelta(1), None, NOW)
        assert begun.door._health() == later
    finally:
        await _end(begun)


async def test_a_new_history_is_begun_and_let_go_again(tmp_path: Path) -> None:
    begun = await _begun(settings(tmp_path), ManualClock(NOW))
    assert begun is not None
    assert begun.replica.history.home("ofsted:SC478986") is not None
    with pytest.raises(HistoryLockedError):
        await _begun(settings(tmp_path), ManualClock(NOW))
    await _end(begun)
    EmbeddedHistory.open(tmp_path).close()


async def test_the_page_waits_for_no_history_that_takes_long_to_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As does one whose register is made anew: who asks meanwhile would take the service for dead, and restart it."""
    EmbeddedHistory.open(tmp_path, with_bundle=False).close()
    may_open, opened, ports = threading.Event(), first_page._opened, list[int]()

    def slowly(place: HistoryPlace) -> Replica | None:
        may_open.wait(30)
        return opened(place)

    class Served(WebServer):
        async def start(self) -> int:
            ports.append(await super().start())
            return ports[0]

    monkeypatch.setattr(first_page, "_opened", slowly)
    monkeypatch.setattr(first_page, "WebServer", Served)
    monkeypatch.setattr(first_page, "IN_A_MOMENT", timedelta(0))
    clock = ManualClock(NOW)
    beginning = asyncio.create_task(_begun(settings(tmp_path), clock))
    try:
        async with asyncio.timeout(120):
            while not ports:
                await asyncio.sleep(0.01)
        clock.step(NOW + timedelta(minutes=20))
        async with httpx.AsyncClient(timeout=60) as client:
            said = await client.get(f"http://127.0.0.1:{ports[0]}/healthz")
        assert (said.status_code, said.json()["feeds"]["site"]["fresh"], beginning.done()) == (200, False, False)
    finally:
        may_open.set()
        await _end(await beginning)


async def test_an_address_that_is_taken_is_said_and_the_history_let_go(tmp_path: Path) -> None:
    EmbeddedHistory.open(tmp_path / "a", with_bundle=False).close()
    EmbeddedHistory.open(tmp_path / "b", with_bundle=False).close()
    first = await _begun(settings(tmp_path / "a"), ManualClock(NOW))
    assert first is not None
    taken = settings(tmp_path / "b")
    with pytest.raises(PermanentError, match="cannot listen"):
        await _begun(
            taken.model_copy(update={"web": taken.web.model_copy(update={"port": first.web.port})}), ManualClock(NOW)
        )
    EmbeddedHistory.open(tmp_path / "b").close()
    await _end(first)
