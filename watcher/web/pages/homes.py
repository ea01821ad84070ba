"""Homes, searched and filtered."""

from starlette.responses import Response

from watcher.answers.chosen import Chosen
from watcher.answers.homes import homes_now
from watcher.web.addresses import area_page, home_page, owner_page
from watcher.web.cells import Links, table_row
from watcher.web.visit import Form, Visit

LINKS: Links = {
    "id": lambda row: home_page(row["home"]),
    "local_authority": lambda row: area_page(row["local_authority"]),
    "owner": lambda row: owner_page(row["owner"]),
}
"""Where the cells of a table of homes lead."""


def homes(visit: Visit) -> Response:
    """Every home that is as asked for."""
    answer = homes_now(visit.history, visit.settings, Chosen(), visit.now).sheet()
    if visit.form is not Form.PAGE:
        return visit.exported(answer, "homes")
    rows = [table_row(answer.columns, row, LINKS) for row in answer.rows[:100]]
    return visit.render("homes.html", sheet=answer, rows=rows)
