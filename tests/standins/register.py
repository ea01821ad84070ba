"""A publisher of a register over HTTP, who plays every trick that such publishers or what stands before them play.

publisher.rows = [...]                  # what the table says now
publisher.trick = RegisterTrick.SHELL   # until it is set to None
"""

import csv
import gzip
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from hashlib import sha256

from tests.standins.http_server import Answer, End, HttpServer, Request, answer

TABLE = "/files/31_March_2024_ratings.csv"
PAGE = "/statistics"


class RegisterTrick(StrEnum):
    """What is wrong with an answer."""

    CUT = "the connection ends in the middle"
    FIRST_ROWS = "a table of its first rows alone, and whole"
    HALF = "every second row"
    HEADER_ALONE = "no rows"
    SHELL = "scripts without content, with status 200"
    LOGIN_PAGE = "a login page with status 200"
    ERROR = "an error of its server"
    REFUSED = "403"
    GZIP_BOMB = "a small body that becomes a large one"
    ZIPPED_BOMB = "a small file that becomes a large one"
    DRIP = "a body that never ends"
    WRONG_CHARSET = "Windows-1252 announced as UTF-8"
    RENAMED = "every header has another name"


BOMB = gzip.compress(b"a," * 2_000_000, 1) * 140
"""Members one behind the other: more than half a gigabyte."""
_PAGES = {
    RegisterTrick.SHELL: "<!DOCTYPE html><html><head>" + "<script src='/bundle.js'></script>" * 99 + "</head></html>",
    RegisterTrick.LOGIN_PAGE: "\n<html><title>Sign in</title><form>Password, Rating, URN</form></html>",
}

Row = Mapping[str, str]


class RegisterPublisher:
    """A table of rows, and a page that links to it."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = list(rows)
        self.told: Callable[[], Sequence[Row]] = lambda: self.rows
        """Asked for the rows at each request."""
        self.trick: RegisterTrick | None = None
        self.links = f'<a href="{TABLE}">Ratings at 31 March 2024 (CSV)</a>'
        self.statuses: list[int] = []

    def table(self) -> bytes:
        """The file as it is published now."""
        return csv_of(self._told())

    def play(self, trick: RegisterTrick | None) -> None:
        """From now on."""
        self.trick = trick

    def _told(self) -> Sequence[Row]:
        rows = self.told()
        match self.trick:
            case RegisterTrick.FIRST_ROWS:
                return rows[: len(rows) // 10]
            case RegisterTrick.HALF:
                return rows[::2]
            case RegisterTrick.HEADER_ALONE:
                return [dict.fromkeys(rows[0], "")]
            case RegisterTrick.RENAMED:
                return [{f"New {name}": value for name, value in row.items()} for row in rows]
        return rows

    def __call__(self, request: Request) -> Answer:
        """What is answered to a request."""
        if request.path == "/robots.txt":
            return answer("", 404)
        if request.path == PAGE:
            return answer(f"<html><body><h1>Statistics</h1>{self.links}</body></html>")
        if self.trick in _PAGES:
            return answer(_PAGES[self.trick])
        match self.trick:
            case RegisterTrick.ERROR:
                return answer("oops", 500)
            case RegisterTrick.REFUSED:
                return answer("no", 403)
            case RegisterTrick.GZIP_BOMB:
                return answer(BOMB, headers={"Content-Encoding": "gzip"}, content_type="text/csv")
            case RegisterTrick.ZIPPED_BOMB:
                return answer(BOMB, content_type="application/gzip")
            case RegisterTrick.CUT:
                return [answer(self.table(), content_type="text/csv")[:-50], End.CLOSE]
            case RegisterTrick.DRIP:
                return [answer(b"", content_type="text/csv", length=10**6), b"URN,", End.HANG]
        return self._file(request)

    def _file(self, request: Request) -> bytes:
        is_odd = self.trick is RegisterTrick.WRONG_CHARSET
        content = self.table().decode().encode("cp1252") if is_odd else self.table()
        etag = f'"{sha256(content).hexdigest()[:12]}"'
        self.statuses.append(304 if request.header("If-None-Match") == etag else 200)
        if self.statuses[-1] == 304:
            return answer(status=304, headers={"ETag": etag})
        return answer(content, headers={"ETag": etag}, content_type="text/csv; charset=utf-8")


def csv_of(rows: Sequence[Row]) -> bytes:
    """Rows as CSV."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


@asynccontextmanager
async def publishing(rows: Sequence[Row]) -> AsyncIterator[tuple[RegisterPublisher, str]]:
    """The publisher, and the root of its site."""
    publisher = RegisterPublisher(rows)
    handler: Callable[[Request], Answer] = publisher
    async with HttpServer(handler) as server:
        yield publisher, server.url
