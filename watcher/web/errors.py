"""What is said where a page cannot be shown: what happened and where to go, nothing of the inside."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import HTMLResponse, Response

from watcher.web.templating import template

BROKEN = "Whoever runs this watcher finds the reason in its log. It goes on reading and telling all the same."

AWAY = (
    "The database that this watcher keeps everything in does not answer. It is tried again by itself: come back in a "
    "minute. Nothing is lost meanwhile."
)
COME_BACK_AFTER = 30
"""Seconds, as a program is told."""

_WHY: Mapping[int, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: ("There is no such page", "Check the address, or begin at the first page."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("That is not possible here", "This address only shows something."),
    HTTPStatus.FORBIDDEN: ("That is for somebody else", ""),
    HTTPStatus.SERVICE_UNAVAILABLE: ("That is not possible just now", ""),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("This page could not be made", BROKEN),
}


def page_of_error(status: int, text: str = "", title: str = "", *, back: str = "") -> Response:
    """The page for a status, with the usual words for it unless others are given; `back` is a path of this site."""
    known = _WHY.get(status, (HTTPStatus(status).phrase, ""))
    html = template("error.html").render(title=title or known[0], text=text or known[1], back=back, visit=None)
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


def page_of_away(*, back: str = "") -> Response:
    """The page while the history does not answer."""
    page = page_of_error(HTTPStatus.SERVICE_UNAVAILABLE, AWAY, "The history does not answer just now", back=back)
    page.headers["Retry-After"] = str(COME_BACK_AFTER)
    return page
