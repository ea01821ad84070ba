"""A scriptable HTTP/1.1 server on loopback that speaks raw bytes, so that it can break every rule.

    async with HttpServer(lambda request: answer("<h1>Hello</h1>")) as server:
        await client.get(server.url + "/page")
    assert server.requests[-1].target == "/page"

A handler is called for each request and says what to send, piece by piece: bytes; a number, to wait so many seconds; or
an `End`, to leave the rules. A connection stays open for the next request unless the answer ends it.
"""

import asyncio
import gzip
import os
import socket
import ssl
import struct
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Self

TLS = Path(__file__).with_name("tls")
"""A key and a certificate for `localhost` and 127.0.0.1 that nobody trusts, valid until 2120; made for these tests."""


class End(Enum):
    """How an answer can end other than properly."""

    CLOSE = auto()
    """The connection is closed, which the client sees as the end of what was sent."""
    RESET = auto()
    """The connection is torn down with a TCP reset."""
    HANG = auto()
    """Nothing more comes, until the server stops."""
    GARBLE = auto()
    """Bytes that are no TLS, in the middle of a TLS connection; then closed."""


Answer = bytes | Iterable[bytes | float | End]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived."""

    method: str
    target: str
    """Path and query, still encoded."""
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """The first header of that name in any capitals."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Handler = Callable[[Request], Answer]


def answer(
    body: str | bytes = b"",
    status: int = 200,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    *,
    content_type: str | None = "text/html; charset=utf-8",
    length: int | None = None,
    zipped: bool = False,
) -> bytes:
    """A whole answer as bytes; `length` is a Content-Length other than the true one, `zipped` compresses the body."""
    content = body.encode() if isinstance(body, str) else body
    content = gzip.compress(content, mtime=0) if zipped else content
    lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'Other'}"]
    lines += [f"Content-Type: {content_type}"] if content_type is not None else []
    lines += ["Content-Encoding: gzip"] if zipped else []
    lines += [f"{name}: {value}" for name, value in (headers.items() if isinstance(headers, Mapping) else headers)]
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(content) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def by_path(answers: Mapping[str, Answer | Handler]) -> Handler:
    """A handler that answers each path as told; 404 for every other, robots.txt included."""

    def handle(request: Request) -> Answer:
        chosen = answers.get(request.target, answers.get(request.path))
        if chosen is None:
            return answer("nothing here", 404)
        return chosen(request) if callable(chosen) else chosen

    return handle


def in_turn(*answers: Answer) -> Handler:
    """A handler that gives one answer after the other, and the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


class HttpServer:
    """Serves a handler on a free port of loopback as long as its context lasts."""

    def __init__(self, handler: Handler, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.handler = handler
        """May be replaced at any time."""
        self.requests: list[Request] = []
        self._tls = tls
        self._host = host
        self._connections: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """The server's root without a slash, such as `http://127.0.0.1:40123`."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}" if self._tls is None else f"https://localhost:{self.port}"

    @property
    def targets(self) -> list[str]:
        """What was asked for, in order; robots.txt left out."""
        return [request.target for request in self.requests if request.path != "/robots.txt"]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, self._host, 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)  # a connection that was being closed is closed before the loop ends
        await asyncio.sleep(0)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        connection = asyncio.create_task(self._converse(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)
        connection.add_done_callback(lambda _: writer.close())  # one that is ended before its first step, too

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A client that goes away in the middle is what many tests are about.
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            try:
                while await self._serve_one(reader, writer):
                    pass
            finally:
                writer.close()
                await writer.wait_closed()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection is good for another request."""
        request = await _read_request(reader)
        self.requests.append(request)
        given = self.handler(request)
        for piece in [given] if isinstance(given, bytes) else given:
            match piece:
                case bytes():
                    writer.write(piece)
                    await writer.drain()
                case End.HANG:
                    await asyncio.Event().wait()
                case End.CLOSE:
                    return False
                case End.RESET:
                    _arm_reset(writer)
                    return False
                case End.GARBLE:
                    os.write(writer.get_extra_info("socket").fileno(), b"\x17\x03\x03\x00\x05no TLS")
                    return False
                case seconds:
                    await asyncio.sleep(float(seconds))
        return True


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
    method, target, _ = first.split(" ")
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    request = Request(method, target, headers)
    length = int(request.header("Content-Length") or 0)
    return Request(method, target, headers, await reader.readexactly(length)) if length else request


def _arm_reset(writer: asyncio.StreamWriter) -> None:
    """Closing now sends RST instead of FIN."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def tls_server() -> ssl.SSLContext:
    """A server's context with the certificate that nobody trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem", TLS / "localhost.key")
    return context


def tls_trusting() -> ssl.SSLContext:
    """A client's context that trusts that certificate, and no other."""
    return ssl.create_default_context(cafile=str(TLS / "localhost.pem"))
