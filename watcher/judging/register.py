"""Every home with its graded inspections, small enough to keep in memory: what counts and comparisons are made from.

All questions are asked as of a day, and answered by what was known on that day; so the same number can be told again
later. Which homes there were on a day is told by a regulator's list of all its providers, where one was imported. Homes
are counted among those of their own regulator alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from statistics import median
from sys import intern
from typing import Any, NamedTuple, Self

from watcher.facts import regulators
from watcher.facts.grades import scales_of
from watcher.facts.inspection import GONE, Home, Inspection
from watcher.facts.owners import group_stem, same_owner
from watcher.facts.regulators import Promise, Regulator
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord, Record
from watcher.judging.gaps import complete_since, covered, days_lost, known_until
from watcher.judging.latest import Latest
from watcher.text import squash
from watcher.timing.working_days import Span

ACTIVE_FOR = timedelta(days=730)
"""A home counts for so long after its last visit, where no list says that it is still there."""

INADEQUATE_FOR = timedelta(days=240)
"""A home that stands inadequate is visited again within weeks: unvisited and unlisted for so long, it has closed.

Nine of ten are graded again within 252 days, and visited sooner; with this span the counts on the eve of the lists of
2018, 2019, 2024 and 2025 were 55, 36, 55 and 53, and those of the lists 40, 31, 52 and 45.
"""

_BEHIND_ALL = 100


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
        sources = {source for inspection in ordered for source in inspection.sources} | {
            source for _, source in record.facts.values()
        }
        status = record.facts.get("status")
        return cls(
            home=shared(home),
            family=family(home),
            visits=tuple(map(_inspected, ordered)),
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
        return cls(home, family(home), tuple(map(_inspected, firm)), listed=nothing, years=nothing, gone=None)

    @property
    def graded(self) -> tuple[Inspected, ...]:
        """The graded inspections; of two on one day the later, as it is one visit to its readers."""
        return tuple({visit.inspected: visit for visit in self.visits if visit.grade}.values())

    @property
    def rating(self) -> str | None:
        """The present grade; None for a home that was never graded."""
        return next((visit.grade for visit in reversed(self.visits) if visit.grade), None)

    def present(self, day: date) -> Inspected | None:
        """The inspection that gave its rating, as known on a day."""
        return next((visit for visit in reversed(self.visits) if visit.grade and visit.known <= day), None)


class Register:
    """All homes of all regulators, by key; never altered, `updated` gives another one."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._sectors: dict[str, Sector] = {}

    def __len__(self) -> int:
        """How many homes."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """Every entry."""
        return iter(self._entries.values())

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return self._entries.get(home)

    def updated(self, entries: Iterable[Entry]) -> "Register":
        """With these entries in place of those of the same homes."""
        return Register({**self._entries, **{entry.home.key: entry for entry in entries}})

    def of(self, regulator: Regulator) -> "Sector":
        """The homes of one regulator, to count among; kept."""
        if regulator.key not in self._sectors:
            entries = tuple(entry for entry in self if entry.home.regulator == regulator.key)
            self._sectors[regulator.key] = Sector(regulator, entries)
        return self._sectors[regulator.key]


class Sector:
    """All homes of one regulator: what its counts are made from, and since when they can be; never altered."""

    def __init__(self, regulator: Regulator, entries: Sequence[Entry]) -> None:
        self.regulator = regulator
        self._entries = entries
        self._counted: dict[tuple[str, date], tuple[Entry, ...]] = {}
        self._counted_keys: dict[tuple[str, date], frozenset[str]] = {}
        self._tallied: dict[tuple[str, date], dict[str, int]] = {}
        self._delays: dict[Promise, Sequence[int]] = {}

    def __iter__(self) -> Iterator[Entry]:
        """Every entry."""
        return iter(self._entries)

    def counted(self, family_name: str, day: date) -> tuple[Entry, ...]:
        """The graded homes of a family that there were on a day, as far as is known; kept, since it is asked often."""
        if (family_name, day) not in self._counted:
            list_day, back = self.list_before(day), self._reaches_back(day)
            self._counted[family_name, day] = tuple(
                entry for entry in self if entry.family == family_name and _counts(entry, day, list_day, back)
            )
        return self._counted[family_name, day]

    def counts(self, entry: Entry, day: date) -> bool:
        """Whether a home is among those that are counted of its family on a day."""
        if (entry.family, day) not in self._counted_keys:
            keys = frozenset(other.home.key for other in self.counted(entry.family, day))
            self._counted_keys[entry.family, day] = keys
        return entry.home.key in self._counted_keys[entry.family, day]

    def tallied(self, family_name: str, day: date) -> dict[str, int]:
        """How many homes of a family have each grade on a day, the best grade first."""
        if (family_name, day) not in self._tallied:
            self._tallied[family_name, day] = tally(self.counted(family_name, day), day)
        return dict(self._tallied[family_name, day])

    def of_owners(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes of some owners, by their names in one form."""
        return (entry for name in sorted(names) for entry in self._by_owner.get(name, ()))

    def of_stems(self, stems: Iterable[str]) -> Iterator[Entry]:
        """The homes of the owners whose names are these but for region and legal form."""
        return (entry for stem in sorted(stems) for entry in self._by_stem.get(stem, ()))

    def in_area(self, local_authority: str) -> Sequence[Entry]:
        """The homes of a local authority."""
        return self._by_area.get(squash(local_authority), ())

    @cached_property
    def _by_owner(self) -> Mapping[str, Sequence[Entry]]:
        return _filed(self, lambda home: home.owner and same_owner(home.owner))

    @cached_property
    def _by_stem(self) -> Mapping[str, Sequence[Entry]]:
        return _filed(self, lambda home: home.owner and group_stem(home.owner))

    @cached_property
    def _by_area(self) -> Mapping[str, Sequence[Entry]]:
        return _filed(self, lambda home: home.local_authority and squash(home.local_authority))

    def list_before(self, day: date) -> date | None:
        """The day of the newest list of all providers, unless it is so old that it tells nothing about a day."""
        newest = self.newest_list(day)
        return newest if newest is not None and newest >= self._reaches_back(day) else None

    def newest_list(self, day: date) -> date | None:
        """The day of the newest list of all providers until a day, however old it is."""
        return max((listed for listed in self.lists if listed <= day), default=None)

    def known_until(self, day: date) -> date | None:
        """The last day until a given one of which all that was published is known; None if there is none."""
        return known_until(self._covered, day)

    def complete_since(self, day: date, earliest: date) -> date | None:
        """From when on, not before `earliest`, all that was published until a day is known; None if much is not."""
        return complete_since(self._covered, day, earliest)

    @cached_property
    def inadequate(self) -> tuple[tuple[Entry, Inspected], ...]:
        """Every inspection found inadequate, and whose; kept, since they are few and counted often."""
        return tuple(found_inadequate(self, date.min, date.max))

    def inadequate_of(self, owner: str) -> Sequence[tuple[Entry, Inspected]]:
        """Those of them that were of homes of one owner, by its name in one form."""
        return self._inadequate_by_owner.get(owner, ())

    @cached_property
    def _inadequate_by_owner(self) -> Mapping[str, Sequence[tuple[Entry, Inspected]]]:
        found: dict[str, list[tuple[Entry, Inspected]]] = {}
        for entry, visit in self.inadequate:
            if entry.home.owner:
                found.setdefault(same_owner(entry.home.owner), []).append((entry, visit))
        return found

    def delays(self, promise: Promise) -> Sequence[int]:
        """`delays_after_inadequate` of the homes to which this is promised, kept."""
        if promise not in self._delays:
            self._delays[promise] = delays_after_inadequate(self._promised(promise), promise)
        return self._delays[promise]

    def usual_delay(self, promise: Promise) -> timedelta:
        """From a visit to an inadequate home to its publication, by the practice of the last years that are known."""
        delays = self.delays(promise)
        return timedelta(days=round(median(delays))) if len(delays) >= LEAST_CASES else promise.usual_delay

    def _promised(self, promise: Promise) -> list[Entry]:
        families = {family.name for family in self.regulator.families if family.promise == promise}
        return [entry for entry in self if entry.family in families]

    @cached_property
    def lists(self) -> frozenset[date]:
        """The days of the lists of all providers that name any of its homes."""
        return frozenset().union(*(entry.listed for entry in self))

    @cached_property
    def years(self) -> frozenset[date]:
        """The ends of the years whose files name any of them."""
        return frozenset().union(*(entry.years for entry in self))

    @cached_property
    def watched_since(self) -> date | None:
        """When a reading of a feed first brought an inspection of any of them."""
        return min((entry.watched_since for entry in self if entry.watched_since), default=None)

    def watched_since_of(self, family_name: str) -> date | None:
        """The same of the homes of one family: a feed may read these and no others."""
        days = (entry.watched_since for entry in self if entry.watched_since and entry.family == family_name)
        return min(days, default=None)

    def listed_on(self, day: date) -> int:
        """How many homes the list of a day names."""
        return sum(day in entry.listed for entry in self)

    @cached_property
    def _covered(self) -> tuple[Span, ...]:
        return covered(self.years, self.watched_since, self.regulator.pauses)

    def _reaches_back(self, day: date) -> date:
        """Since when a home must have been visited to count without being listed: gaps do not count against it."""
        first = day - ACTIVE_FOR
        return first - days_lost(self._covered, first, day, self.regulator.pauses)


