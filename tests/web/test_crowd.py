"""More visitors than can be served: who waits too long a line is sent away at once, and the rest is served as ever."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response

from tests.builders import home
from tests.web import serving, stage
from tests.web.raw import Answered, ask, request
from tests.web.serving import site
from watcher.facts.statements import HomeRecord
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import Transaction
from watcher.web.application import _Pages
from watcher.web.making import AT_ONCE, CROWDED, MOST_WAITING, PIECES_AT_ONCE, Maker
from watcher.web.server import WebServer
from watcher.web.visit import Form, GrowingFile, Visit

pytestmark = pytest.mark.anyio

VISITORS = ThreadPoolExecutor(max_workers=40)


@pytest.fixture
def gate() -> threading.Event:
    """What every slow page waits for."""
    return threading.Event()


def app(folder: Path, history: EmbeddedHistory, gate: threading.Event, begun: list[Visit]) -> tuple[Starlette, Maker]:
    """Pages of which one is slow, and what makes them."""

    def slow(visit: Visit) -> Response:
        begun.append(visit)
        gate.wait(20)
        return PlainTextResponse("at last")

    of = site(stage.settings(folder), history)
    made, pages = serving.app(of), _Pages(of)
    made.router.routes.extend(pages.routes("/slow", slow))
    return made, pages._maker


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.01)


async def asked(url: str, path: str) -> Answered:
    return await asyncio.get_running_loop().run_in_executor(VISITORS, ask, url, request(path))


async def test_a_long_line_is_not_joined_and_the_health_page_answers_all_the_while(
    tmp_path: Path, gate: threading.Event
) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    begun: list[Visit] = []
    made, _ = app(tmp_path, history, gate, begun)
    server = WebServer(made, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await server.start()}"
    pending = [asyncio.create_task(asked(url, f"/slow?{each}")) for each in range(AT_ONCE + MOST_WAITING + 3)]
    await until(lambda: sum(each.done() for each in pending) >= 3)
    sent_away = [each.result() for each in pending if each.done()]
    assert (await asked(url, "/healthz")).status == 200
    gate.set()
    answers = await asyncio.gather(*pending)
    await server.stop()
    history.close()
    assert [(answer.status, answer.headers["retry-after"]) for answer in sent_away] == [(503, "10")] * 3
    assert b"Try again in a moment" in sent_away[0].body
    assert sorted(answer.status for answer in answers) == [200] * (AT_ONCE + MOST_WAITING) + [503] * 3
    assert len(begun) == AT_ONCE + MOST_WAITING


async def test_a_page_that_many_ask_for_is_made_once_until_something_is_stored(
    tmp_path: Path, gate: threading.Event
) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    begun: list[Visit] = []
    made, _ = app(tmp_path, history, gate, begun)
    server = WebServer(made, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await server.start()}"
    pending = [asyncio.create_task(asked(url, "/slow")) for _ in range(20)]
    await until(lambda: len(begun) > 0)
    gate.set()
    answers = await asyncio.gather(*pending, asked(url, "/slow"))
    assert {(answer.status, answer.body) for answer in answers} == {(200, b"at last")}
    assert len(begun) == 1
    history.commit(Transaction(homes=[HomeRecord.of(home())]))
    assert (await asked(url, "/slow")).headers["etag"] != answers[0].headers["etag"]
    assert len(begun) == 2
    await server.stop()
    history.close()


async def test_in_a_crowd_the_page_before_is_answered_and_the_next_made_meanwhile(
    tmp_path: Path, gate: threading.Event
) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    begun: list[Visit] = []
    made, maker = app(tmp_path, history, gate, begun)
    server = WebServer(made, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await server.start()}"
    gate.set()
    before = await asked(url, "/slow")
    gate.clear()
    history.commit(Transaction(homes=[HomeRecord.of(home())]))
    crowd = [asyncio.create_task(asked(url, f"/slow?{each}")) for each in range(CROWDED)]
    await until(lambda: maker._waiting == CROWDED)
    again = await asked(url, "/slow")
    gate.set()
    await asyncio.gather(*crowd)
    async with asyncio.timeout(120):
        while (after := await asked(url, "/slow")).headers["etag"] == before.headers["etag"]:
            await asyncio.sleep(0.01)
    await server.stop()
    history.close()
    assert (again.status, again.headers["etag"], again.body) == (200, before.headers["etag"], before.body)
    assert len([visit for visit in begun if not visit.request.url.query]) == 2
    assert after.status == 200


async def test_who_waits_while_it_is_stopped_is_told_so_and_nothing_of_it_is_a_fault(
    tmp_path: Path, gate: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    begun: list[Visit] = []
    made, maker = app(tmp_path, history, gate, begun)
    server = WebServer(made, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await server.start()}"
    pending = [asyncio.create_task(asked(url, f"/slow?{each}")) for each in range(AT_ONCE + 1)]
    await until(lambda: maker._waiting == AT_ONCE + 1)
    with caplog.at_level(logging.ERROR):
        stopping = asyncio.create_task(server.stop())
        await until(lambda: any(each.done() for each in pending))
        gate.set()
        await stopping
    answers = await asyncio.gather(*pending)
    history.close()
    assert 503 in [answer.status for answer in answers]
    assert "Exception in ASGI application" not in caplog.text


async def test_a_page_is_shared_with_nobody_whose_address_only_looks_like_its_own(
    tmp_path: Path, gate: threading.Event
) -> None:
    def named(visit: Visit) -> Response:
        gate.wait(20)
        return PlainTextResponse(f"{visit.path} asked {visit.query}")

    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    of = site(stage.settings(tmp_path), history)
    made = serving.app(of)
    made.router.routes.extend(_Pages(of).routes("/named/{name:path}", named))
    server = WebServer(made, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await server.start()}"
    said = {
        "/named/a?b": "/named/a asked b",
        "/named/a%3Fb": "/named/a?b asked ",
        "/named/a%23b": "/named/a#b asked ",
        "/named/a?b#c": "/named/a asked b#c",
        "/named/a": "/named/a asked ",
    }
    pending = [asyncio.create_task(asked(url, path)) for path in said]
    await asyncio.sleep(0.2)
    gate.set()
    first = await asyncio.gather(*pending)
    again = [await asked(url, path) for path in said]
    await server.stop()
    history.close()
    assert [answer.body.decode() for answer in first] == list(said.values())
    assert [answer.body.decode() for answer in again] == list(said.values())
    assert len({answer.headers["etag"] for answer in first}) == len(said)


async def test_of_files_few_pieces_are_made_at_once_and_none_for_who_asks_for_the_head(
    tmp_path: Path, gate: threading.Event
) -> None:
    begun: list[Visit] = []

    def pieces(visit: Visit) -> Iterator[bytes]:
        for piece in (b"one,", b"two"):
            begun.append(visit)
            gate.wait(20)
            yield piece

    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    of = site(stage.settings(tmp_path), history)
    made = serving.app(of)
    made.router.routes.extend(
        _Pages(of).routes("/file", lambda visit: GrowingFile(pieces(visit), "text/csv"), Form.CSV)
    )
    server = WebServer(made, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{await server.start()}"
    head = await asyncio.get_running_loop().run_in_executor(VISITORS, ask, url, request("/file.csv", method="HEAD"))
    begun_for_the_head = len(begun)
    pending = [asyncio.create_task(asked(url, "/file.csv")) for _ in range(10)]
    await until(lambda: len(begun) >= PIECES_AT_ONCE)
    await asyncio.sleep(0.2)  # one more would have begun by then
    at_once = len(begun)
    gate.set()
    answers = await asyncio.gather(*pending)
    await server.stop()
    history.close()
    assert (head.status, head.body, begun_for_the_head) == (200, b"", 0)
    assert at_once == PIECES_AT_ONCE
    assert {answer.status for answer in answers} == {200}
    assert all(b"one," in answer.body and b"two" in answer.body for answer in answers)
