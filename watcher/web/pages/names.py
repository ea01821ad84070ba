"""Owners and areas: which there are, with their homes and how these stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.query import OF_NAMES, ROWS, Question
from watcher.answers.kept.kept import Kept
from watcher.answers.sheet import Sheet
from watcher.web.addresses import area_page, owner_page
from watcher.web.cells import Links, table_row
from watcher.web.lists.asking import question_of, refused, tidied
from watcher.web.lists.downloads import downloads
from watcher.web.lists.fields import FieldMaker, FilterForm
from watcher.web.lists.offered import about_homes
from watcher.web.lists.paging import paging
from watcher.web.lists.problems import problems
from watcher.web.visit import Form, Visit


@dataclass(frozen=True, slots=True)
class NamesKind:
    """Owners, or areas."""

    filter: str
    things: str
    of: Callable[[Kept], Callable[[Chosen, str, datetime], Sheet]]
    """What tells them."""
    page_of: Callable[[str | None], str | None]
    at_once: Sequence[str]
    """The fields that are shown at once beside the search."""


OWNERS = NamesKind("owner", "owners", lambda kept: kept.owners, owner_page, ("area", "region"))
AREAS = NamesKind("area", "areas", lambda kept: kept.areas, area_page, ("region",))


def owners(visit: Visit) -> Response:
    """Every owner of homes that are as asked for."""
    return _names(visit, OWNERS)


def areas(visit: Visit) -> Response:
    """Every area of homes that are as asked for."""
    return _names(visit, AREAS)


def _names(visit: Visit, kind: NamesKind) -> Response:
    question = question_of(visit, OF_NAMES)
    if (tidy := tidied(visit, question)) is not None:
        return tidy
    sheet = kind.of(visit.site.kept)(question.chosen, question.text, visit.now)
    if visit.form is not Form.PAGE:
        return refused(question) or visit.exported(sheet.rows, sheet.keys, kind.things)
    wrong = problems(visit, question, visit.path)
    pages = paging(question, len(sheet.rows), visit.path, kind.filter, kind.things)
    columns = [column for column in sheet.columns if column.key != "group" or visit.settings.groups]
    links: Links = {"name": lambda row: kind.page_of(row["name"])}
    return visit.render(
        "names.html",
        status=400 if wrong else 404 if pages.is_beyond else 200,
        title=f"{sheet.title}{f': {question.chosen.words}' if question.chosen.words else ''}",
        problems=wrong,
        form=_form(visit, kind, question),
        columns=columns,
        rows=[table_row(columns, row, links) for row in sheet.rows[question.start : question.start + ROWS]],
        paging=None if wrong else pages,
        below=sheet.below,
        why_none=_why_none(kind, question),
        about=visit.site.kept.known_as_of(visit.now),
        other_forms=downloads(question, visit.path),
    )


def _why_none(kind: NamesKind, question: Question) -> str:
    if question.text and question.chosen.is_everything:
        return f"None: no name of the {kind.things} has all of these words."
    return f"None: no home that is all of this at once has such {'an owner' if kind is OWNERS else 'an area'}."


def _form(visit: Visit, kind: NamesKind, question: Question) -> FilterForm:
    filled = FieldMaker(question, visit.request.query_params.multi_items())
    fields = about_homes(filled, visit.site.kept.every(visit.now), visit.settings)
    del fields[kind.filter]
    search = filled.text("q", hint=f"Words of {'an owner’s' if kind is OWNERS else 'an area’s'} name", kind="search")
    return filled.form(visit.path, [search, *(fields.pop(name) for name in kind.at_once)], list(fields.values()))
