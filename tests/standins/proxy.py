"""A small HTTP proxy on loopback: CONNECT and the absolute form; it notes each request, and leads to one server."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """What was asked of it."""

    leads_to: int
    """The port of loopback to which it passes everything on, whatever name was asked for."""
    answers: bytes = b""
    """What it says to everything in place of passing it on, if anything."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """The first line of each request."""
    heads: list[str] = field(default_factory=list)
    """The whole head of each request."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def proxying(leads_to: int, answers: bytes = b"") -> Iterator[Proxy]:
    """A proxy until the context ends."""
    proxy = Proxy(leads_to, answers)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        proxy.port = listening.getsockname()[1]
        lines: list[threading.Thread] = []
        taking = threading.Thread(target=_take, args=(proxy, listening, lines), daemon=True)
        taking.start()
        try:
            yield proxy
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for thread in (taking, *lines):
                thread.join(60)


def _take(proxy: Proxy, listening: socket.socket, lines: list[threading.Thread]) -> None:
    with suppress(OSError):
        while True:
            line, _ = listening.accept()
            lines.append(threading.Thread(target=_serve, args=(proxy, line), daemon=True))
            lines[-1].start()


def _serve(proxy: Proxy, line: socket.socket) -> None:
    with line, suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head and (piece := line.recv(65_536)):
            head += piece
        if not head:
            return
        text = head.decode("latin-1").partition("\r\n\r\n")[0]
        proxy.heads.append(text)
        proxy.asked.append(text.partition("\r\n")[0])
        if proxy.answers:
            line.sendall(proxy.answers)
            return
        with socket.create_connection(("127.0.0.1", proxy.leads_to)) as onwards:
            if head.startswith(b"CONNECT "):
                line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                onwards.sendall(head)
            back = threading.Thread(target=_pass_on, args=(onwards, line), daemon=True)
            back.start()
            _pass_on(line, onwards)
            back.join(60)


def _pass_on(come: socket.socket, go: socket.socket) -> None:
    with suppress(OSError):
        while piece := come.recv(65_536):
            go.sendall(piece)
    for end in (come, go):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
