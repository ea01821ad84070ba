"""The local site playing every trick that the real one, or what stands in front of it, has been seen or feared to play.

    site.trick = Trick.LOGIN_PAGE          # all of the site, until it is set to None
    site.trick, site.where = Trick.LOGIN_PAGE, "provider"      # homes' pages only

A correction minutes later and an older inspection published late need no trick: `publish` does both.
"""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from tests.standins.reports.report_pdf import Layout, report_pdf
from watcher.cli.demo.site import DemoSite, Published
from watcher.facts.inspection import Home, Inspection
from watcher.timing.clock import Clock

NOT_FOUND = Path(__file__).parents[1] / "fixtures" / "site" / "report-not-found.html"
"""The markup of the site's own page, with invented words."""


class Trick(StrEnum):
    """What is wrong with an answer."""

    ANOTHER_ETAG_WITH_304 = "304 with another ETag"
    SAME_BODY = "200 with the same body, whatever was asked"
    NO_VALIDATORS = "no ETag and no Last-Modified"
    LOGIN_PAGE = "a login page with status 200"
    MAINTENANCE_PAGE = "a maintenance page with status 200"
    SHELL = "8 KB of scripts without content"
    SLIM_ERROR_200 = "the site's own error page with status 200"
    SLIM_ERROR_500 = "the site's own error page with status 500"
    REFUSED = "403"
    REFUSED_FOR_AN_HOUR = "429 with Retry-After"
    CAPPED = "the first rows again, whatever page was asked for"
    CAPPED_AND_EMPTY = "no rows on the second page"
    HALF_GONE = "half of the rows missing, and the count agrees"
    COUNTS_DIFFER = "two counts on one page"
    EVERYTHING = "the filters are ignored: schools"
    CLASSES_RENAMED = "every class has another name"
    LABELS_RENAMED = "URN and date under other labels"
    DUPLICATES = "every row twice"
    GZIP_BOMB = "a small body that becomes a large one"
    DRIP = "a body that never ends"
    WRONG_CHARSET = "UTF-8 announced as Latin-1"
    FUTURE = "the newest dates lie ahead"
    FALLS_BACK = "an older state of every home"
    ANOTHER_HOMES_PAGE = "the page of another home"
    ANOTHER_HOMES_PDF = "the report of another home"
    TRUNCATED_PDF = "half a report"
    NOT_A_PDF = "a web page instead of a report"
    REPORT_NOT_FOUND = "the site's own page on a report that is gone, with status 200"
    REPORT_NOT_FOUND_404 = "the same with status 404"
    NEW_GRADE_WORD = "a grade that no list knows"
    CONTRADICTION = "a table that its headings contradict"
    NO_TIME_LINE = "a home's page without its time line"
    ODD_LINE = "a line of the time line in another form"
    NO_DOCUMENTS = "a time line without documents"


_PAGES = {
    Trick.LOGIN_PAGE: "<html><head><title>Sign in</title></head><body><form>Password</form></body></html>",
    Trick.MAINTENANCE_PAGE: "<html><title>Maintenance</title><body><h1>We will be back soon</h1></body></html>",
    Trick.SHELL: "<html><head>" + "<script src='/static/bundle.js'></script>" * 200 + "</head><body></body></html>",
    Trick.SLIM_ERROR_200: "<html><title>Slim Application Error</title><h1>Slim Application Error</h1></html>",
}
_EVENT = re.compile(
    r'<li class="timeline__day">.*?href="(?P<link>[^"]*/(?P<id>\d+))">(?P<kind>[^<]*?) <span.*?'
    r"Published <time>(?P<day>[^<]*)</time>.*?</li>",
    re.DOTALL,
)
Answered = Callable[[Request], Awaitable[Response]]


