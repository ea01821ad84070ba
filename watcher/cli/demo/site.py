"""A local site that publishes given inspections day by day, in the markup of the inspectors' own."""

import hashlib
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from watcher.cli.demo.markup import category_of, form_page, provider_page, results_page
from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.regulators import OFSTED_LA
from watcher.timing.clock import Clock
from watcher.web.server import WebServer

TIME_ZONE = ZoneInfo("Europe/London")
APPEARS = time(9, 30)
"""The hour at which a report is on the site on the day it is published."""
UNKNOWN_DELAY = timedelta(days=28)
"""From visit to publication, where the date of publication is not known."""
FIRST_FILE = 50_000_001
Print = Callable[[Home, Inspection, Sequence[Inspection]], bytes]
"""Makes the report file of an inspection; the last are the full inspections that it tells of, the latest first."""


@dataclass(frozen=True, slots=True)
class Published:
    """One document on the site."""

    id: str
    home: Home
    inspection: Inspection
    day: date

    @property
    def appears(self) -> datetime:
        """The moment from which it is on the site."""
        return datetime.combine(self.day, APPEARS, TIME_ZONE)

    @property
    def words(self) -> str:
        """What the time line calls it."""
        kind = self.inspection.kind
        if self.home.regulator == OFSTED_LA.key:
            return f"Children's services {'inspection' if kind is Kind.FULL else f'{kind} visit'}"
        words = {Kind.MONITORING: "Monitoring visit", Kind.OTHER: "Inspection"}
        return words.get(kind, f"{str(kind).capitalize()} inspection")


