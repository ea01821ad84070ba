"""Requests to one host take turns, with a pause between them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta


class Turns:
    """One request at a time to each host, with a pause from the end of one to the beginning of the next."""

    def __init__(self, sleep: Callable[[float], Awaitable[object]], monotonic: Callable[[], float]) -> None:
        self._sleep = sleep
        self._monotonic = monotonic
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._ended: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, spacing: timedelta) -> AsyncIterator[None]:
        """Waits for this caller's turn, at least `spacing` after the last; hosts never wait for each other."""
        async with self._locks[host]:
            pause = spacing.total_seconds()
            since = self._monotonic() - self._ended.get(host, float("-inf"))
            if since < pause:
                await self._sleep(pause - since)
            try:
                yield
            finally:
                self._ended[host] = self._monotonic()