class TrickySite(DemoSite):
    """The site with one trick at a time; `requests` are the paths that were asked for."""

    def __init__(self, homes: Iterable[Home], inspections: Iterable[Inspection], clock: Clock) -> None:
        self.trick: Trick | None = None
        self.where = ""
        """`search`, `provider` or `file`; empty for all of them."""
        self.requests: list[str] = []
        self.statuses: list[int] = []
        """The statuses of all answers."""
        self.most_rows = 100
        self.banner = ""
        """Put in front of the time line of every home's page."""
        self.instead: dict[str, bytes] = {}
        """What single files hold instead of their reports, by id, whatever the trick."""
        self.pages: dict[str, str] = {}
        """What single homes' pages are instead, by URN, whatever the trick."""
        self.has_older_layout = False
        """Whether time lines have no date of inspection, the date of publication and the grade in the link."""
        self.bold: dict[str, str] = {}
        """What stands in bold in links of the older layout, by id, in place of the grade."""
        self.redrawn: Callable[[str], str] | None = None
        """What is done to the text of every home's page."""
        self.unlisted: list[Inspection] = []
        """Of which reports tell, though they were never on the site."""
        super().__init__(homes, inspections, clock, report_pdf)

    async def search(self, request: Request) -> Response:
        """The form and the results, or the trick."""
        return self._noted(await self._played("search", request, super().search))

    async def provider(self, request: Request) -> Response:
        """A home's page, or the trick."""
        if self._plays(Trick.ANOTHER_HOMES_PAGE):
            request.path_params["urn"] = next(urn for urn in self.homes if urn != request.path_params["urn"])
        if (instead := self.pages.get(request.path_params["urn"])) is not None:
            self.requests.append(request.url.path)
            return self._noted(HTMLResponse(instead))
        return self._noted(await self._played("provider", request, super().provider))

    async def file(self, request: Request) -> Response:
        """A report, or the trick."""
        if (instead := self.instead.get(request.path_params["id"])) is not None:
            return self._noted(Response(instead, media_type="application/pdf"))
        return self._noted(await self._played("file", request, super().file))

    def before(self, document: Published) -> list[Inspection]:
        """What a report tells of earlier inspections, unlisted ones too."""
        unlisted = [inspection for inspection in self.unlisted if inspection.home == document.inspection.home]
        return sorted([*super().before(document), *unlisted], key=lambda inspection: inspection.order, reverse=True)

    def rows(self, found: Sequence[Published], start: int, rows: int) -> Sequence[Published]:
        """The rows of a page, as the trick wants them."""
        rows = min(rows, self.most_rows)
        if self._plays(Trick.CAPPED):
            start = 0
        if self._plays(Trick.CAPPED_AND_EMPTY) and start:
            return ()
        if self._plays(Trick.HALF_GONE):
            found = found[::2]
        shown = super().rows(found, start, rows)
        return [row for row in shown for _ in range(2)] if self._plays(Trick.DUPLICATES) else shown

    def count(self, found: Sequence[Published]) -> int:
        """The count, as the trick wants it."""
        return len(found[::2]) if self._plays(Trick.HALF_GONE) else len(found)

    def latest(self, start: date, end: date) -> list[Published]:
        """The results, as the trick wants them."""
        if not self._plays(Trick.FALLS_BACK):
            return super().latest(start, end)
        oldest = {document.home.id: document for document in super().latest(date.min, date.max)}
        older = [self.shown(urn)[-1] for urn in oldest if self.shown(urn)]
        return sorted(
            (document for document in older if start <= document.day <= end),
            key=lambda document: document.day,
            reverse=True,
        )

    def play(self, trick: Trick | None, where: str = "") -> None:
        """Plays that trick from now on, or none."""
        self.trick, self.where = trick, where
        self._forget()

    def _noted(self, response: Response) -> Response:
        self.statuses.append(response.status_code)
        return response

    def _plays(self, *tricks: Trick) -> bool:
        return self.trick in tricks

    async def _played(self, where: str, request: Request, answered: Answered) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        self.requests.append(request.url.path + query)
        if self.trick is None or self.where not in ("", where):
            response = await answered(request)
            if self.banner and where == "provider":
                page = bytes(response.body).replace(
                    b'<ol class="timeline"', self.banner.encode() + b'<ol class="timeline"'
                )
                return HTMLResponse(page)
            if where == "provider" and (self.has_older_layout or self.redrawn):
                return HTMLResponse(self._redrawn(bytes(response.body).decode()))
            return response
        spoiled = self._instead()
        if spoiled is not None:
            return spoiled
        if self._plays(Trick.SAME_BODY, Trick.NO_VALIDATORS):
            request.scope["headers"] = [
                header for header in request.scope["headers"] if not header[0].startswith(b"if-")
            ]
        response = await answered(request)
        if where == "file" and self._plays(Trick.ANOTHER_HOMES_PDF, Trick.NEW_GRADE_WORD, Trick.CONTRADICTION):
            return self._another_report(request.path_params["id"])
        return self._altered(response)

    def _redrawn(self, page: str) -> str:
        drawn = _EVENT.sub(self._older_event, page) if self.has_older_layout else page
        return self.redrawn(drawn) if self.redrawn else drawn

    def _older_event(self, event: re.Match[str]) -> str:
        rating = self._by_id[event["id"]].inspection.rating
        bold = self.bold.get(event["id"], rating.words.capitalize() if rating else "")
        grade = f": <strong>{bold}</strong>" if bold else ""
        return (
            f'<li class="timeline__day"><div class="event"><a class="publication-link" href="{event["link"]}">'
            f"<span>{event['kind']}{grade}</span> <time>{event['day']}</time>"
            f'<span class="nonvisual">{event["kind"]}, PDF - {event["day"]}</span></a></div></li>'
        )

    def _instead(self) -> Response | None:
        if self.trick in _PAGES:
            return HTMLResponse(_PAGES[self.trick])
        if self._plays(Trick.NOT_A_PDF):
            return HTMLResponse("<html><body>The file is being prepared</body></html>")
        if self._plays(Trick.REPORT_NOT_FOUND, Trick.REPORT_NOT_FOUND_404):
            status = 404 if self._plays(Trick.REPORT_NOT_FOUND_404) else 200
            return HTMLResponse(NOT_FOUND.read_bytes(), status_code=status)
        if self._plays(Trick.SLIM_ERROR_500):
            return HTMLResponse(_PAGES[Trick.SLIM_ERROR_200], status_code=500)
        if self._plays(Trick.REFUSED, Trick.REFUSED_FOR_AN_HOUR):
            wait = {"Retry-After": "3600"} if self._plays(Trick.REFUSED_FOR_AN_HOUR) else {}
            return HTMLResponse("Forbidden", status_code=429 if wait else 403, headers=wait)
        if self._plays(Trick.GZIP_BOMB):
            body = gzip.compress(bytes(50_000_000), 9)
            return Response(body, headers={"Content-Encoding": "gzip", "Content-Type": "text/html"})
        if self._plays(Trick.DRIP):
            return StreamingResponse(_drip(), media_type="text/html")
        return None

    def _altered(self, response: Response) -> Response:
        if response.status_code == 304:
            if self._plays(Trick.ANOTHER_ETAG_WITH_304):
                response.headers["ETag"] = f'"{len(self.requests)}"'
            return response
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        if self._plays(Trick.NO_VALIDATORS):
            headers = {name: value for name, value in headers.items() if name not in ("etag", "last-modified")}
        if self._plays(Trick.WRONG_CHARSET):
            headers["content-type"] = "text/html; charset=ISO-8859-1"
        return Response(self._rewritten(bytes(response.body)), headers=headers, status_code=response.status_code)

    def _rewritten(self, body: bytes) -> bytes:
        if self._plays(Trick.TRUNCATED_PDF):
            return body[: len(body) // 2]
        text = body.decode() if not body.startswith(b"%PDF") else ""
        if self._plays(Trick.COUNTS_DIFFER):
            return re.sub(r'js-results-count">(\d+)', 'js-results-count">1\\1', text, count=1).encode()
        if self._plays(Trick.EVERYTHING):
            return text.replace("/provider/2/", "/provider/21/").replace("Children&#039;s home<", "Primary<").encode()
        if self._plays(Trick.CLASSES_RENAMED):
            return re.sub(r'class="', 'class="new-', text.replace("js-results-count", "new-count")).encode()
        if self._plays(Trick.LABELS_RENAMED):
            return text.replace("URN: ", "Number: ").replace("Latest report: ", "Published: ").encode()
        if self._plays(Trick.NO_TIME_LINE):
            return text.replace('class="timeline"', 'class="history"').encode()
        if self._plays(Trick.NO_DOCUMENTS):
            return re.sub(r'<li class="timeline__day">.*?</li>', "", text, flags=re.DOTALL).encode()
        if self._plays(Trick.ODD_LINE):
            return text.replace(", PDF - ", " (PDF) ", 1).encode()
        if self._plays(Trick.FUTURE):
            ahead = self.clock.now().date() + timedelta(days=400)
            newest = max(
                (document.day for document in self._documents if document.appears <= self.clock.now()), default=ahead
            )
            return text.replace(f"{newest:%d %B %Y}", f"{ahead:%d %B %Y}").encode()
        return body

    def _another_report(self, document_id: str) -> Response:
        document = self._by_id[document_id]
        home, layout = document.home, Layout.of(document.inspection)
        if self._plays(Trick.ANOTHER_HOMES_PDF):
            home = next(other for other in self.homes.values() if other.id != home.id)
        pdf = report_pdf(home, document.inspection, (), layout)
        word = (
            re.escape(document.inspection.judgements[0].grade.words.encode())
            if document.inspection.judgements
            else b"x"
        )
        if self._plays(Trick.NEW_GRADE_WORD):
            pdf = re.sub(rb"(?<=\( )" + word, b"causing concern", pdf)
        if self._plays(Trick.CONTRADICTION):
            pdf = re.sub(rb"(?<=\()" + word, b"outstanding", pdf)
        return Response(pdf, media_type="application/pdf")


async def _drip() -> AsyncIterator[bytes]:
    while True:
        yield b"<p>"
        await asyncio.sleep(0.05)
