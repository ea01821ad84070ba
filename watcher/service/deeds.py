"""What is pressed on the pages of a service that does not lead: asked of the one that does, and answered by it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from watcher.errors import WatcherError
from watcher.facts.stored import read, stored
from watcher.history.box import Box
from watcher.history.failures import NOT_NOW
from watcher.service import requests
from watcher.service.requests import Reply, Request
from watcher.web.acting.asked import AskedDeed, NotAnsweredError, failed, kind_of
from watcher.web.acting.deeds import Desk

ANSWERED_WITHIN = timedelta(seconds=5)
"""Whoever leads has usually answered by then; else the page says that it will be done."""

_LOOK_EVERY = timedelta(milliseconds=200)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The way to whoever leads."""

    box: Box
    within: timedelta = ANSWERED_WITHIN

    async def act(self, deed: AskedDeed) -> str:
        """What came of it there; raises WatcherError as if it was done here, NotAnsweredError where nobody has yet."""
        request = Request(requests.DEED, deed.subject, stored(deed))
        name = await asyncio.to_thread(requests.leave, self.box, request)
        for _ in range(round(self.within / _LOOK_EVERY)):
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
            if (said := await asyncio.to_thread(requests.fetch, self.box, name)) is not None:
                return _came_of(said)
        raise NotAnsweredError("nobody has said yet what came of it")


def _came_of(said: Reply) -> str:
    if not said.done:
        raise failed(*said.lines)
    return said.lines[0]


def doing(desk: Callable[[], Desk]) -> requests.Deed:
    """Does here what was pressed elsewhere; what cannot be found or stored now is asked again."""

    def done(request: Request) -> Reply:
        deed = read(AskedDeed, request.content)
        try:
            return Reply(done=True, lines=(deed.done(desk()),))
        except NOT_NOW:
            raise
        except WatcherError as error:
            return Reply(done=False, lines=(kind_of(error), str(error)))

    return done
