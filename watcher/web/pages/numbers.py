"""Numbers over years, regions, owners and kinds of homes: a chart of each, and its table beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from starlette.responses import Response

from watcher.answers.asked.keys import HEADINGS
from watcher.answers.asked.query import OF_NUMBERS, ROWS, Question
from watcher.web.lists.asking import question_of, refused, tidied
from watcher.web.lists.counted import NumbersShown, shown
from watcher.web.lists.downloads import downloads
from watcher.web.lists.fields import Choice, FieldMaker, FilterField, FilterForm
from watcher.web.lists.offered import about_homes
from watcher.web.lists.paging import Paging, paging
from watcher.web.lists.problems import problems
from watcher.web.visit import Form, Visit

TOGETHER = ("year", "region", "owner", "type")
"""By what numbers are told where nothing is asked for in particular."""
_MOST_TOGETHER = 20
"""Rows of each of these; the rest is on a page of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersPart:
    """Numbers by one thing, and where all of them are."""

    heading: str
    numbers: NumbersShown
    address: str = ""
    """Where the rows are that are not shown; empty where all are."""


def numbers(visit: Visit) -> Response:
    """The numbers of the homes asked for."""
    question = question_of(visit, OF_NUMBERS)
    if (tidy := tidied(visit, question)) is not None:
        return tidy
    if visit.form is not Form.PAGE:
        return refused(question) or _file(visit, question)
    wrong = problems(visit, question, visit.path)
    parts, pages = ([], None) if wrong else _parts(visit, question)
    return visit.render(
        "numbers.html",
        status=400 if wrong else 404 if pages and pages.is_beyond else 200,
        title=_title(question),
        problems=wrong,
        form=_form(visit, question),
        parts=parts,
        paging=pages,
        below=list(dict.fromkeys(line for part in parts for line in part.numbers.below)),
        about=parts[0].numbers.about if parts else "",
        other_forms=downloads(question, visit.path, "" if question.by else " by year"),
    )


def _parts(visit: Visit, question: Question) -> tuple[list[NumbersPart], Paging | None]:
    if not question.by:
        return list(_together(visit, question)), None
    answer = visit.site.kept.numbers(question.chosen, question.by, visit.now)
    part = NumbersPart(heading=_by(question.by), numbers=shown(answer, question.by, start=question.start, most=ROWS))
    return [part], paging(question, part.numbers.total, visit.path, "row")


def _together(visit: Visit, question: Question) -> Iterator[NumbersPart]:
    for name in TOGETHER:
        answer = visit.site.kept.numbers(question.chosen, (name,), visit.now)
        numbers_ = shown(answer, (name,), most=_MOST_TOGETHER)
        alone = replace(question, by=(name,), page=1).address(visit.path)
        is_whole = numbers_.total <= _MOST_TOGETHER
        yield NumbersPart(heading=_by((name,)), numbers=numbers_, address="" if is_whole else alone)


def _by(by: Sequence[str]) -> str:
    return f"By {' and '.join(HEADINGS[name].lower() for name in by)}"


def _title(question: Question) -> str:
    words = question.chosen.words
    return f"Inspections and grades{f': {words}' if words else ''}"


def _file(visit: Visit, question: Question) -> Response:
    by = question.by or TOGETHER[:1]
    sheet = visit.site.kept.numbers(question.chosen, by, visit.now).sheet
    return visit.exported(sheet.rows, sheet.keys, f"numbers-by-{'-'.join(by)}")


def _form(visit: Visit, question: Question) -> FilterForm:
    filled = FieldMaker(question, visit.request.query_params.multi_items())
    fields = about_homes(filled, visit.site.kept.every(visit.now), visit.settings)
    at_once = [fields.pop(name) for name in ("area", "region", "type")]
    return filled.form(visit.path, [_by_field(question), *at_once], list(fields.values()))


def _by_field(question: Question) -> FilterField:
    present = ",".join(question.by)
    names: Mapping[str, str] = {
        "": "Year, region, owner and type",
        **HEADINGS,
        **({present: ", ".join(HEADINGS[name] for name in question.by)} if len(question.by) > 1 else {}),
    }
    choices = [Choice(value=value, words=words, is_chosen=value == present) for value, words in names.items()]
    return FilterField(name="by", label="Numbers by", kind="select", choices=choices)
