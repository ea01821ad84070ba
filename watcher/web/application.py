"""The pages as one application: which address shows what, and what is said where one can't be shown."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from watcher.answers.asked.chosen import NothingSoCalledError
from watcher.history.failures import HistoryAwayError
from watcher.text import capital
from watcher.web import assets
from watcher.web.acting import by_link, signed_in
from watcher.web.edition import etag, is_known
from watcher.web.errors import page_of_away, page_of_error
from watcher.web.guard import LONGEST_ADDRESS, Guard, host_alone
from watcher.web.health import Health, readiness_page, why_not_ready
from watcher.web.making import Maker, View
from watcher.web.metrics import Figures, Metrics
from watcher.web.pages import change, changes, feeds, front, home, homes, named, names, numbers, status, watches
from watcher.web.site import Site
from watcher.web.visit import Form, Visit

LIVE_FOR = 1.0
"""Seconds for which what is live is the same for all who ask."""

_LIST = (Form.CSV, Form.JSON)


def application(
    health: Callable[[], Health],
    metrics: Metrics,
    figures: Callable[[], Figures] = Figures,
    site: Site | None = None,
) -> Starlette:
    """The pages; `health` and `figures` are asked anew for each request. Without a `site` those of machines alone."""

    async def healthz(_: Request) -> Response:
        status, body = health().page()
        return Response(body, status_code=status, media_type="application/json")

    async def metrics_page(_: Request) -> Response:
        return Response(metrics.page(health(), figures()), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def readyz(_: Request) -> Response:
        why = await run_in_threadpool(why_not_ready, site.history if site is not None else None)
        status, body = readiness_page(why)
        return Response(body, status_code=status, media_type="application/json")

    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics_page),
        Route(assets.PATH, assets.asset),
    ]
    if site is not None:
        routes += _routes(site)
    guard = Middleware(Guard, hosts=lambda: _hosts(site) if site else (), refused=_refused, failed=_failed)
    return Starlette(
        routes=routes,
        middleware=[guard],
        exception_handlers={
            HTTPException: _not_shown,
            NothingSoCalledError: _nothing_so_called,
            HistoryAwayError: _away,
        },
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
    yield from pages.routes("/homes", homes.homes, *_LIST, is_of_facts=True)
    yield from pages.routes("/homes/{key:path}", home.home)
    yield from pages.routes("/changes", changes.changes, *_LIST, is_of_facts=True)
    yield from pages.routes("/changes.atom", feeds.log_feed, is_of_facts=True)
    yield from pages.routes("/changes/{id}", change.change)
    yield from pages.routes("/owners", names.owners, *_LIST, is_of_facts=True)
    yield from pages.routes("/owners/{name:path}", named.owner, is_of_facts=True)
    yield from pages.routes("/areas", names.areas, *_LIST, is_of_facts=True)
    yield from pages.routes("/areas/{name:path}", named.area, is_of_facts=True)
    yield from pages.routes("/watches/{name:path}.atom", feeds.watch_feed, is_of_facts=True)
    yield from pages.routes("/watches/{name:path}", watches.watch)
    yield from pages.routes("/calendar.ics", feeds.calendar_of_homes, is_of_facts=True)
    yield from pages.routes("/numbers", numbers.numbers, *_LIST, is_of_facts=True)
    yield from pages.routes("/status", status.status, Form.JSON, is_live=True)


class _Pages:
    """Makes the routes of one site's pages."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._maker = Maker()

    def routes(
        self, path: str, view: View, *forms: Form, is_live: bool = False, is_of_facts: bool = False
    ) -> Iterator[Route]:
        """A page at its address; an address without a name in it has one of its own for each further form.

        One that is live tells of more than is stored; one of facts of nothing that was sent or done.
        """
        endpoint = partial(self._live_answer, view) if is_live else partial(self._answer, view, is_of_facts=is_of_facts)
        yield Route(path, endpoint, methods=["GET"])
        if path != "/" and "{" not in path and "." not in path:
            for form in (Form.PAGE, *forms):
                yield Route(f"{path}.{form}", endpoint, methods=["GET"])

    async def _answer(self, view: View, request: Request, *, is_of_facts: bool) -> Response:
        visit, editions = Visit(request, self._site), self._site.editions
        edition_of = editions.of_facts if is_of_facts else editions.present
        edition = edition_of(visit.history, visit.settings, visit.now)
        tag = etag(edition, *visit.address_asked, _whose(visit))
        if (known := _not_modified(request, tag)) is not None:
            return known
        answer = await self._maker.made(view, visit, "" if visit.actor or _is_file(visit) else tag)
        return _tagged(request, answer, answer.headers.get("etag", tag))

    async def _live_answer(self, view: View, request: Request) -> Response:
        """A page that changes without a commit: only one that says the same is the same."""
        visit = Visit(request, self._site)
        name = etag("live", *visit.address_asked)
        answer = await self._maker.made(view, visit, "" if visit.actor else name, LIVE_FOR)
        return _tagged(request, answer, etag(bytes(answer.body).hex()))


def _tagged(request: Request, answer: Response, tag: str) -> Response:
    """The answer under a tag, or that whoever asks has it already; one that shows no page has none."""
    if answer.status_code != HTTPStatus.OK:
        return answer
    answer.headers.update(_kept_under(tag))
    return _not_modified(request, tag) or answer


def _not_modified(request: Request, tag: str) -> Response | None:
    """That whoever asks has the answer of this tag already; None where he has not."""
    is_there = is_known(tag, request.headers.get("if-none-match"))
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=_kept_under(tag)) if is_there else None


def _kept_under(tag: str) -> Mapping[str, str]:
    """By what a browser keeps an answer, and that it asks each time whether that still holds."""
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Cookie"}


def _whose(visit: Visit) -> str:
    return visit.actor.csrf if visit.actor else ""


def _is_file(visit: Visit) -> bool:
    """Whether it is sent while it grows."""
    return visit.form in (Form.CSV, Form.JSON)


async def _not_shown(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    said = error.detail if error.detail != HTTPStatus(error.status_code).phrase else ""
    answer = page_of_error(error.status_code, said)
    answer.headers.update(error.headers or {})
    return answer


async def _nothing_so_called(_: Request, error: Exception) -> Response:
    return page_of_error(HTTPStatus.BAD_REQUEST, capital(str(error)), "Nothing is called so")


async def _away(_: Request, __: Exception) -> Response:
    return page_of_away()


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
