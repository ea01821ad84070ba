"""The pages as one application: which address shows what, and what is said where one can't be shown."""

from asyncio import CancelledError
from collections.abc import Callable, Iterator
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

import anyio
import orjson
import structlog
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from watcher.answers.chosen import NothingSoCalledError
from watcher.web import assets
from watcher.web.acting import by_link, signed_in
from watcher.web.edition import etag, is_known
from watcher.web.errors import BROKEN, page_of_error
from watcher.web.guard import LONGEST_ADDRESS, Guard, host_alone
from watcher.web.health import Health
from watcher.web.metrics import Figures, Metrics
from watcher.web.pages import change, changes, feeds, front, home, homes, named, names, numbers, status, watches
from watcher.web.site import Site
from watcher.web.visit import Form, Visit

log = structlog.get_logger(__name__)

View = Callable[[Visit], Response]
"""A page: made in a thread, so that it never holds the loop."""

_AT_ONCE = 2
"""Pages that are made at the same time; others wait their turn, lest they take the pipeline's."""

MOST_WAITING = 16
"""So many requests wait for their turn; more are sent away at once, so that a monitor finds a place as ever."""

_LIST = (Form.CSV, Form.JSON)


def application(
    health: Callable[[], Health],
    metrics: Metrics,
    figures: Callable[[], Figures] = Figures,
    site: Site | None = None,
) -> Starlette:
    """The pages; `health` and `figures` are asked anew for each request. Without a `site` those of machines alone."""

    async def healthz(_: Request) -> Response:
        state = health()
        body = orjson.dumps(state.as_json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        return Response(body, status_code=200 if state.alive else 503, media_type="application/json")

    async def metrics_page(_: Request) -> Response:
        return Response(metrics.page(health(), figures()), media_type="text/plain; version=0.0.4; charset=utf-8")

    routes = [Route("/healthz", healthz), Route("/metrics", metrics_page), Route(assets.PATH, assets.asset)]
    if site is not None:
        routes += _routes(site)
    guard = Middleware(Guard, hosts=lambda _: _hosts(site) if site else (), refused=_refused, failed=_failed)
    return Starlette(
        routes=routes,
        middleware=[guard],
        exception_handlers={HTTPException: _not_shown, NothingSoCalledError: _nothing_so_called},
    )


def _hosts(site: Site) -> set[str]:
    web = site.settings().web
    return {host_alone(urlsplit(web.base_url).netloc), web.host} - {""}


def _routes(site: Site) -> Iterator[Route]:
    pages = _Pages(site)
    yield from pages.routes("/", front.front, is_live=True)
    yield from site.access.routes()
    yield from signed_in.routes(site)
    yield from by_link.routes(site)
    yield from pages.routes("/homes", homes.homes, *_LIST)
    yield from pages.routes("/homes/{key:path}", home.home)
    yield from pages.routes("/changes", changes.changes, *_LIST)
    yield from pages.routes("/changes.atom", feeds.log_feed)
    yield from pages.routes("/changes/{id}", change.change)
    yield from pages.routes("/owners", names.owners, *_LIST)
    yield from pages.routes("/owners/{name:path}", named.owner)
    yield from pages.routes("/areas", names.areas, *_LIST)
    yield from pages.routes("/areas/{name:path}", named.area)
    yield from pages.routes("/watches/{name:path}.atom", feeds.watch_feed)
    yield from pages.routes("/watches/{name:path}", watches.watch)
    yield from pages.routes("/calendar.ics", feeds.calendar_of_homes)
    yield from pages.routes("/numbers", numbers.numbers, *_LIST)
    yield from pages.routes("/status", status.status, Form.JSON, is_live=True)


class _Pages:
    """Makes the routes of one site's pages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._turns = anyio.CapacityLimiter(_AT_ONCE)

    def routes(self, path: str, view: View, *forms: Form, is_live: bool = False) -> Iterator[Route]:
        """A page at its address; an address without a name in it has one of its own for each further form.

        One that is live tells of more than is stored, and so has no edition.
        """
        endpoint = partial(self._live_answer if is_live else self._answer, view)
        yield Route(path, endpoint, methods=["GET"])
        if path != "/" and "{" not in path and "." not in path:
            for form in (Form.PAGE, *forms):
                yield Route(f"{path}.{form}", endpoint, methods=["GET"])

    async def _answer(self, view: View, request: Request) -> Response:
        visit = Visit(request, self._site)
        edition = self._site.editions.present(visit.history, visit.settings, visit.now)
        tag = etag(edition, request.url.path, request.url.query, visit.actor.csrf if visit.actor else "")
        headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}
        if is_known(tag, request.headers.get("if-none-match")):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        answer = await self._made(view, visit)
        if answer.status_code == HTTPStatus.OK:
            answer.headers.update(headers)
        return answer

    async def _live_answer(self, view: View, request: Request) -> Response:
        """A page that changes without a commit: only one that says the same is the same."""
        visit = Visit(request, self._site)
        answer = await self._made(view, visit)
        if answer.status_code != HTTPStatus.OK:
            return answer
        headers = {"ETag": etag(bytes(answer.body).hex()), "Cache-Control": "private, no-cache", "Vary": "Cookie"}
        if is_known(headers["ETag"], request.headers.get("if-none-match")):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        answer.headers.update(headers)
        return answer

    async def _made(self, view: View, visit: Visit) -> Response:
        if self._turns.statistics().tasks_waiting >= MOST_WAITING:
            return _later("More people look at these pages than it can serve at once. Try again in a moment.")
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


async def _not_shown(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    answer = page_of_error(error.status_code, said)
    answer.headers.update(error.headers or {})
    return answer


async def _nothing_so_called(_: Request, error: Exception) -> Response:
    said = str(error)
    return page_of_error(HTTPStatus.BAD_REQUEST, f"{said[:1].upper()}{said[1:]}", "Nothing is called so")


async def _failed(scope: Scope, receive: Receive, send: Send) -> None:
    """For what went wrong unforeseen."""
    await page_of_error(HTTPStatus.INTERNAL_SERVER_ERROR)(scope, receive, send)


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    """For a host that is not ours, or an address that nobody writes."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
        answer = page_of_error(HTTPStatus.REQUEST_URI_TOO_LONG, "It has more filters than anything here understands.")
    else:
        text = "Whoever runs this watcher can name its address as base_url under [web]."
        answer = page_of_error(HTTPStatus.BAD_REQUEST, text, "This watcher does not go by that name")
    await answer(scope, receive, send)
