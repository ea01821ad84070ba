"""What is made once for many is shared with strangers alone, each at his host; a fault says nothing of its inside."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import pytest
from starlette.responses import PlainTextResponse, Response
from structlog.testing import capture_logs

from tests.builders import home
from tests.web import serving, stage
from tests.web.raw import Answered, ask, request
from watcher.config.web import Web
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.web.application import _Pages
from watcher.web.making import CROWDED, Maker, View
from watcher.web.server import WebServer
from watcher.web.visit import Visit

pytestmark = pytest.mark.anyio

VISITORS = ThreadPoolExecutor(max_workers=40)
BY_PROXY = Web(trusted_proxies=("127.0.0.1",), user_header="X-User")

Asks = Callable[..., "asyncio.Future[Answered]"]


@asynccontextmanager
async def served(folder: Path, views: Mapping[str, View]) -> AsyncIterator[tuple[Asks, EmbeddedHistory, Maker]]:
    """These pages beside the others; how they are asked for, the history behind them and who makes them."""
    history = EmbeddedHistory.open(folder, with_bundle=False)
    of = serving.site(stage.settings(folder).model_copy(update={"web": BY_PROXY}), history)
    made = serving.app(of)
    pages = _Pages(of)
    for path, view in views.items():
        made.router.routes.extend(pages.routes(path, view, is_live=path.startswith("/live")))
    server = WebServer(made, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await server.start()}"

    def asked(path: str, *headers: str, host: str = "127.0.0.1") -> "asyncio.Future[Answered]":
        return asyncio.get_running_loop().run_in_executor(VISITORS, ask, url, request(path, *headers, host=host))

    try:
        yield asked, history, pages._maker
    finally:
        await server.stop()
        history.close()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not happened():
            await asyncio.sleep(0.01)


def whose(visit: Visit) -> Response:
    return PlainTextResponse(f"for {visit.actor.name if visit.actor else 'anybody'} at {visit.root}")


async def test_in_a_crowd_too_a_stranger_is_never_answered_what_the_signed_in_saw(tmp_path: Path) -> None:
    gate = Event()

    def slow(visit: Visit) -> Response:
        gate.wait(20)
        return PlainTextResponse("at last")

    async with served(tmp_path, {"/whose": whose, "/slow": slow}) as (asked, _, maker):
        mine = await asked("/whose", "X-User: ann")
        crowd = [asked(f"/slow?{each}") for each in range(CROWDED)]
        await until(lambda: maker._waiting == CROWDED)
        theirs = asked("/whose")
        await until(lambda: theirs.done() or maker._waiting > CROWDED)
        gate.set()
        answer = await theirs
        await asyncio.gather(*crowd)
    assert mine.body.startswith(b"for ann at ")
    assert answer.body.startswith(b"for anybody at ")


@pytest.mark.parametrize("path", ["/whose", "/live"])
async def test_a_page_is_shared_with_nobody_who_asks_another_host(tmp_path: Path, path: str) -> None:
    async with served(tmp_path, {path: whose}) as (asked, _, _):
        first, second = await asked(path), await asked(path, host="localhost")
    assert (first.body, second.body) == (b"for anybody at http://127.0.0.1", b"for anybody at http://localhost")
    assert first.headers["etag"] != second.headers["etag"]


async def test_monitors_know_this_machine_by_any_name_and_nobody_else_does(tmp_path: Path) -> None:
    async with served(tmp_path, {}) as (asked, _, _):
        for path in ("/healthz", "/metrics"):
            assert (await asked(path, host="10.0.0.7:8080")).status == 200
        for path in ("/", "/status", "/status.json", "/sign-in", "/act/x", "/assets/watcher.css", "/nowhere"):
            assert (await asked(path, host="evil.example")).status == 400


@pytest.mark.parametrize("path", ["/broken", "/live"])
async def test_a_page_that_fails_says_nothing_of_its_inside_and_is_made_anew_when_asked_again(
    tmp_path: Path, path: str
) -> None:
    made: list[int] = []

    def broken(visit: Visit) -> Response:
        made.append(1)
        if len(made) == 1:
            raise ValueError("secret inside")
        return PlainTextResponse("well")

    with capture_logs() as logged:
        async with served(tmp_path, {path: broken}) as (asked, _, _):
            failed, again = await asked(path), await asked(path)
    assert (failed.status, again.status, again.body) == (500, 200, b"well")
    assert b"secret" not in failed.body
    assert b"Traceback" not in failed.body
    assert failed.headers["content-security-policy"].startswith("default-src 'none'")
    assert failed.headers["cache-control"] == "no-store"
    assert [entry["path"] for entry in logged if entry["event"] == "page failed"] == [path]


async def test_what_was_stored_since_is_on_the_page_of_who_asks_next(tmp_path: Path) -> None:
    def count(visit: Visit) -> Response:
        return PlainTextResponse(str(len(list(visit.history.homes()))))

    async with served(tmp_path, {"/count": count}) as (asked, history, _):
        before = await asked("/count")
        history.commit(Transaction(homes=[HomeRecord.of(home())]))
        known = f"If-None-Match: {before.headers['etag']}"
        after = await asked("/count", known)
        assert (before.body, after.status, after.body) == (b"0", 200, b"1")
        assert (await asked("/count", f"If-None-Match: {after.headers['etag']}")).status == 304
