"""Requests as a server hands them on."""

from collections.abc import Sequence

from starlette.requests import HTTPConnection


def request(
    *headers: tuple[str, str], peer: str | None = "192.0.2.7", scheme: str = "http", host: str = "watcher.example.org"
) -> HTTPConnection:
    """One from an address, with these headers in this order."""
    sent: Sequence[tuple[str, str]] = (("host", host), *headers)
    raw = [(name.lower().encode("latin-1"), value.encode("utf-8")) for name, value in sent]
    client = (peer, 40_000) if peer is not None else None
    scope = {"type": "http", "scheme": scheme, "path": "/", "query_string": b"", "headers": raw, "client": client}
    return HTTPConnection({**scope, "server": ("127.0.0.1", 8080)})
