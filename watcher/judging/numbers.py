"""Counts and rates of inspections over years: what was found, what changed, what came of homes that were inadequate.

An inspection counts in the year in which it was made, whenever its report came out. What changed is told by `judge`
itself, inspection by inspection in the order of the visits: so a report that came out after a newer one counts as what
it was, and the counts are those of alerts but for that. Each regulator is counted by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any, NamedTuple

from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import Record
from watcher.judging.changes import What
from watcher.judging.closings import Lists, closed_inadequate
from watcher.judging.gaps import AFTER_ITS_YEAR
from watcher.judging.judge import judge
from watcher.judging.register import Entry, Sector
from watcher.judging.spells import Spell, spell, why_not_counted
from watcher.judging.years import Coverage, Year

Key = tuple[str | None, ...]
"""Under what is counted, in the order asked for; None for what is not known."""


class Found(NamedTuple):
    """One graded full inspection, as little of it as is counted with."""

    inspected: date
    year: Year
    known: date
    is_inadequate: bool
    what: What | None
    """What it changed, of what is counted."""
    spell: Spell | None
    """The time of being inadequate that it ended."""


class Story(NamedTuple):
    """One home with its graded full inspections, in the order of the visits."""

    entry: Entry
    found: tuple[Found, ...]


def story_of(entry: Entry, records: Sequence[Record]) -> Story:
    """A home with its entry in the register as it is counted."""
    known = (record.inspection for record in records if record.withdrawn is None)
    return Story(entry, tuple(found_of(known)))


def plain_story_of(entry: Entry) -> Story | None:
    """The same of a home that its entry alone tells of: never found inadequate, and nothing graded by its lowest area.

    None where its inspections must be read.
    """
    graded = [visit for visit in entry.visits if visit.grade]
    if any(visit.is_inadequate or visit.is_lowest for visit in graded):
        return None
    found = (Found(visit.inspected, Year.of(visit.inspected), visit.known, False, None, None) for visit in graded)
    return Story(entry, tuple(found))


def found_of(known: Iterable[Inspection]) -> Iterator[Found]:
    """What each graded full inspection of one home found, in the order of the visits; withdrawn ones are left out."""
    ordered = sorted(known, key=lambda inspection: inspection.order)
    previous: Inspection | None = None
    for inspection in ordered:
        if inspection.rating is None or inspection.is_retold:
            continue
        what, ended = _judged(ordered, previous, inspection)
        day = inspection.day
        yield Found(day, Year.of(day), inspection.became_known, inspection.rating.is_inadequate, what, ended)
        previous = inspection


_COUNTED = frozenset({What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.RECOVERED})


def _judged(
    known: Sequence[Inspection], previous: Inspection | None, inspection: Inspection
) -> tuple[What | None, Spell | None]:
    """What `judge` says, asked only where one of the two is inadequate: nothing else is counted."""
    ratings = (inspection.rating, previous.rating if previous else None)
    if not any(rating is not None and rating.is_inadequate for rating in ratings):
        return None, None
    changes = judge((previous,) if previous else (), inspection).changes
    what = next((change.what for change in changes if change.what in _COUNTED), None)
    earlier = [other for other in known if other.order < inspection.order]
    return what, spell(earlier, inspection) if what is What.RECOVERED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What is counted of one row."""

    homes: int = 0
    """Those with a graded full inspection."""
    inspections: int = 0
    inadequate: int = 0
    dropped: int = 0
    first_inadequate: int = 0
    still_inadequate: int = 0
    recovered: int = 0
    closed_inadequate: int = 0
    median_days_inadequate: float | None = None
    late: int = 0
    """Inadequate ones whose reports came out so late that the regulator's own count of the year has them not."""
    not_measured: Mapping[str, int] = field(default_factory=dict)
    """Recoveries that are left out of the median, by the reason."""

    def contract(self) -> dict[str, Any]:
        """What programs get."""
        return {
            "homes": self.homes,
            "inspections": self.inspections,
            "inadequate": self.inadequate,
            "share_inadequate": self.inadequate / self.inspections if self.inspections else None,
            "dropped": self.dropped,
            "first_inadequate": self.first_inadequate,
            "still_inadequate": self.still_inadequate,
            "recovered": self.recovered,
            "closed_inadequate": self.closed_inadequate,
            "median_days_inadequate": self.median_days_inadequate,
        }


NUMBERS = tuple(Numbers().contract())
"""The names of what is counted, in order."""


@dataclass(slots=True)
class _Sum:
    """Numbers in the making."""

    homes: set[str] = field(default_factory=set)
    inspections: int = 0
    inadequate: int = 0
    late: int = 0
    closed: int = 0
    changes: Counter[What] = field(default_factory=Counter)
    days: list[int] = field(default_factory=list)
    not_measured: Counter[str] = field(default_factory=Counter)

    def add(self, entry: Entry, found: Found, sector: Sector) -> None:
        self.homes.add(entry.home.id)
        self.inspections += 1
        self.inadequate += found.is_inadequate
        if found.is_inadequate and found.known > found.year.last + AFTER_ITS_YEAR:
            self.late += 1
        if found.what is not None:
            self.changes[found.what] += 1
        if found.spell is not None:
            why = why_not_counted(found.spell, sector)
            if why is None:
                self.days.append(found.spell.days)
            else:
                self.not_measured[why] += 1

    def numbers(self) -> Numbers:
        middle = median(self.days) if self.days else None
        return Numbers(
            homes=len(self.homes),
            inspections=self.inspections,
            inadequate=self.inadequate,
            dropped=self.changes[What.DROPPED_TO_INADEQUATE],
            first_inadequate=self.changes[What.FIRST_INADEQUATE],
            still_inadequate=self.changes[What.STILL_INADEQUATE],
            recovered=self.changes[What.RECOVERED],
            closed_inadequate=self.closed,
            median_days_inadequate=int(middle) if middle is not None and middle == int(middle) else middle,
            late=self.late,
            not_measured=dict(self.not_measured),
        )


@dataclass(frozen=True, slots=True)
class KeyOf:
    """Under what something of a home in a year is counted."""

    words: Callable[[Home], Key | None]
    """The key of a home, without the year; None for one that is left out."""
    year_at: int | None = None
    """Where in the key the name of the year goes; None where all years are counted together."""

    def keys(self, home: Home) -> Callable[[Year], Key] | None:
        """What tells the key in a year; None for a home that is left out."""
        words, place = self.words(home), self.year_at
        if words is None:
            return None
        return (lambda _: words) if place is None else (lambda year: (*words[:place], year.name, *words[place:]))


def count(stories: Iterable[Story], sector: Sector, coverage: Coverage, key_of: KeyOf) -> dict[Key, Numbers]:
    """The numbers of some homes of one regulator by key, of the years that can be counted; `sector` has all homes."""
    sums: defaultdict[Key, _Sum] = defaultdict(_Sum)
    years, lists = frozenset(year for year in coverage.years if coverage.counts(year)), Lists.of(sector)
    for entry, found in stories:
        key = key_of.keys(entry.home)
        if key is None:
            continue
        for inspection in found:
            if inspection.year in years:
                sums[key(inspection.year)].add(entry, inspection, sector)
        closed = closed_inadequate(entry, lists) if found and found[-1].is_inadequate else None
        if closed is not None and (year := Year.of(closed)) in years:
            sums[key(year)].closed += 1
    return {key: summed.numbers() for key, summed in sums.items()}