class DemoSite:
    """The site at the moment its clock tells; `app` serves it."""

    def __init__(
        self, homes: Iterable[Home], inspections: Iterable[Inspection], clock: Clock, print_report: Print
    ) -> None:
        self.clock = clock
        self._print_report = print_report
        self.homes = {home.id: home for home in homes}
        self._documents: list[Published] = []
        self._by_home: dict[str, list[Published]] = {}
        self._by_id: dict[str, Published] = {}
        self._times: list[datetime] = []
        self._files = count(FIRST_FILE)
        self._page = lru_cache(maxsize=64)(self._draw)
        self._report = lru_cache(maxsize=512)(self._print)
        self.publish(*inspections)
        routes = [
            Route("/robots.txt", self.robots),
            Route("/search", self.search),
            Route("/provider/{category}/{urn}", self.provider),
            Route("/v1/file/{id}", self.file),
        ]
        self.app = Starlette(routes=routes)

    def publish(self, *inspections: Inspection) -> None:
        """Adds documents; each appears on its day of publication, or at once if that has passed."""
        for inspection in sorted(inspections, key=lambda inspection: (_day(inspection), inspection.key)):
            home = self.homes[inspection.home.partition(":")[2]]
            number = next(self._files)
            self._add(Published(inspection.document or str(number), home, inspection, _day(inspection)))
        self._documents.sort(key=lambda document: (document.day, document.id))
        self._times = [document.appears for document in self._documents]
        self._forget()

    def withdraw(self, inspection: Inspection) -> None:
        """Takes the documents of an inspection off the site."""
        gone = {document.id for document in self._documents if document.inspection.key == inspection.key}
        self._documents = [document for document in self._documents if document.id not in gone]
        self._times = [document.appears for document in self._documents]
        for documents in self._by_home.values():
            documents[:] = [document for document in documents if document.id not in gone]
        self._forget()

    def _add(self, document: Published) -> None:
        self._documents.append(document)
        self._by_home.setdefault(document.home.id, []).append(document)
        self._by_id[document.id] = document

    def _forget(self) -> None:
        self._page.cache_clear()
        self._report.cache_clear()

    @property
    def documents(self) -> Sequence[Published]:
        """All that is or will be on the site, by the day on which it appears."""
        return self._documents

    def shown(self, urn: str) -> list[Published]:
        """The documents of a home that are on the site now, the latest inspected first."""
        now = self.clock.now()
        documents = [document for document in self._by_home.get(urn, ()) if document.appears <= now]
        return sorted(documents, key=lambda document: document.inspection.order, reverse=True)

    def latest(self, start: date, end: date) -> list[Published]:
        """The latest document of each home whose latest one is of that span of days, the latest first."""
        found: dict[str, Published] = {}
        for document in self._documents[: bisect_right(self._times, self.clock.now())]:
            found[document.home.id] = document
        wanted = [document for document in found.values() if start <= document.day <= end]
        return sorted(wanted, key=lambda document: (-document.day.toordinal(), document.home.id))

    async def robots(self, _: Request) -> Response:
        """What programs may read."""
        return PlainTextResponse("User-agent: *\nDisallow: /feedback\n")

    async def search(self, request: Request) -> Response:
        """The search form and the results; without a date, the form alone."""
        query = request.query_params
        if "latest_report_date_start" not in query:
            return answer(request, form_page(), "text/html; charset=UTF-8")
        published = bisect_right(self._times, self.clock.now())
        body = self._page(tuple(query.multi_items()), published)
        return answer(request, body, "text/html; charset=UTF-8", self._times[published - 1] if published else None)

    def _draw(self, query: tuple[tuple[str, str], ...], _: int) -> str:
        asked = dict(query)
        found = self.latest(_asked_day(asked, "latest_report_date_start"), _asked_day(asked, "latest_report_date_end"))
        categories = {value for name, value in query if name.startswith("level_2_types")}
        if categories:
            found = [document for document in found if category_of(document.home).in_form in categories]
        start, rows = int(asked.get("start", "0")), min(int(asked.get("rows", "10")), 100)
        return results_page(self.rows(found, start, rows), self.count(found))

    def rows(self, found: Sequence[Published], start: int, rows: int) -> Sequence[Published]:
        """Those of the results that stand on one page."""
        return found[start : start + rows]

    def count(self, found: Sequence[Published]) -> int:
        """How many results the page says there are."""
        return len(found)

    async def provider(self, request: Request) -> Response:
        """The page of a home."""
        home = self.homes.get(request.path_params["urn"])
        if home is None or request.path_params["category"] != category_of(home).in_address:
            return PlainTextResponse("Page not found", status_code=404)
        body = provider_page(home, self.shown(home.id), str(request.base_url).rstrip("/"))
        return answer(request, body, "text/html; charset=UTF-8")

    async def file(self, request: Request) -> Response:
        """A report."""
        document = self._by_id.get(request.path_params["id"])
        if document is None or document.appears > self.clock.now():
            return PlainTextResponse("no such file", status_code=404)
        return answer(request, self._report(document.id), "application/pdf", document.appears)

    def _print(self, document_id: str) -> bytes:
        document = self._by_id[document_id]
        return self._print_report(document.home, document.inspection, self.before(document))

    def before(self, document: Published) -> list[Inspection]:
        """The full inspections that a report tells of: those before it that were published before it."""
        others = [other for other in self._by_home[document.home.id] if other.appears <= document.appears]
        earlier = [other.inspection for other in others if other.inspection.order < document.inspection.order]
        full = (inspection for inspection in earlier if inspection.kind is Kind.FULL)
        return sorted(full, key=lambda inspection: inspection.order, reverse=True)


def _day(inspection: Inspection) -> date:
    return inspection.published or inspection.day + UNKNOWN_DELAY


def _asked_day(query: dict[str, str], name: str) -> date:
    default = date.min if name.endswith("start") else date.max
    day, month, year = (int(part) for part in query[name].split("-")) if query.get(name) else (0, 0, 0)
    return date(year, month, day) if year else default


def answer(request: Request, body: str | bytes, content_type: str, modified: datetime | None = None) -> Response:
    """A body with validators, or 304 where the request shows that it has it."""
    content = body.encode() if isinstance(body, str) else body
    etag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Content-Type": content_type}
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
    if request.headers.get("If-None-Match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers)


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Serves an application on a free port of this machine, in this loop; yields its root address."""
    server = WebServer(app, "127.0.0.1", 0)
    port = await server.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.stop()
