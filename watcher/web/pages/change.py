"""One change on one page, as every channel says it."""

import re

from starlette.exceptions import HTTPException
from starlette.responses import Response

from watcher.answers.told.about_change import about_change
from watcher.web.visit import Form, Visit

_ID = re.compile(r"[0-9a-f]{16}")
_NONE = "No change has this address. Every change of a home has a link on the home's page."


def change(visit: Visit) -> Response:
    """One change by its id."""
    change_id = visit.named("id")
    if visit.form not in (Form.PAGE, Form.JSON) or not _ID.fullmatch(change_id):
        raise HTTPException(404, _NONE)

    def home_of(each: str) -> str | None:
        return visit.site.kept.home_of(each, visit.now)

    about = about_change(
        visit.history, visit.settings, change_id, visit.now, home_of, with_people=visit.actor is not None
    )
    if about is None:
        raise HTTPException(404, _NONE)
    if visit.form is Form.JSON:
        return visit.exported([about.alert.contract()], (), "change")
    return visit.render("change.html", about=about)