def _filed(entries: Iterable[Entry], under: Callable[[Home], str | None]) -> Mapping[str, Sequence[Entry]]:
    """Homes by what each is filed under; those of which that is not known are left out."""
    filed: dict[str, list[Entry]] = {}
    for entry in entries:
        if name := under(entry.home):
            filed.setdefault(name, []).append(entry)
    return filed


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


def tally(entries: Iterable[Entry], day: date) -> dict[str, int]:
    """How many homes have each grade on a day, the best grade first."""
    counts = Counter((entry.home.regulator, present.grade) for entry in entries if (present := entry.present(day)))
    tallied: dict[str, int] = {}
    for regulator, grade in sorted(counts, key=lambda pair: (_rank(*pair), pair[1])):
        tallied[grade] = tallied.get(grade, 0) + counts[regulator, grade]
    return tallied


def _rank(regulator: str, grade: str) -> int:
    """The step of a grade on the scale of its regulator that has it, 1 for the best; behind all where none has."""
    return next((scale.rank(grade) for scale in scales_of(regulator) if grade in scale.grades), _BEHIND_ALL)


def found_inadequate(entries: Iterable[Entry], first: date, last: date) -> Iterator[tuple[Entry, Inspected]]:
    """The graded inspections that became known within these days and were inadequate."""
    for entry in entries:
        for visit in entry.graded:
            if visit.is_inadequate and first <= visit.known <= last:
                yield entry, visit


