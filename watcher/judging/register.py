"""Every home with its graded inspections, small enough to keep in memory: what counts and comparisons are made from.

All questions are asked as of a day, and answered by what was known on that day; so the same number can be told again
later. Which homes there were on a day is told by a regulator's list of all its providers, where one was imported. Homes
are counted among those of their own regulator alone.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from statistics import median
from sys import intern
from typing import Any, NamedTuple, Self, TypeVar

from watcher.facts import regulators
from watcher.facts.grades import scales_of
from watcher.facts.inspection import GONE, Dated, Home, Inspection
from watcher.facts.owners import group_stem, same_owner
from watcher.facts.regulators import Promise, Regulator
from watcher.facts.sources import Sort
from watcher.facts.statements import HomeRecord, Record
from watcher.judging.filed import Filed, Noted, Tallied
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


class _Entries:
    """Entries by key, with what is made of all of them, each when it is first asked for."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._kept: dict[object, Any] = {}
        """By what makes it."""

    def __iter__(self) -> Iterator[Entry]:
        """Every entry."""
        return iter(self._entries.values())

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return self._entries.get(home)

    def _moved(self, moves: Sequence[tuple[str, Entry | None, Entry]]) -> dict[object, Any]:
        """What is made of all of them, once these are others: the key of each home with its entries before and now."""
        return {make: kept.moved(moves) for make, kept in list(self._kept.items())}

    def _keeps(self, make: "Callable[[Mapping[str, Entry]], _Kept]") -> "_Kept":
        if make not in self._kept:
            self._kept[make] = make(self._entries)
        kept: _Kept = self._kept[make]
        return kept

    def _under(self, filed: "Callable[[Mapping[str, Entry]], Filed[Entry, str]]", name: str) -> Sequence[Entry]:
        return [self._entries[key] for key in self._keeps(filed).under(name)]


