"""Requests as no decent client makes them: bytes in, bytes out."""

import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST_WAIT = 20.0


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, as it came."""

    status: int
    """0 where the connection was closed without one."""
    headers: dict[str, str]
    body: bytes


def request(path: str, *headers: str, method: str = "GET", host: str = "127.0.0.1", body: bytes = b"") -> bytes:
    """A request's bytes; nothing is checked or encoded."""
    length = [f"Content-Length: {len(body)}"] if body else []
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *length, *headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def ask(url: str, content: bytes) -> Answered:
    """Sends bytes to a server and takes all that it sends back, until it closes."""
    there = urlsplit(url)
    received = b""
    with socket.create_connection((there.hostname or "", there.port or 80), timeout=LONGEST_WAIT) as connection:
        try:
            connection.sendall(content)
            while piece := connection.recv(65_536):
                received += piece
        except (ConnectionResetError, BrokenPipeError):
            pass  # it has had enough before all was sent; what it said is there
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answered(int(first.split(" ")[1]) if first else 0, headers, body)