def drops(entries: Iterable[Entry], first: date, last: date) -> Iterator[tuple[Entry, Inspected]]:
    """Those of them that were inadequate after a better grade."""
    for entry in entries:
        for former, visit in pairwise(entry.graded):
            if visit.is_inadequate and not former.is_inadequate and first <= visit.known <= last:
                yield entry, visit


def _inspected(inspection: Inspection) -> Inspected:
    grade = inspection.rating.value if inspection.rating else ""
    delay = None
    if inspection.published is not None and not inspection.has_doubtful_publication:
        delay = (inspection.published - (inspection.inspected or inspection.published)).days
    words = inspection.rating.words.lower() if inspection.rating else ""
    days = _same(inspection.day), _same(inspection.became_known)
    is_lowest = bool(grade) and not regulators.of_home(inspection.home).is_usual(inspection.headline)
    return Inspected(
        *days,
        intern(grade),
        intern(words),
        delay,
        is_lowest,
        bool(inspection.rating and inspection.rating.is_inadequate),
    )


def shared(home: Home) -> Home:
    """The home with the words that thousands have in common kept once."""
    words: dict[str, Any] = {name: intern(value) for name in COMMON_WORDS if (value := getattr(home, name))}
    return replace(home, **words, source=None, link=None)


COMMON_WORDS = ("regulator", "type", "owner", "local_authority", "region", "constituency", "sector", "status")
"""What of a home thousands have in common, kept once."""

_same = lru_cache(maxsize=8192)(lambda day: day)
"""The one object of a day: tens of thousands of visits fell on a few thousand days."""


def _counts(entry: Entry, day: date, list_day: date | None, back: date) -> bool:
    """Whether a graded home was there: on the newest list or visited since, and visited or listed not too long ago."""
    present = entry.present(day)
    if present is None or (entry.gone is not None and entry.gone <= day):
        return False
    last = max(visit.inspected for visit in entry.visits if visit.known <= day)
    is_listed = list_day is not None and list_day in entry.listed
    if list_day is not None and not is_listed and last <= list_day:
        return False
    seen = max(last, list_day) if list_day is not None and is_listed else last
    return seen >= (back + ACTIVE_FOR - INADEQUATE_FOR if present.is_inadequate else back)


LEAST_CASES = 30
"""With fewer, the history's own median says little, and that of the promise holds."""
YEARS = 5
"""The practice of later years shows in the history itself."""


def delays_after_inadequate(entries: Iterable[Entry], promise: Promise) -> Sequence[int]:
    """Days from visit to publication of the next visit after an inadequate inspection of some homes, sorted.

    Visits since the January five years before the newest one count, and none from before the present practice.
    """
    homes = [entry for entry in entries if entry.visits]
    newest = max((entry.visits[-1].inspected for entry in homes), default=promise.practice_since)
    since = max(promise.practice_since, date(newest.year - YEARS, 1, 1))
    delays = []
    for entry in homes:
        inadequate = {visit.inspected for visit in entry.graded if visit.is_inadequate}
        for former, then in pairwise(entry.visits):
            if former.inspected in inadequate and then.delay is not None and then.inspected >= since:
                delays.append(then.delay)
    return sorted(delays)
