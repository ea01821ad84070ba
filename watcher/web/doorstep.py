"""The first address of a service: its health from the beginning, every page as soon as there are pages."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from watcher.web.guard import HEADERS
from watcher.web.health import Health, readiness_page

NOT_YET = "the pages are being loaded"


class Doorstep:
    """Answers for the health of a service that begins; whoever asks for anything else waits until there are pages."""

    def __init__(self, health: Callable[[], Health]) -> None:
        self._health = health
        self._pages: ASGIApp | None = None
        self._is_open = asyncio.Event()

    def open(self, pages: ASGIApp) -> None:
        """From now on these answer, those who wait too."""
        self._pages = pages
        self._is_open.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if self._pages is None and scope["type"] == "http" and scope["path"] in ("/healthz", "/readyz"):
            said = self._health().page() if scope["path"] == "/healthz" else readiness_page(NOT_YET)
            await _say(said, scope, send)
            return
        await self._is_open.wait()
        assert self._pages is not None  # noqa: S101  # it is open
        await self._pages(scope, receive, send)


async def _say(said: tuple[int, bytes], scope: Scope, send: Send) -> None:
    status, body = said
    given = {**HEADERS, "Content-Length": str(len(body)), "Content-Type": "application/json"}
    headers = [(name.lower().encode(), value.encode()) for name, value in given.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
