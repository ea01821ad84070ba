"""Makes pages: in threads, few at a time, and each once for all who ask for the same one meanwhile or soon after."""

import asyncio
from asyncio import CancelledError, Task
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

import anyio
import structlog
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from watcher.answers.chosen import NothingSoCalledError
from watcher.web.errors import BROKEN, page_of_error
from watcher.web.visit import Visit

log = structlog.get_logger(__name__)

View = Callable[[Visit], Response]
"""A page: made in a thread, so that it never holds the loop."""

AT_ONCE = 2
"""Pages that are made at the same time; others wait their turn, lest they take the pipeline's."""

MOST_WAITING = 32
"""So many requests wait for a page; more are sent away at once, so that a monitor finds a place as ever."""

MOST_KEPT = 64
LARGEST_KEPT = 200_000
"""Bytes; a larger page is made for each who asks."""


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page as it is sent."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...]
    at: float

    def answer(self) -> Response:
        """One sending of it."""
        return Response(self.body, status_code=self.status, headers=dict(self.headers))


class Maker:
    """The pages of one site that are being made, and those that were made lately."""

    def __init__(self) -> None:
        self._turns = anyio.CapacityLimiter(AT_ONCE)
        self._under_way: dict[str, Task[Response | MadePage]] = {}
        self._kept: OrderedDict[str, MadePage] = OrderedDict()
        self._waiting = 0

    async def made(self, view: View, visit: Visit, name: str = "", good_for: float | None = None) -> Response:
        """The page for a visit; under a `name` it is the same for all who ask for that, for ever or so many seconds."""
        kept, now = self._kept.get(name), asyncio.get_running_loop().time()
        if kept is not None and (good_for is None or now - kept.at < good_for):
            self._kept.move_to_end(name)
            return kept.answer()
        if self._waiting >= AT_ONCE + MOST_WAITING:
            return _later("More people look at these pages than it can serve at once. Try again in a moment.")
        self._waiting += 1
        try:
            return await (self._with_others(view, visit, name) if name else self._in_its_turn(view, visit))
        finally:
            self._waiting -= 1

    async def _with_others(self, view: View, visit: Visit, name: str) -> Response:
        if (task := self._under_way.get(name)) is None:
            task = self._under_way[name] = asyncio.create_task(self._keep(view, visit, name))
            task.add_done_callback(lambda _: self._under_way.pop(name, None))
        try:
            made = await asyncio.shield(task)
        except CancelledError:  # one that is cut off unanswered would be told in the log as a fault
            return _later("This watcher is being stopped.")
        return made.answer() if isinstance(made, MadePage) else made

    async def _keep(self, view: View, visit: Visit, name: str) -> Response | MadePage:
        answer = await self._in_its_turn(view, visit)
        if isinstance(answer, StreamingResponse):  # whoever asks for it takes it himself
            return answer
        now = asyncio.get_running_loop().time()
        made = MadePage(answer.status_code, bytes(answer.body), tuple(answer.headers.items()), now)
        if made.status == HTTPStatus.OK and len(made.body) <= LARGEST_KEPT:
            self._kept[name] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    async def _in_its_turn(self, view: View, visit: Visit) -> Response:
        try:
            return await run_sync(view, visit, limiter=self._turns)
        except CancelledError:  # one that is cut off unanswered would be told in the log as a fault
            return _later("This watcher is being stopped.")
        except (HTTPException, NothingSoCalledError):
            raise
        except Exception:  # the boundary of a page: the service goes on, and says nothing of its inside
            log.exception("page failed", path=visit.request.url.path[:200])
            return page_of_error(HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN)


def _later(text: str) -> Response:
    answer = page_of_error(HTTPStatus.SERVICE_UNAVAILABLE, text, "Not just now")
    answer.headers["Retry-After"] = "10"
    return answer
