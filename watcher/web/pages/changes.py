"""The log: every change that was judged, filtered, the newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from starlette.responses import Response

from watcher.answers.asked.query import OF_CHANGES, ROWS, Question
from watcher.answers.asked.sorting import NEWEST_FIRST, Sorting
from watcher.answers.sheet import Column
from watcher.judging.changes import What
from watcher.messages.numbers import british
from watcher.web.cells import TableRow
from watcher.web.lists.asking import question_of, refused, tidied
from watcher.web.lists.downloads import downloads
from watcher.web.lists.fields import FieldMaker, FilterForm
from watcher.web.lists.followed import ATOM
from watcher.web.lists.log import log_table, log_title, span_of
from watcher.web.lists.offered import about_homes
from watcher.web.lists.orders import order_field
from watcher.web.lists.paging import Paging, paging
from watcher.web.lists.problems import problems
from watcher.web.visit import Form, Visit


def changes(visit: Visit) -> Response:
    """Every change that is as asked for."""
    question = question_of(visit, OF_CHANGES)
    if (tidy := tidied(visit, question)) is not None:
        return tidy
    if visit.form is not Form.PAGE:
        return refused(question) or _file(visit, question)
    wrong = problems(visit, question, visit.path)
    shown = None if wrong else _shown(visit, question)
    return visit.render(
        "changes.html",
        status=404 if shown and shown.paging.is_beyond else 200 if shown else 400,
        title=_title(question),
        problems=wrong,
        form=_form(visit, question),
        shown=shown,
        other_forms=_forms(visit, question),
        followed=_followed(question),
        years=[] if wrong else list(_years(visit, question)),
    )


@dataclass(frozen=True, slots=True)
class YearLink:
    """One year in which something was published, and the same list of that year alone."""

    number: int
    address: str
    is_present: bool


def _years(visit: Visit, question: Question) -> Iterator[YearLink]:
    """The years from the first of which anything is known to this one, the latest first."""
    always = replace(question, first=None, last=None, page=1)
    oldest = visit.site.kept.log(always.chosen, span_of(always, visit.day), visit.now, most=1, newest_first=False)
    days = [date.fromisoformat(row["published"] or row["inspected"]) for row in oldest.sheet.rows]
    for number in range(visit.day.year, min(days, default=visit.day).year - 1, -1):
        first, last = date(number, 1, 1), date(number, 12, 31)
        address = replace(always, first=first, last=last).address(visit.path)
        yield YearLink(number, address, (question.first, question.last) == (first, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesShown:
    """One page of the log, with what is to be known of it."""

    columns: Sequence[Column]
    rows: Sequence[TableRow]
    paging: Paging
    why_none: str
    about: str


def _shown(visit: Visit, question: Question) -> ChangesShown:
    found = visit.site.kept.log(
        question.chosen,
        span_of(question, visit.day),
        visit.now,
        question.what,
        first=question.start,
        most=ROWS,
        newest_first=_is_newest_first(question.sorting or NEWEST_FIRST),
    )
    columns, rows = log_table(found.sheet.rows)
    return ChangesShown(
        columns=columns,
        rows=rows,
        paging=paging(question, found.total, visit.path, "change"),
        why_none=_why_none(question),
        about=visit.site.kept.known_as_of(visit.now),
    )


def _why_none(question: Question) -> str:
    """Why nothing is shown."""
    if question.first or question.last or question.what:
        return "None: no such change of these homes was published in that time."
    return "None: no change of these homes is known."


def _title(question: Question) -> str:
    return log_title(question, _days(question.first, question.last))


def _days(first: date | None, last: date | None) -> str:
    """In which days, in words that follow others; empty for all there are."""
    if first and last and (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return f" in {first.year}"
    return f"{f' from {british(first)}' if first else ''}{f' until {british(last)}' if last else ''}"


def _is_newest_first(sort: Sorting) -> bool:
    return (sort.by == NEWEST_FIRST.by) != sort.backwards


def _file(visit: Visit, question: Question) -> Response:
    """All of them; in the order of the command, the oldest first, unless another is asked for."""
    is_asked = bool(visit.request.query_params.get("sort"))
    newest_first = is_asked and _is_newest_first(question.sorting or NEWEST_FIRST)
    span = span_of(question, visit.day)
    found = visit.site.kept.log_rows(question.chosen, span, visit.now, question.what, newest_first=newest_first)
    return visit.exported(found.rows, found.keys, "changes")


def _form(visit: Visit, question: Question) -> FilterForm:
    filled = FieldMaker(question, visit.request.query_params.multi_items())
    fields = about_homes(filled, visit.site.kept.every(visit.now), visit.settings)
    area = fields.pop("area")
    sorts = filled.select("what", {what.value: what.value for what in What}, "Any change")
    return filled.form(
        visit.path,
        [area, sorts, filled.day("from"), filled.day("to")],
        [*fields.values(), order_field(question)],
    )


def _forms(visit: Visit, question: Question) -> list[tuple[str, str]]:
    return [*downloads(question, visit.path), (ATOM, _followed(question))]


def _followed(question: Question) -> str:
    """Where such changes are followed, whenever they come."""
    return replace(question, page=1, sort=None, first=None, last=None, wrong=()).address("/changes.atom")
