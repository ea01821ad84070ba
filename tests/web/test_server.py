"""The pages answer in a crowd, and the crowd takes no descriptors from the rest of the process."""

import asyncio
import errno
import logging
import os
import resource
import socket
import urllib.request
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.standins.ipv6 import needs_ipv6
from tests.web.raw import request
from watcher.errors import PermanentError
from watcher.web import connections
from watcher.web.server import WebServer

pytestmark = pytest.mark.anyio

FEW = 16


@asynccontextmanager
async def serving(
    *,
    request_seconds: float = 60.0,
    answering: asyncio.Event | None = None,
    begun: list[None] | None = None,
    host: str = "127.0.0.1",
) -> AsyncIterator[int]:
    """A small server on a port; `/slow` answers when it is told to, and is noted as it begins."""

    async def healthz(_: Request) -> Response:
        return Response(b"well")

    async def slow(_: Request) -> Response:
        if begun is not None:
            begun.append(None)
        if answering is not None:
            await answering.wait()
        return Response(b"at last")

    app = Starlette(routes=[Route("/healthz", healthz), Route("/slow", slow)])
    server = WebServer(app, host, 0, most=FEW, request_seconds=request_seconds)
    port = await server.start()
    try:
        yield port
    finally:
        await server.stop()


def get(port: int, path: str = "/healthz", host: str = "127.0.0.1") -> bytes:
    with urllib.request.urlopen(f"http://{host}:{port}{path}", timeout=20) as answer:  # our own
        content: bytes = answer.read()
    return content


def received(visitor: socket.socket) -> bytes:
    """All that comes until the server closes."""
    with visitor, visitor.makefile("rb") as answer:
        return answer.read()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def crowd(port: int, count: int, begin: bytes = b"") -> ExitStack:
    """Visitors who connect and ask for nothing."""
    visitors = ExitStack()
    for _ in range(count):
        visitor = visitors.enter_context(socket.create_connection(("127.0.0.1", port)))
        visitor.sendall(begin)
    return visitors


async def test_the_pages_answer_in_a_crowd_of_idle_connections_which_get_one_line_in_the_log() -> None:
    with structlog.testing.capture_logs() as lines:
        async with serving() as port:
            before = descriptors()
            with await asyncio.to_thread(crowd, port, 300, b"GET /healthz HTTP/1.1\r\n"):
                answers = [await asyncio.to_thread(get, port) for _ in range(3)]
                assert descriptors() <= before + 300 + FEW  # the visitors' own ends are in this process too
    assert answers == [b"well"] * 3
    assert [line["log_level"] for line in lines] == ["warning"]


@pytest.mark.parametrize(
    "begin", [b"", b"GET /healthz HTTP/1.1\r\nX-A", b"POST /healthz HTTP/1.1\r\nContent-Length: 9\r\n\r\n"]
)
async def test_a_connection_without_a_whole_request_is_closed_when_its_time_is_over(begin: bytes) -> None:
    async with serving(request_seconds=0.05) as port:
        before = descriptors()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begin)
        async with asyncio.timeout(120):
            with suppress(ConnectionError):
                await reader.read()
        writer.close()
        await asyncio.sleep(0)
        assert descriptors() <= before


async def test_a_request_that_is_dripped_is_closed_like_an_idle_one() -> None:
    async with serving(request_seconds=0.05) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\n")
        async with asyncio.timeout(120):
            while not reader.at_eof() and reader.exception() is None:
                writer.write(b"a: b\r\n")
                await asyncio.sleep(0.01)
        writer.close()


async def test_who_is_being_answered_is_never_sent_away() -> None:
    answering, begun = asyncio.Event(), list[None]()
    async with serving(request_seconds=0.05, answering=answering, begun=begun) as port:
        # All of each request lies there before the loop can take its connection: none is late.
        visitors = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(3)]
        for visitor in visitors:
            visitor.sendall(request("/slow"))
        async with asyncio.timeout(120):
            while len(begun) < 3:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        with await asyncio.to_thread(crowd, port, 2 * FEW):
            answering.set()
            answers = await asyncio.gather(*(asyncio.to_thread(received, visitor) for visitor in visitors))
    assert [answer.endswith(b"\r\n\r\nat last") for answer in answers] == [True] * 3


async def test_headers_have_a_longest_size() -> None:
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 100_000)
        assert (await reader.readline()).split()[1] == b"400"
        writer.close()


async def test_a_connection_that_cannot_be_taken_is_one_line_in_the_log_and_the_next_one_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "RETRY_SECONDS", 0.0)
    loop = asyncio.get_running_loop()
    accept, tries = loop.sock_accept, iter(range(100))

    async def no_descriptors(listening: socket.socket) -> object:
        if next(tries, None) is not None:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return await accept(listening)

    monkeypatch.setattr(loop, "sock_accept", no_descriptors)
    with structlog.testing.capture_logs() as lines:
        async with serving() as port:
            assert await asyncio.to_thread(get, port) == b"well"
    assert [line["error"] for line in lines] == ["[Errno 24] Too many open files"]


async def test_what_is_no_request_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        async with serving() as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x16\x03\x01 no request\r\n\r\n")
            assert (await reader.readline()).split()[1] == b"400"
            writer.close()
    assert not caplog.records


def test_few_descriptors_leave_most_of_them_to_the_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, 64))
    assert connections.most_connections() == FEW


@needs_ipv6
@pytest.mark.parametrize(
    ("host", "asked"), [("::1", "[::1]"), ("[::1]", "[::1]"), ("::", "[::1]"), ("::", "127.0.0.1"), ("::", "localhost")]
)
async def test_the_pages_answer_on_ipv6_and_on_every_address(host: str, asked: str) -> None:
    async with serving(host=host) as port:
        assert await asyncio.to_thread(get, port, host=asked) == b"well"


@needs_ipv6
async def test_an_ipv6_address_that_is_taken_is_named_in_brackets() -> None:
    async with serving(host="::1") as port:
        with pytest.raises(PermanentError, match=rf"cannot listen on \[::1\]:{port} "):
            await WebServer(Starlette(), "::1", port).start()
