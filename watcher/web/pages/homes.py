"""Homes, searched and filtered."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from watcher.answers.asked.query import OF_HOMES, ROWS, Question
from watcher.answers.asked.sorting import WORST_FIRST
from watcher.answers.homes.homes import HomesNow
from watcher.answers.sheet import Row
from watcher.config.made_watches import without_made
from watcher.facts import regulators
from watcher.web.addresses import area_page, home_page, owner_page
from watcher.web.cells import Links, Notes, table_row
from watcher.web.lists.asking import question_of, refused, tidied
from watcher.web.lists.downloads import downloads
from watcher.web.lists.fields import FieldMaker, FilterForm
from watcher.web.lists.followed import ways_to_follow
from watcher.web.lists.offered import about_homes
from watcher.web.lists.orders import order_field, sort_links
from watcher.web.lists.paging import paging
from watcher.web.lists.problems import problems
from watcher.web.visit import Form, Visit

LINKS: Links = {
    "id": lambda row: home_page(row["home"]),
    "local_authority": lambda row: area_page(row["local_authority"]),
    "owner": lambda row: owner_page(row["owner"]),
}
"""Where the cells of a table of homes lead."""


def _is_no_visit(row: Row) -> str:
    """What the day of the last visit is, where its publisher does not say when it visited."""
    if row.get("seen"):
        return "first seen"
    is_by_publication = regulators.of_home(row["home"]).orders_by_publication
    return "published" if row["last_visit"] and is_by_publication else ""


NOTES: Notes = {"last_visit": _is_no_visit}
"""What stands below the cells of a table of homes."""

SORTED_BY: Mapping[str, str] = {
    "id": "number",
    "local_authority": "area",
    **{name: name for name in ("owner", "rating", "rating_since", "inspected", "next_due")},
}
"""By what each column of a table of homes is sorted."""


_MAY_BE_A_NUMBER = re.compile(r"[^\s]*[0-9][^\s]*")


def homes(visit: Visit) -> Response:
    """Every home that is as asked for."""
    question = question_of(visit, OF_HOMES)
    if (tidy := tidied(visit, question)) is not None:
        return tidy
    if visit.form is not Form.PAGE:
        return refused(question) or homes_file(visit, question, "homes")
    if (home := _numbered(visit, question)) is not None:
        return RedirectResponse(home_page(home), status_code=303)
    wrong = problems(visit, question, visit.path)
    shown = None if wrong else HomesTable(visit, question, question, visit.path)
    return visit.render(
        "homes.html",
        status=shown.status if shown else 400,
        problems=wrong,
        form=_form(visit, question),
        table=shown,
        watches=[watch.name for watch in without_made(visit.settings).watch],
    )


def _numbered(visit: Visit, question: Question) -> str | None:
    """The one home whose number is all that was searched for: nobody who types one wants a list of it."""
    text = question.text.casefold()
    if question != Question(takes=OF_HOMES, text=question.text) or not _MAY_BE_A_NUMBER.fullmatch(text):
        return None
    keys = visit.site.kept.every(visit.now).cards
    found = [key for key in keys if text in (key.casefold(), key.partition(":")[2].casefold())]
    return found[0] if len(found) == 1 else None


class HomesTable:
    """One page of homes with all that stands around it, on whichever page of the site."""

    def __init__(self, visit: Visit, asked: Question, question: Question, path: str, without: str = "") -> None:
        """The homes that are `asked` for on the page at a path, whose address asks the `question`.

        `without` is the key of a column that says the same of all of them.
        """
        answer = _found(visit, asked)
        sheet = answer.sheet()
        self.title, self.about, self.below = sheet.title, sheet.about, sheet.below
        self.columns = [column for column in sheet.columns if column.key != without]
        self.rows = [table_row(self.columns, row, LINKS, NOTES) for row in sheet.rows]
        self.paging = paging(question, answer.total, path, "home")
        self.orders = sort_links(question, path, SORTED_BY)
        self.forms = _forms(asked, question, path)
        has_gone = not answer.total and _found(visit, replace(asked, with_gone=True)).total
        self.gone_too = replace(question, with_gone=True, page=1).address(path) if has_gone else ""

    @property
    def status(self) -> int:
        """Whether there is such a page of it."""
        return 404 if self.paging.is_beyond else 200


def _found(visit: Visit, asked: Question) -> HomesNow:
    """One page of the homes that are asked for."""
    return visit.site.kept.homes(
        asked.chosen,
        visit.now,
        with_gone=asked.with_gone,
        text=asked.text,
        sort=asked.sorting or WORST_FIRST,
        first=asked.start,
        most=ROWS,
    )


def homes_file(visit: Visit, question: Question, name: str) -> Response:
    """All homes that a question asks for, as the file or array that is asked for."""
    found = visit.site.kept.home_rows(
        question.chosen,
        visit.now,
        with_gone=question.with_gone,
        text=question.text,
        sort=question.sorting or WORST_FIRST,
    )
    return visit.exported(found.rows, found.keys, name)


def _form(visit: Visit, question: Question) -> FilterForm:
    filled = FieldMaker(question, visit.request.query_params.multi_items())
    fields = about_homes(filled, visit.site.kept.every(visit.now), visit.settings)
    at_once = ("area", "rating", "standing")
    return filled.form(
        visit.path,
        [
            filled.text("q", hint="Number, name, area or owner", kind="search"),
            *(fields.pop(name) for name in at_once),
        ],
        [
            *fields.values(),
            order_field(question),
            filled.check("all", "yes", "Also homes that are gone"),
        ],
    )


def _forms(asked: Question, question: Question, path: str) -> Sequence[tuple[str, str]]:
    """The same homes in other forms, and the changes of such homes to be followed."""
    return [*downloads(question, path), *ways_to_follow(asked.chosen, asked.text)]
