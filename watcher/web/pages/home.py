"""One home on one page; a number that is none is answered with the nearest that are."""

from collections.abc import Sequence
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from watcher.answers.homes.homes import KEYS
from watcher.answers.homes.nearest import described, nearest
from watcher.answers.told.about_home import about_home
from watcher.facts.inspection import Described
from watcher.text import inert
from watcher.web.addresses import home_page
from watcher.web.visit import Form, Visit

_LONGEST_KEY = 100
"""Characters of a home's key; nothing longer is looked for."""


def home(visit: Visit) -> Response:
    """One home by its key, or by its number alone."""
    if visit.form not in (Form.PAGE, Form.JSON):
        raise HTTPException(404)
    key = visit.named("key")
    found = visit.site.kept.home(key, visit.now) if len(key) <= _LONGEST_KEY else None
    if found is None:
        return _elsewhere(visit, key)
    if visit.form is Form.JSON:
        return visit.exported([found.contract(visit.day)], KEYS, "home")
    about = about_home(visit.history, visit.settings, found, visit.now, with_people=visit.actor is not None)
    return visit.render("home.html", about=about, known=visit.site.kept.known_as_of(visit.now))


def _elsewhere(visit: Visit, text: str) -> Response:
    """To the home that has this number; else those that have it, or nearly."""
    is_short = len(text) <= _LONGEST_KEY
    meant = visit.history.homes_called(text) if is_short else ()
    if len(meant) == 1:
        suffix = "" if visit.form is Form.PAGE else f".{visit.form}"
        return RedirectResponse(f"{home_page(meant[0].key)}{suffix}")
    near = meant or (_nearest(visit, text) if is_short else ())
    return visit.render(
        "no_home.html",
        status=300 if meant else 404,
        text=inert(text, _LONGEST_KEY),
        search=f"/homes?q={quote(text[:_LONGEST_KEY], safe='')}",
        is_several=bool(meant),
        near=[(home_page(each.key), _offered(each, is_several=bool(meant))) for each in near],
    )


def _nearest(visit: Visit, text: str) -> Sequence[Described]:
    """The homes whose numbers are nearly this, among those that the pages have at hand."""
    return nearest(text, visit.site.kept.every(visit.now).cards.values())


def _offered(home: Described, *, is_several: bool) -> str:
    return f"{inert(home.key, _LONGEST_KEY)}: {described(home)}" if is_several else described(home)
