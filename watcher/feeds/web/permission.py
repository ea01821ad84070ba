"""Each site's robots.txt, read once a day and asked before every request."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.feeds.web.failures import FetchFailed, Refused, Unreachable
from watcher.feeds.web.page import Page
from watcher.feeds.web.robots import Robots

SIZE_LIMIT = 500_000
"""Bytes of a robots.txt that are read; what comes after is ignored (RFC 9309, 2.5)."""

HOLDS_FOR = timedelta(days=1)
RETRIED_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Known:
    robots: Robots
    read: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        """A clock that was set back makes nothing hold longer."""
        return self.read <= now < self.until


class Permissions:
    """What each site allows the crawler of that product token; `fetch` gets a robots.txt, cut at `SIZE_LIMIT`."""

    def __init__(self, product: str, fetch: Callable[[str], Awaitable[Page]], now: Callable[[], datetime]) -> None:
        self._product = product
        self._fetch = fetch
        self._now = now
        self._known: dict[str, _Known] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, origin: str) -> Robots:
        """What the site allows; raises Unreachable or Refused while it cannot say and never has."""
        async with self._locks[origin]:
            now = self._now()
            known = self._known.get(origin)
            if known is not None and known.holds(now):
                return known.robots
            try:
                fresh = _Known(await self._read(f"{origin}/robots.txt"), now, now + HOLDS_FOR)
            except (Unreachable, Refused):
                if known is None:
                    raise
                fresh = _Known(known.robots, now, now + RETRIED_AFTER)
            self._known[origin] = fresh
            return fresh.robots

    async def _read(self, url: str) -> Robots:
        try:
            page = await self._fetch(url)
        except FetchFailed as failure:
            if _means_there_is_none(failure):
                return Robots()
            if isinstance(failure, Unreachable | Refused):
                raise
            raise Unreachable(
                failure.url, "cannot be read; nothing else of the site is asked before it can"
            ) from failure
        text = page.text if len(page.body) < SIZE_LIMIT else page.text.rpartition("\n")[0]
        return Robots.parse(text, self._product)


def _means_there_is_none(failure: FetchFailed) -> bool:
    """RFC 9309, 2.3.1.2 and 2.3.1.3: a 4xx or a redirect to nowhere allows everything; 429 is a server in trouble."""
    return failure.status is not None and 300 <= failure.status < 500 and failure.status not in (408, 429)
