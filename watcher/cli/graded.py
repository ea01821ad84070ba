"""What is said of a home's inspections, as pieces with the step of each grade: apart from how it is printed."""

from collections.abc import Iterable, Iterator, Sequence

from watcher.facts import regulators
from watcher.facts.grades import GradeStep, step_of
from watcher.facts.inspection import GONE, Home, Inspection, Judgement, Standing
from watcher.facts.statements import Record
from watcher.messages.grades_in_words import all_of
from watcher.messages.titles import short_area
from watcher.text import inert

Piece = tuple[str, GradeStep | None]
"""Words, and the step that they stand for, if they are a grade's."""


NARROW = 76
"""Columns that a timeline needs as a table."""

HEADINGS = ("inspected", "published", "kind", "grades", "event")
"""Of the columns of a timeline."""


def cells(record: Record) -> tuple[str, str, str, str, str]:
    """What stands below them of one inspection."""
    inspection = record.inspection
    gone = f" (withdrawn {record.withdrawn})" if record.withdrawn else ""
    said = "".join(words for words, _ in graded(inspection))
    inspected = str(inspection.inspected or "–")
    return inspected, published(inspection), f"{inspection.kind}{gone}", said, inspection.event or "–"


def home_facts(home: Home) -> str:
    """Which home it is, behind its number, as its regulator publishes it."""
    name = None if regulators.of(home.regulator).withholds_names else home.name
    brand = f"brand {home.brand}" if home.brand else None
    before = ", ".join(key.partition(":")[2] for key in home.predecessors or ())
    former = f"registered before as {before}" if before else None
    facts = dict.fromkeys(
        (name, home.type, home.local_authority, home.region, home.owner, brand, standing(home), former)
    )
    return " · ".join(inert(str(fact)) for fact in facts if fact)


def standing(home: Home) -> str | None:
    """Its registration status, with the day it closed where that is known."""
    return f"{home.status} since {home.closed_on}" if home.status in GONE and home.closed_on else home.status


def published(inspection: Inspection) -> str:
    """The day of its publication, or since when it is known."""
    if inspection.published is None:
        return f"seen {inspection.seen}" if inspection.seen else "–"
    return f"{inspection.published} (doubtful)" if inspection.has_doubtful_publication else str(inspection.published)


def graded(inspection: Inspection) -> Sequence[Piece]:
    """The rating, and in brackets the areas that say something else; without an overall grade each area by its name."""
    said = [
        judgement
        for judgement in inspection.judgements
        if judgement.grade.standing not in (Standing.BLANK, Standing.NULL)
    ]
    if not said:
        return (("–", None),)
    first = next((judgement for judgement in said if judgement.area == inspection.headline), None)
    regulator = regulators.of_home(inspection.home)
    if first is None or not (regulator.rates_lowest or regulator.is_usual(inspection.headline)):
        return (("no overall grade (", None), *_listed(said, inspection.home), (")", None))
    others = [judgement for judgement in said if judgement.grade.value != first.grade.value]
    rating = _piece(first, inspection.home)
    if regulator.rates_lowest and not others and len(said) > 1:
        return (rating, (f" in {all_of(inspection.home, len(said))}", None))
    before: Sequence[Piece] = ()
    if regulator.rates_lowest:
        before = ((f"lowest {regulator.area}, {short_area(inspection.home, first.area)}: ", None),)
    after: Sequence[Piece] = ((" (", None), *_listed(others, inspection.home), (")", None)) if others else ()
    return (*before, rating, *after)


def _listed(judgements: Iterable[Judgement], home: str) -> Iterator[Piece]:
    for number, judgement in enumerate(judgements):
        yield f"{', ' if number else ''}{judgement.area} ", None
        yield _piece(judgement, home)


def _piece(judgement: Judgement, home: str) -> Piece:
    return inert(judgement.grade.words), step_of(home.partition(":")[0], judgement.grade.value)
