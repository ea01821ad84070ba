"""Every inspection of a home in words, the newest first: what it said of which area, and who says so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from watcher.facts.grades import GradeStep, step_of
from watcher.facts.inspection import Inspection, Judgement, Standing
from watcher.facts.sources import Source
from watcher.facts.statements import Record
from watcher.messages.days import day_said
from watcher.messages.numbers import british, british_moment, british_short, british_span
from watcher.messages.titles import area_name, short_area
from watcher.text import capital, inert, web_link

_NOT_SAID = (Standing.BLANK, Standing.NULL)
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Grading:
    """A grade, and the areas that were given it."""

    words: str
    """As printed."""
    step: GradeStep | None
    areas: tuple[str, ...]
    """By their short names; empty where it is every area's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionInWords:
    """One inspection."""

    day: date
    inspected: str
    kind: str
    published: str
    gradings: tuple[Grading, ...]
    """Without any where none was published: most visits between full inspections give no grades."""
    link: str | None
    withdrawn: str
    """On which day it was found gone from its page; empty for one that stands."""
    seen: str
    """When this watcher first saw it."""
    source: str
    """Who was the first to say so, and as of when; and how many others do."""


def inspections_in_words(records: Iterable[Record], zone: ZoneInfo) -> tuple[InspectionInWords, ...]:
    """A home's inspections, the newest first; withdrawn ones are marked."""
    ordered = sorted(records, key=lambda record: record.inspection.order, reverse=True)
    return tuple(_in_words(record, zone) for record in ordered)


def _in_words(record: Record, zone: ZoneInfo) -> InspectionInWords:
    inspection = record.inspection
    seen = f"{british_moment(record.seen.astimezone(zone))}" if record.seen else "before this watcher began"
    return InspectionInWords(
        day=inspection.day,
        inspected=_days(inspection),
        kind=inspection.kind.value,
        published=_published(inspection),
        gradings=tuple(gradings(inspection)),
        link=web_link(inspection.link),
        withdrawn=british(record.withdrawn) if record.withdrawn else "",
        seen=seen,
        source=_first_source(inspection.sources),
    )


def _days(inspection: Inspection) -> str:
    last = inspection.inspected_to
    is_one = last is None or last <= inspection.day
    return day_said(inspection.day, inspection.dated) if is_one else british_span(inspection.day, last)


def _published(inspection: Inspection) -> str:
    if inspection.published is None:
        return "not stated"
    doubt = " (as printed, though before the visit)" if inspection.has_doubtful_publication else ""
    return f"{british_short(inspection.published)}{doubt}"


def _first_source(sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    first = min(sources)
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return f"{inert(first.name, _LONGEST)} ({british_short(first.as_of)}){more}"


def gradings(inspection: Inspection) -> list[Grading]:
    """Its grades, each with the areas that were given it; the area that counts comes first."""
    said = [judgement for judgement in inspection.judgements if judgement.grade.standing not in _NOT_SAID]
    said.sort(key=lambda judgement: judgement.area != inspection.headline)
    by_words: dict[str, list[Judgement]] = {}
    for judgement in said:
        by_words.setdefault(capital(inert(judgement.grade.words, _LONGEST)), []).append(judgement)
    is_one = len(by_words) == 1 and len(said) > 1
    return [
        Grading(words, _step(inspection, given[0]), () if is_one else _areas(inspection.home, given))
        for words, given in by_words.items()
    ]


def _step(inspection: Inspection, judgement: Judgement) -> GradeStep | None:
    return step_of(inspection.home.partition(":")[0], judgement.grade.value)


def _areas(home: str, judgements: Sequence[Judgement]) -> tuple[str, ...]:
    return tuple(short_area(home, judgement.area) or area_name(home, judgement.area) for judgement in judgements)