class Register(_Entries):
    """All homes of all regulators, by key; never altered, `updated` gives another one."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        super().__init__(entries)
        self._sectors: dict[str, Sector] = {}

    def __len__(self) -> int:
        """How many homes."""
        return len(self._entries)

    def updated(self, entries: Iterable[Entry]) -> "Register":
        """With these entries in place of those of the same homes; what is kept of all follows at their cost alone."""
        altered = {entry.home.key: entry for entry in entries}
        moves = [(key, self._entries.get(key), entry) for key, entry in altered.items()]
        other = Register({**self._entries, **altered})
        for key, sector in list(self._sectors.items()):
            own = [move for move in moves if move[2].home.regulator == key]
            other._sectors[key] = sector.updated(own) if own else sector
        other._kept = self._moved(moves)
        return other

    def of(self, regulator: Regulator) -> "Sector":
        """The homes of one regulator, to count among; kept."""
        if regulator.key not in self._sectors:
            entries = [entry for entry in self if entry.home.regulator == regulator.key]
            self._sectors[regulator.key] = Sector(regulator, entries)
        return self._sectors[regulator.key]

    def make_ready(self) -> None:
        """Makes what homes are looked up by: for a thread, since it may take a second."""
        for make in (_BY_NUMBER, _BY_OWNER, _BY_AREA, _STANDING_INADEQUATE):
            self._keeps(make)

    def standing_inadequate(self) -> Collection[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out; kept."""
        return self._keeps(_STANDING_INADEQUATE).notes.keys()

    def called(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes whose id or key is one of some, in capitals or not, at whichever regulator."""
        for name in map(str.casefold, names):
            for number in dict.fromkeys((name, name.partition(":")[2])):
                for entry in self._under(_BY_NUMBER, number):
                    if name in (entry.home.id.casefold(), entry.home.key.casefold()):
                        yield entry

    def of_owners(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes of some owners, at every regulator."""
        return (entry for name in names for entry in self._under(_BY_OWNER, same_owner(name)))

    def in_areas(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes in some local authorities, at every regulator."""
        return (entry for name in names for entry in self._under(_BY_AREA, squash(name)))


@dataclass(frozen=True, slots=True)
class _Rule:
    """Which homes count on a day."""

    day: date
    listed: date | None
    """The day of the newest list, unless it is so old that it tells nothing."""
    back: date
    """Since when a home must have been visited to count without being listed."""


class Sector(_Entries):
    """All homes of one regulator: what its counts are made from, and since when they can be; never altered."""

    def __init__(self, regulator: Regulator, entries: Iterable[Entry]) -> None:
        super().__init__({entry.home.key: entry for entry in entries})
        self.regulator = regulator
        self._rules: dict[date, _Rule] = {}
        self._tallied: dict[date, tuple[_Rule, Mapping[tuple[str, str], int]]] = {}

    def updated(self, moves: Sequence[tuple[str, Entry | None, Entry]]) -> "Sector":
        """With entries in place of those before: the key of each home with both."""
        other = Sector(self.regulator, ())
        other._entries = {**self._entries, **{key: entry for key, _, entry in moves}}
        other._kept = self._moved(moves)
        for day, (rule, grades) in list(self._tallied.items())[-_MOST_DAYS:]:
            if other._rule(day) == rule:  # else every home may count or not for another reason
                found = Counter(grades)
                found.update(_grades((after for *_, after in moves), rule))
                found.subtract(_grades((before for _, before, _ in moves if before), rule))
                other._tallied[day] = rule, +found
        return other

    def make_ready(self, day: date) -> None:
        """Makes what is kept of all homes, and counts those of a day: for a thread, since it may take a second."""
        for make in _ALL_KEPT:
            self._keeps(make)
        self._tally(day)

    def counted(self, family_name: str, day: date) -> tuple[Entry, ...]:
        """The graded homes of a family that there were on a day, as far as is known."""
        rule = self._rule(day)
        return tuple(entry for entry in self if entry.family == family_name and _counts(entry, rule))

    def counts(self, entry: Entry, day: date) -> bool:
        """Whether a home is among those that are counted of its family on a day."""
        return _counts(entry, self._rule(day))

    def tallied(self, family_name: str, day: date) -> dict[str, int]:
        """How many homes of a family have each grade on a day, the best grade first; kept, since it is asked often."""
        of_family = {
            (self.regulator.key, grade): count
            for (name, grade), count in self._tally(day).items()
            if name == family_name
        }
        return _best_first(of_family)

    def _tally(self, day: date) -> Mapping[tuple[str, str], int]:
        """How many homes of each family have each grade."""
        if day not in self._tallied:
            rule = self._rule(day)
            self._tallied[day] = rule, _grades(self, rule)
        return self._tallied[day][1]

    def of_owners(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes of some owners, by their names in one form."""
        return (entry for name in sorted(names) for entry in self._under(_BY_OWNER, name))

    def of_stems(self, stems: Iterable[str]) -> Iterator[Entry]:
        """The homes of the owners whose names are these but for region and legal form."""
        return (entry for stem in sorted(stems) for entry in self._under(_BY_STEM, stem))

    def in_area(self, local_authority: str) -> Sequence[Entry]:
        """The homes of a local authority."""
        return self._under(_BY_AREA, squash(local_authority))

    def akin(self, home: Home) -> Iterator[Entry]:
        """The homes that have the owner, the better part of its name, or the area in common with one; each once."""
        owner = same_owner(home.owner) if home.owner else ""
        stem = group_stem(home.owner) if home.owner else None
        found = [*self.of_owners({owner} - {""}), *self.of_stems({stem} if stem else ())]
        found += self.in_area(home.local_authority) if home.local_authority else ()
        return iter({entry.home.key: entry for entry in found}.values())

    def list_before(self, day: date) -> date | None:
        """The day of the newest list of all providers, unless it is so old that it tells nothing about a day."""
        return self._rule(day).listed

    def newest_list(self, day: date) -> date | None:
        """The day of the newest list of all providers until a day, however old it is."""
        return max((listed for listed in self.lists if listed <= day), default=None)

    def known_until(self, day: date) -> date | None:
        """The last day until a given one of which all that was published is known; None if there is none."""
        return known_until(self._covered, day)

    def complete_since(self, day: date, earliest: date) -> date | None:
        """From when on, not before `earliest`, all that was published until a day is known; None if much is not."""
        return complete_since(self._covered, day, earliest)

    @property
    def inadequate(self) -> tuple[tuple[Entry, Inspected], ...]:
        """Every inspection found inadequate, and whose."""
        found = self._keeps(_INADEQUATE).notes
        return tuple((self._entries[key], visit) for key, visits in found.items() for visit in visits)

    def inadequate_of(self, owner: str) -> Sequence[tuple[Entry, Inspected]]:
        """Those of them that were of homes of one owner, by its name in one form."""
        found = self._keeps(_INADEQUATE).notes
        return [(entry, visit) for entry in self.of_owners([owner]) for visit in found.get(entry.home.key, ())]

    def inadequate_between(self, family_name: str, first: date, last: date) -> int:
        """How many of them were of a family and became known within these days."""
        said = self._keeps(_INADEQUATE_ON).counts.items()
        return sum(count for (name, known), count in said if name == family_name and first <= known <= last)

    def delays(self, promise: Promise) -> Sequence[int]:
        """Days from visit to publication of the next visit after an inadequate one, sorted, of homes so promised.

        Visits since the January five years before the newest one count, and none from before the present practice.
        """
        families = {family.name for family in self.regulator.families if family.promise == promise}
        visited = (year for name, year in self._keeps(_LAST_VISITED).counts if name in families)
        newest = max(visited, default=promise.practice_since.year)
        since = max(promise.practice_since, date(newest - YEARS, 1, 1))
        after = self._keeps(_AFTER_INADEQUATE).notes.items()
        returns = (then for key, visits in after if self._entries[key].family in families for then in visits)
        return sorted(delay for inspected, delay in returns if inspected >= since)

    def usual_delay(self, promise: Promise) -> timedelta:
        """From a visit to an inadequate home to its publication, by the practice of the last years that are known."""
        delays = self.delays(promise)
        return timedelta(days=round(median(delays))) if len(delays) >= LEAST_CASES else promise.usual_delay

    @property
    def lists(self) -> frozenset[date]:
        """The days of the lists of all providers that name any of its homes."""
        return frozenset(self._keeps(_LISTS).counts)

    @property
    def years(self) -> frozenset[date]:
        """The ends of the years whose files name any of them."""
        return frozenset(self._keeps(_YEARS).counts)

    @property
    def watched_since(self) -> date | None:
        """When a reading of a feed first brought an inspection of any of them."""
        return min((day for _, day in self._keeps(_WATCHED).counts), default=None)

    def watched_since_of(self, family_name: str) -> date | None:
        """The same of the homes of one family: a feed may read these and no others."""
        return min((day for name, day in self._keeps(_WATCHED).counts if name == family_name), default=None)

    def listed_on(self, day: date) -> int:
        """How many homes the list of a day names."""
        return self._keeps(_LISTS).counts.get(day, 0)

    @cached_property
    def _covered(self) -> tuple[Span, ...]:
        return covered(self.years, self.watched_since, self.regulator.pauses)

    def _rule(self, day: date) -> _Rule:
        if day not in self._rules:
            back = self._reaches_back(day)
            newest = self.newest_list(day)
            self._rules[day] = _Rule(day, newest if newest is not None and newest >= back else None, back)
        return self._rules[day]

    def _reaches_back(self, day: date) -> date:
        """Since when a home must have been visited to count without being listed: gaps do not count against it."""
        if self.regulator.stand_until_gone and not self.lists:
            return date.min
        first = day - ACTIVE_FOR
        return first - days_lost(self._covered, first, day, self.regulator.pauses)


_Kept = TypeVar("_Kept")
_MOST_DAYS = 4
"""Of so many days the counts follow what alters; those of other days are made again when asked for."""


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
    return _best_first(
        Counter((entry.home.regulator, present.grade) for entry in entries if (present := entry.present(day)))
    )


def _best_first(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """How many have each grade, by regulator and grade before."""
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
        inspection.dated,
    )


def shared(home: Home) -> Home:
    """The home with the words that thousands have in common kept once."""
    words: dict[str, Any] = {name: intern(value) for name in COMMON_WORDS if (value := getattr(home, name))}
    return replace(home, **words, source=None, link=None)


COMMON_WORDS = ("regulator", "type", "owner", "brand", "local_authority", "region", "constituency", "sector", "status")
"""What of a home thousands have in common, kept once."""

_same = lru_cache(maxsize=8192)(lambda day: day)
"""The one object of a day: tens of thousands of visits fell on a few thousand days."""


def _counts(entry: Entry, rule: _Rule) -> bool:
    """Whether a graded home was there: on the newest list or visited since, and visited or listed not too long ago."""
    day, listed = rule.day, rule.listed
    present = entry.present(day)
    if present is None or (entry.gone is not None and entry.gone <= day):
        return False
    last = max(visit.inspected for visit in entry.visits if visit.known <= day)
    is_listed = listed is not None and listed in entry.listed
    if listed is not None and not is_listed and last <= listed:
        return False
    seen = max(last, listed) if listed is not None and is_listed else last
    return seen >= (rule.back + ACTIVE_FOR - INADEQUATE_FOR if present.is_inadequate else rule.back)


def _grades(entries: Iterable[Entry], rule: _Rule) -> Counter[tuple[str, str]]:
    """How many of some homes that count have each grade, by family."""
    counted = ((entry.family, entry.present(rule.day)) for entry in entries if _counts(entry, rule))
    return Counter((name, present.grade) for name, present in counted if present is not None)


LEAST_CASES = 30
"""With fewer, the history's own median says little, and that of the promise holds."""
YEARS = 5
"""The practice of later years shows in the history itself."""


def _returns(entry: Entry) -> tuple[tuple[date, int], ...]:
    """Each visit after an inadequate one, with the days to its publication where they are known."""
    inadequate = {visit.inspected for visit in entry.graded if visit.is_inadequate}
    if not inadequate:
        return ()
    return tuple(
        (then.inspected, then.delay)
        for former, then in pairwise(entry.visits)
        if former.inspected in inadequate and then.delay is not None
    )


def _found(entry: Entry) -> tuple[Inspected, ...]:
    if not any(visit.is_inadequate for visit in entry.visits):
        return ()
    return tuple(visit for visit in entry.graded if visit.is_inadequate)


def _stands_inadequate(entry: Entry) -> bool:
    present = next((visit for visit in reversed(entry.visits) if visit.grade), None)
    return entry.gone is None and present is not None and present.is_inadequate


def _names(under: Callable[[Home], str | None]) -> Callable[[Entry], Iterable[str]]:
    return lambda entry: (name,) if (name := under(entry.home)) else ()


_BY_OWNER = partial(Filed[Entry, str], _names(lambda home: home.owner and same_owner(home.owner)))
_BY_STEM = partial(Filed[Entry, str], _names(lambda home: home.owner and group_stem(home.owner)))
_BY_AREA = partial(Filed[Entry, str], _names(lambda home: home.local_authority and squash(home.local_authority)))
_BY_NUMBER = partial(Filed[Entry, str], lambda entry: (entry.home.id.casefold(),))
_STANDING_INADEQUATE = partial(Noted[Entry, bool], _stands_inadequate)
_LISTS = partial(Tallied[Entry, date], lambda entry: entry.listed)
_YEARS = partial(Tallied[Entry, date], lambda entry: entry.years)
_WATCHED = partial(
    Tallied[Entry, tuple[str, date]],
    lambda entry: ((entry.family, entry.watched_since),) if entry.watched_since else (),
)
_INADEQUATE = partial(Noted[Entry, tuple[Inspected, ...]], _found)
_INADEQUATE_ON = partial(
    Tallied[Entry, tuple[str, date]], lambda entry: [(entry.family, visit.known) for visit in _found(entry)]
)
_AFTER_INADEQUATE = partial(Noted[Entry, tuple[tuple[date, int], ...]], _returns)
_LAST_VISITED = partial(
    Tallied[Entry, tuple[str, int]],
    lambda entry: ((entry.family, entry.visits[-1].inspected.year),) if entry.visits else (),
)
_ALL_KEPT: tuple[Callable[[Mapping[str, Entry]], Any], ...] = (
    *(_BY_OWNER, _BY_STEM, _BY_AREA, _LISTS, _YEARS, _WATCHED),
    *(_INADEQUATE, _INADEQUATE_ON, _AFTER_INADEQUATE, _LAST_VISITED),
)
"""What is kept of the homes of one regulator, each made when it is first asked for."""
