"""One home with its visits, as little of both as is counted with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple, Self

from watcher.facts import regulators
from watcher.facts.inspection import GONE, Dated, Home, Inspection
from watcher.facts.regulators import Regulator
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord, Record
from watcher.judging.latest import Latest


class Inspected(NamedTuple):
    """One inspection, as little of it as is counted with."""

    inspected: date
    """Its `day`: the first of the visit, or what stands for it where that is not published."""
    known: date
    """The day its readers could know."""
    grade: str
    """The normalised word where it moves the home's rating; empty where it does not."""
    words: str
    """The grade as it was printed; empty where there is none."""
    delay: int | None
    """Days from the visit to the publication, where both are sound."""
    is_lowest: bool = False
    """Whether the grade is that of its lowest area, for want of an overall one."""
    is_inadequate: bool = False
    """Whether its scale counts the grade as inadequate."""
    dated: Dated = Dated.INSPECTED
    """What its day is."""

    @property
    def visited(self) -> date | None:
        """The first day of the visit, where it is published."""
        return self.inspected if self.dated is Dated.INSPECTED else None

    @property
    def published(self) -> date | None:
        """The day of publication, where a sound one is known."""
        return None if self.delay is None else self.known


@dataclass(frozen=True, slots=True)
class Entry:
    """One home with its visits, as little of both as is counted with."""

    home: Home
    family: str
    """What it is counted with, as its regulator does: several kinds together, or its own type."""
    visits: tuple[Inspected, ...]
    """Of every kind, in their order."""
    listed: frozenset[date]
    """The days of the lists that name it."""
    years: frozenset[date]
    """The ends of the years whose files name it."""
    gone: date | None
    """The day of the statement that it has closed or left the register; None if none says so."""
    watched_since: date | None = None
    """When a reading of a feed first brought an inspection of it."""
    latest: Latest = field(default_factory=Latest)

    @classmethod
    def of(cls, record: HomeRecord, inspections: Iterable[Inspection], watched_since: date | None = None) -> Self:
        """The entry of a home; withdrawn inspections are to be left out."""
        home = record.home
        ordered = sorted(inspections, key=lambda inspection: inspection.order)
        sources = [source for inspection in ordered for source in inspection.sources]
        sources += [source for _, source in record.facts.values()]
        status = record.facts.get("status")
        return cls(
            home=shared(home),
            family=family(home),
            visits=_visits(home, ordered),
            listed=frozenset(source.as_of for source in sources if source.sort is Sort.LISTING),
            years=frozenset(source.as_of for source in sources if source.sort is Sort.YEAR),
            watched_since=watched_since,
            latest=Latest.of(record, ordered),
            gone=status[1].as_of if status is not None and status[0] in GONE else None,
        )

    @classmethod
    def of_visits(cls, home: Home, inspections: Iterable[Inspection]) -> Self:
        """An entry that tells of its visits alone, for what asks nothing of lists; retold inspections are left out."""
        firm = sorted((one for one in inspections if not one.is_retold), key=lambda inspection: inspection.order)
        nothing = frozenset[date]()
        return cls(home, family(home), _visits(home, firm), listed=nothing, years=nothing, gone=None)

    @property
    def graded(self) -> tuple[Inspected, ...]:
        """The graded inspections; of two on one day the later, as it is one visit to its readers."""
        of_days = {
            (visit.inspected, at if visit.dated is Dated.SEEN else 0): visit
            for at, visit in enumerate(self.visits)
            if visit.grade
        }
        return tuple(of_days.values())

    @property
    def rating(self) -> str | None:
        """The present grade; None for a home that was never graded."""
        return next((visit.grade for visit in reversed(self.visits) if visit.grade), None)

    @property
    def seen(self) -> date | None:
        """The last day on which it was registered, visited, or said on a page of its own to be there."""
        days = (self.home.registered, self.latest.confirmed, self.latest.visit)
        return max((day for day in days if day is not None), default=None)

    @property
    def status(self) -> str | None:
        """Its registration status."""
        return self.home.status

    def present(self, day: date) -> Inspected | None:
        """The inspection that gave its rating, as known on a day."""
        return next((visit for visit in reversed(self.visits) if visit.grade and visit.known <= day), None)


def present_run(graded: Sequence[Inspected]) -> Sequence[Inspected]:
    """The unbroken run of the present grade, oldest first; empty for a home that was never graded."""
    run: list[Inspected] = []
    for visit in reversed(graded):
        if run and visit.grade != run[0].grade:
            break
        run.insert(0, visit)
    return run


def entry_of(home: HomeRecord, records: Iterable[Record]) -> Entry:
    """The entry of a home with all its records, of which those count that are sure."""
    records = list(records)
    seen = min((record.seen.date() for record in records if record.seen), default=None)
    return Entry.of(home, (record.inspection for record in records if is_sure(record)), seen)


def is_sure(record: Record) -> bool:
    """Whether an inspection counts: one that only another's report tells of may stand there with a wrong date."""
    return record.withdrawn is None and not record.inspection.is_retold


def family(home: Home) -> str:
    """What a home is counted with; empty for one whose kind nobody has told."""
    return regulators.of(home.regulator).family(home.type)


def _inspected(inspection: Inspection, regulator: Regulator) -> Inspected:
    rating = inspection.rating
    delay = None
    if inspection.published is not None and not inspection.has_doubtful_publication:
        delay = (inspection.published - (inspection.inspected or inspection.published)).days
    day, known, _ = inspection.order
    return Inspected(
        _same(day),
        _same(known),
        intern(rating.value) if rating else "",
        intern(rating.words.lower()) if rating else "",
        delay,
        bool(rating and rating.value) and not regulator.is_usual(inspection.headline),
        bool(rating and rating.is_inadequate),
        inspection.dated,
    )


def _visits(home: Home, ordered: Iterable[Inspection]) -> tuple[Inspected, ...]:
    regulator = regulators.of(home.regulator)
    return tuple(_inspected(inspection, regulator) for inspection in ordered)


def shared(home: Home) -> Home:
    """The home with the words that thousands have in common kept once."""
    words: dict[str, Any] = {name: intern(value) for name in COMMON_WORDS if (value := getattr(home, name))}
    return replace(home, **words, source=None, link=None)


COMMON_WORDS = ("regulator", "type", "owner", "brand", "local_authority", "region", "constituency", "sector", "status")
"""What of a home thousands have in common, kept once."""

_same = lru_cache(maxsize=8192)(lambda day: day)
"""The one object of a day: tens of thousands of visits fell on a few thousand days."""
