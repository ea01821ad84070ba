"""One request for a page: who asks, for what, in which form; and what it is answered with."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from watcher.answers.sheet import Row, csv_text
from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.web.access.access import Actor, sign_in_page
from watcher.web.acting.deeds import DONE
from watcher.web.site import Site
from watcher.web.templating import template

_CHUNK = 32_768
"""Characters of an export that are handed on at once."""

_OF_QUERIES = "%/?:@!$&'()*+,;=~"
"""What may stand in a query as it is (RFC 3986, section 3.4)."""


class Form(StrEnum):
    """In what an address ends, and what it is answered with."""

    PAGE = "html"
    CSV = "csv"
    JSON = "json"
    ATOM = "atom"
    CALENDAR = "ics"


class GrowingFile(StreamingResponse):
    """A file that is made while it is sent; `pieces` are made by whoever sends it, in his threads."""

    def __init__(self, pieces: Iterator[bytes], media_type: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self.pieces = pieces


class Visit:
    """One request, by somebody who may be signed in."""

    def __init__(self, request: Request, site: Site) -> None:
        self.request = request
        self.site = site
        self.settings: Settings = site.settings()
        self.now: datetime = site.now()

    @property
    def history(self) -> History:
        """What is remembered."""
        return self.site.history

    @cached_property
    def actor(self) -> Actor | None:
        """Who is signed in; None for everybody else."""
        return self.site.access.actor(self.request, self.now)

    @property
    def root(self) -> str:
        """Where people reach the pages, for what is read elsewhere: base_url, or else what this visitor asked."""
        return self.settings.web.base_url or str(self.request.base_url).rstrip("/")

    @property
    def here(self) -> str:
        """The address of this page, as a form hands it on."""
        return quote(self.path, safe="/:")

    @property
    def done(self) -> str:
        """What came of the deed after which this page is shown; empty for who can have done none."""
        return DONE.get(self.request.query_params.get("done", ""), "") if self.actor else ""

    @property
    def sign_in(self) -> str:
        """Where one signs in and then is led back here."""
        query = quote(self.query, safe=_OF_QUERIES)
        return sign_in_page(f"{quote(self._asked, safe='/:')}{f'?{query}' if query else ''}")

    @property
    def query(self) -> str:
        """What stands behind the question mark, as it was sent; a URL made of it ends at a `#`, or begins in a name."""
        return str(self.request.scope["query_string"].decode("latin-1"))

    @property
    def address_asked(self) -> tuple[str, str, str]:
        """Host, path and query: what tells one page from every other, whatever letters a name has."""
        return str(self.request.base_url), self._asked, self.query

    @cached_property
    def day(self) -> date:
        """Today, where the readers are."""
        return self.now.astimezone(self.settings.timezone).date()

    @property
    def _asked(self) -> str:
        """The path without any quoting, which that of a URL keeps in part."""
        return str(self.request.scope["path"])

    @cached_property
    def form(self) -> Form:
        """What is asked for: a page, unless the address ends in the name of another form."""
        return _split(self._asked)[1]

    @cached_property
    def path(self) -> str:
        """The address without the name of its form."""
        return _split(self._asked)[0]

    def named(self, parameter: str) -> str:
        """A part of the address, such as a home's key, without the name of the form."""
        return _split(str(self.request.path_params[parameter]))[0]

    def address(self, form: Form) -> str:
        """The same view in another form, as a link."""
        return f"{quote(self.path)}.{form}"

    def render(self, name: str, *, status: int = 200, **values: Any) -> Response:
        """A page, filled from a template."""
        return HTMLResponse(template(name).render(visit=self, **values), status_code=status)

    def exported(self, rows: Iterable[Row], keys: Sequence[str], name: str) -> Response:
        """Rows as the file, a column a key, or the array that is asked for; they are handed on while they are made."""
        if self.form is Form.JSON:
            return GrowingFile(_gathered(_array(rows)), "application/json")
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return GrowingFile(_gathered(csv_text(rows, keys)), "text/csv; charset=utf-8; header=present", headers)


def _split(path: str) -> tuple[str, Form]:
    stem, dot, suffix = path.rpartition(".")
    return (stem, Form(suffix)) if dot and suffix in set(Form) else (path, Form.PAGE)


def _array(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Rows as one JSON array."""
    before = "["
    for row in rows:
        yield before + orjson.dumps(row).decode()
        before = ",\n"
    yield "[]\n" if before == "[" else "]\n"


def _gathered(pieces: Iterable[str]) -> Iterator[bytes]:
    """The same text in few pieces: each costs a turn of the loop."""
    kept: list[str] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(kept).encode()
            kept, size = [], 0
    yield "".join(kept).encode()
