"""Makes pages: in threads, few at a time, and each once for all who ask for the same one meanwhile or soon after."""

import asyncio
from asyncio import CancelledError, Task
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

import anyio
import structlog
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.answers.asked.chosen import NothingSoCalledError
from watcher.history.failures import HistoryAwayError
from watcher.web.errors import BROKEN, page_of_error
from watcher.web.visit import GrowingFile, Visit

log = structlog.get_logger(__name__)

View = Callable[[Visit], Response]
"""A page: made in a thread, so that it never holds the loop."""

AT_ONCE = 2
"""Pages that are made at the same time; others wait their turn, lest they take the pipeline's."""

PIECES_AT_ONCE = 1
"""Pieces of files that are made at the same time, however many people take files."""

MOST_WAITING = 32
"""So many requests wait for a page; more are sent away at once, so that a monitor finds a place as ever."""

CROWDED = 8
"""Requests that wait; from then on a page that was made lately is as good as one made anew."""

LATELY = 60.0
"""Seconds."""

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
    name: str
    """Of its edition: what browsers know it by."""

    def answer(self) -> Response:
        """One sending of it."""
        answer = Response(self.body, status_code=self.status, headers=dict(self.headers))
        if self.status == HTTPStatus.OK:
            answer.headers["ETag"] = self.name
        return answer


class Maker:
    """The pages of one site that are being made, and those that were made lately."""

    def __init__(self) -> None:
        self._turns = anyio.CapacityLimiter(AT_ONCE)
        self._turns_of_pieces = anyio.CapacityLimiter(PIECES_AT_ONCE)
        self._under_way: dict[str, Task[Response | MadePage]] = {}
        self._kept: OrderedDict[tuple[str, ...], MadePage] = OrderedDict()
        """By what was asked for."""
        self._waiting = 0

    async def made(self, view: View, visit: Visit, name: str = "", good_for: float | None = None) -> Response:
        """The page for a visit; under a `name` it is the same for all who ask for that, for ever or so many seconds.

        In a crowd the page of an edition that has just gone is answered too; its own name stands in `ETag`.
        """
        if name and (kept := self._good(visit, name, good_for)) is not None:
            return kept.answer()
        if name and self._waiting >= CROWDED and (former := self._former(visit)) is not None:
            self._begun(view, visit, name)
            return former.answer()
        if self._waiting >= AT_ONCE + MOST_WAITING:
            return _later("More people look at these pages than it can serve at once. Try again in a moment.")
        self._waiting += 1
        try:
            return await (self._with_others(view, visit, name) if name else self._in_its_turn(view, visit))
        finally:
            self._waiting -= 1

    def _good(self, visit: Visit, name: str, good_for: float | None) -> MadePage | None:
        """The page that was made for this address, if it is of the edition that is asked for."""
        kept = self._kept.get(visit.address_asked)
        if kept is None:
            return None
        age = asyncio.get_running_loop().time() - kept.at
        if kept.name != name or (good_for is not None and age >= good_for):
            return None
        self._kept.move_to_end(visit.address_asked)
        return kept

    def _former(self, visit: Visit) -> MadePage | None:
        """The page that was made last for this address, if that was lately."""
        kept = self._kept.get(visit.address_asked)
        return kept if kept is not None and asyncio.get_running_loop().time() - kept.at < LATELY else None

    def _begun(self, view: View, visit: Visit, name: str) -> Task[Response | MadePage]:
        """The making of a page, which is begun if it is not under way."""
        if (task := self._under_way.get(name)) is None:
            task = self._under_way[name] = asyncio.create_task(self._keep(view, visit, name))
            task.add_done_callback(lambda done: self._ended(name, done))
        return task

    def _ended(self, name: str, done: Task[Response | MadePage]) -> None:
        del self._under_way[name]
        if not done.cancelled():
            done.exception()  # whoever waits is told; where nobody does, nobody is to be

    async def _with_others(self, view: View, visit: Visit, name: str) -> Response:
        try:
            made = await asyncio.shield(self._begun(view, visit, name))
        except CancelledError:  # one that is cut off unanswered would be told in the log as a fault
            return _later("This watcher is being stopped.")
        return made.answer() if isinstance(made, MadePage) else made

    async def _keep(self, view: View, visit: Visit, name: str) -> Response | MadePage:
        answer = await self._in_its_turn(view, visit)
        if isinstance(answer, GrowingFile):  # whoever asks for it takes it himself
            return answer
        now = asyncio.get_running_loop().time()
        made = MadePage(answer.status_code, bytes(answer.body), tuple(answer.headers.items()), now, name)
        if made.status == HTTPStatus.OK and len(made.body) <= LARGEST_KEPT:
            self._kept[visit.address_asked] = made
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    async def _in_its_turn(self, view: View, visit: Visit) -> Response:
        try:
            answer = await run_sync(view, visit, limiter=self._turns)
        except CancelledError:  # one that is cut off unanswered would be told in the log as a fault
            return _later("This watcher is being stopped.")
        except (HTTPException, NothingSoCalledError, HistoryAwayError):
            raise
        except Exception:  # the boundary of a page: the service goes on, and says nothing of its inside
            log.exception("page failed", path=visit.request.url.path[:200])
            return page_of_error(HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN)
        if isinstance(answer, GrowingFile):
            is_wanted = visit.request.method != "HEAD"
            answer.body_iterator = self._piece_by_piece(answer.pieces if is_wanted else iter(()))
        return answer

    async def _piece_by_piece(self, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
        """A file's pieces, each made in its turn; whoever takes them slowly keeps no turn."""
        while piece := await run_sync(next, pieces, b"", limiter=self._turns_of_pieces):
            yield piece


def _later(text: str) -> Response:
    answer = page_of_error(HTTPStatus.SERVICE_UNAVAILABLE, text, "Not just now")
    answer.headers["Retry-After"] = "10"
    return answer
