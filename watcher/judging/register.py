"""All homes: what counts and comparisons are made from, each read from where the homes are kept.

All questions are asked as of a day, and answered by what was known on that day; so the same number can be told again
later. Which homes there were on a day is told by a regulator's list of all its providers, where one was imported. Homes
are counted among those of their own regulator alone.

Counts come from tallies that are kept up with the homes. They tell of a day on which all was known that is known now;
the homes of which something became known since are looked at one by one.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property, wraps
from itertools import pairwise
from statistics import median
from typing import Concatenate, ParamSpec

from watcher.facts.grades import scales_of
from watcher.facts.inspection import Home
from watcher.facts.owners import group_stem, same_owner
from watcher.facts.regulators import Promise, Regulator
from watcher.judging.card import Card
from watcher.judging.counting import (
    ACTIVE_FOR,
    INADEQUATE_FOR,
    Rule,
    counts,
    grades,
    grades_by_owner,
    grades_of,
    stand,
)
from watcher.judging.entry import COMMON_WORDS, Entry, Inspected, entry_of, family, is_sure, shared
from watcher.judging.filed import Filing, Tally, found, owner_group
from watcher.judging.gaps import complete_since, covered, days_lost, known_until
from watcher.judging.sources import Altered, Answer, Entries, InMemory
from watcher.text import squash
from watcher.timing.working_days import Span

__all__ = [
    "ACTIVE_FOR",
    "COMMON_WORDS",
    "INADEQUATE_FOR",
    "Entry",
    "Inspected",
    "Register",
    "Sector",
    "drops",
    "entry_of",
    "family",
    "found_inadequate",
    "is_sure",
    "shared",
    "tally",
]

Said = ParamSpec("Said")
_BEHIND_ALL = 100


class Register:
    """All homes of all regulators, by key, as they are when they are asked for; never altered itself."""

    def __init__(self, entries: "Mapping[str, Entry] | Entries") -> None:
        self.source: Entries = InMemory(entries) if isinstance(entries, Mapping) else entries
        self._sectors: dict[str, Sector] = {}

    def __len__(self) -> int:
        """How many homes."""
        names = self.source.tallies(Tally.HOMES.called())
        return sum(sum(homes.values()) for homes in self.source.tallied(names))

    def __iter__(self) -> Iterator[Entry]:
        """Every entry: for what truly goes through all of them."""
        return self.source.all()

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return self.source.get(home)

    def updated(self, entries: Iterable[Entry]) -> "Register":
        """With these entries in place of those of the same homes, at their cost alone."""
        return Register(Altered(self.source, {entry.home.key: entry for entry in entries}))

    def several(self, homes: Iterable[str]) -> Iterator[Entry]:
        """Those of some homes, by their keys, that there are, in this order."""
        return self.source.several(homes)

    def cards(self, homes: Iterable[str] | None = None) -> Iterator[Card]:
        """The cards of all homes, or of some, in no particular order: no entry is made or kept for them."""
        return self.source.cards(homes)

    def differing(self, former: "Register") -> Collection[str] | None:
        """The keys of the homes that may be others than in a former one; None where that can't be told."""
        return self.source.differing(former.source)

    def of(self, regulator: Regulator) -> "Sector":
        """The homes of one regulator, to count among; kept."""
        if regulator.key not in self._sectors:
            self._sectors[regulator.key] = Sector.among(regulator, self.source)
        return self._sectors[regulator.key]

    def regulators(self) -> Sequence[str]:
        """The keys of the regulators that have any homes, in order."""
        names = self.source.tallies(Tally.HOMES.called())
        return sorted(name.split("\n")[1] for name in names if self.source.tally(name))

    def standing_inadequate(self) -> Collection[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out."""
        return [key for regulator in self.regulators() for key in self.source.under(Filing.INADEQUATE, regulator)]

    def called(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes whose id or key is one of some, in capitals or not, at whichever regulator."""
        for name in map(str.casefold, names):
            for number in dict.fromkeys((name, name.partition(":")[2])):
                for entry in self._under(Filing.NUMBER, number):
                    if name in (entry.home.id.casefold(), entry.home.key.casefold()):
                        yield entry

    def of_owners(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes of some owners, at every regulator."""
        return (entry for name in names for entry in self._under(Filing.OWNER, same_owner(name)))

    def in_areas(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes in some local authorities, at every regulator."""
        return (entry for name in names for entry in self._under(Filing.AREA, squash(name)))

    def _under(self, filing: Filing, name: str) -> Iterator[Entry]:
        return self.source.several(self.source.under(filing, name))


def at_once(question: "Callable[Concatenate[Sector, Said], Answer]") -> "Callable[Concatenate[Sector, Said], Answer]":
    """Has a question read nothing but one state of the homes, whoever commits meanwhile."""

    @wraps(question)
    def asked(sector: "Sector", /, *args: Said.args, **named: Said.kwargs) -> Answer:
        def ask() -> Answer:
            sector.renew()
            return question(sector, *args, **named)

        return sector.source.at_once(ask)

    return asked


class Sector:
    """All homes of one regulator: what its counts are made from, and since when they can be; never altered."""

    def __init__(self, regulator: Regulator, entries: Iterable[Entry]) -> None:
        self.regulator = regulator
        self.source: Entries = InMemory({entry.home.key: entry for entry in entries})
        self._rules: dict[date, Rule] = {}
        self._grades: dict[tuple[str, date], Mapping[str, int]] = {}
        self._late_on: dict[date, Sequence[Entry] | None] = {}
        self._usual_delays: dict[Promise, timedelta] = {}
        self._state = 0

    @classmethod
    def among(cls, regulator: Regulator, source: Entries) -> "Sector":
        """Those among the homes of all regulators."""
        sector = cls(regulator, ())
        sector.source, sector._state = source, source.state
        return sector

    def renew(self) -> None:
        """Forgets what was made of a former state of the homes."""
        if (state := self.source.state) != self._state:
            self._rules, self._grades, self._late_on, self._usual_delays, self._state = {}, {}, {}, {}, state
            for name in ("_walked", "lists", "years", "_covered", "_size"):
                self.__dict__.pop(name, None)

    def __iter__(self) -> Iterator[Entry]:
        """Every entry: for what truly goes through all of them."""
        return self.source.all(self.regulator.key)

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return self.source.get(home) if self._has(home) else None

    @at_once
    def make_ready(self, day: date) -> None:
        """Has at hand by which rule homes count on a day: for a thread, since a store may have to be asked."""
        self._late(day)
        self._rule(day)

    def counted(self, family_name: str, day: date) -> tuple[Entry, ...]:
        """The graded homes of a family that there were on a day, as far as is known."""
        rule = self._rule(day)
        return tuple(entry for entry in self if entry.family == family_name and counts(entry, rule))

    @at_once
    def counts(self, entry: Entry, day: date) -> bool:
        """Whether a home is among those that are counted of its family on a day."""
        return counts(entry, self._rule(day))

    @at_once
    def tallied(self, family_name: str, day: date) -> dict[str, int]:
        """How many homes of a family have each grade on a day, the best grade first."""
        found = self._grades.get((family_name, day))
        if found is None:
            self._grades[family_name, day] = found = self._tallied(family_name, day)
        return self._in_order(found)

    def _tallied(self, family_name: str, day: date) -> Counter[str]:
        rule, late = self._rule(day), self._late(day)
        if late is None:
            return grades((entry for entry in self._walked if entry.family == family_name), rule)
        first = str(rule.back)[:7]
        months = self.source.tallies(Tally.STANDS.called(self.regulator.key, family_name))
        since = self.source.tallied(name for name in months if name[-len(first) :] >= first)
        sums = (grades_of(stands, rule) for stands in since)
        return self._corrected(sum(sums, Counter()), [entry for entry in late if entry.family == family_name], rule)

    @cached_property
    def _walked(self) -> Sequence[Entry]:
        """All of them, for days on which less was known: who asks for one of those asks for more."""
        return tuple(self)

    @at_once
    def tallied_in(self, family_name: str, local_authority: str, day: date) -> dict[str, int]:
        """The same of those in a local authority."""
        rule, late, area = self._rule(day), self._late(day), squash(local_authority)
        if late is None:
            here = [entry for entry in self.in_area(local_authority) if entry.family == family_name]
            return self._in_order(grades(here, rule))
        stands = self.source.tally(Tally.STANDS_IN.called(self.regulator.key, family_name, area))
        late = [entry for entry in late if squash(entry.home.local_authority or "") == area]
        here = [entry for entry in late if entry.family == family_name]
        return self._in_order(self._corrected(grades_of(stands, rule), here, rule))

    @at_once
    def tallied_of(self, family_name: str, names: Collection[str], day: date) -> dict[str, int]:
        """The same of those of some owners, by their names in one form."""
        found = Counter[str]()
        for (grade, owner), homes in self._of_groups(family_name, {owner_group(name) for name in names}, day).items():
            if same_owner(owner) in names:
                found[grade] += homes
        return self._in_order(found)

    @at_once
    def owners_akin(self, family_name: str, names: Collection[str], day: date) -> Mapping[str, int]:
        """How many homes the other owners have whose names differ by region or legal form alone, by name as printed."""
        stems = {stem for name in names if (stem := group_stem(name))}
        found = Counter[str]()
        for (_, owner), homes in self._of_groups(family_name, stems, day).items():
            if same_owner(owner) not in names:
                found[owner] += homes
        return found

    def _of_groups(self, family_name: str, groups: Iterable[str], day: date) -> Counter[tuple[str, str]]:
        """How many homes that count have each grade, by that and the owner's name as printed."""
        rule, late, found = self._rule(day), self._late(day), Counter[tuple[str, str]]()
        for group in sorted(groups):
            if late is not None:
                stands = self.source.tally(Tally.STANDS_OF.called(self.regulator.key, family_name, group))
                found.update(grades_by_owner(stands, rule))
            for entry in self._of_group(group, late):
                if entry.family == family_name:
                    owner, how = entry.home.owner or "", stand(entry)
                    found.update({(grade, owner): 1 for grade in grades([entry], rule)})
                    if late is not None and how is not None:
                        found.subtract(grades_by_owner({f"{how[1]}\n{owner}": 1}, rule))
        return +found

    def _of_group(self, group: str, late: Sequence[Entry] | None) -> Sequence[Entry]:
        """The homes of a group of owners among those known late; all of it where these are too many."""
        near = [*self.of_owners([group]), *self.of_stems([group])] if late is None else late
        own = {entry.home.key: entry for entry in near if entry.home.owner}
        return [entry for entry in own.values() if owner_group(entry.home.owner or "") == group]

    def _corrected(self, tallied: Counter[str], late: Sequence[Entry], rule: Rule) -> Counter[str]:
        """With the homes of which something became known since counted by what was known on the day."""
        stands = Counter(said[1] for entry in late if (said := stand(entry)) is not None)
        tallied.update(grades(late, rule))
        tallied.subtract(grades_of(stands, rule))
        return +tallied

    def _late(self, day: date) -> Sequence[Entry] | None:
        """The homes of which something became known after a day; None if they are so many that all are looked at."""
        late = self._late_on.get(day, ())
        if not late and day not in self._late_on:
            key, month = self.regulator.key, str(day)[:7]
            months = [name for name in self.source.tallies(Tally.KNOWN.called(key)) if name[-len(month) :] >= month]
            days = {known: homes for tally in self.source.tallied(months) for known, homes in tally.items()}
            since = [known for known in sorted(days) if known > str(day)]
            is_few = sum(days[known] for known in since) <= self._size * MOST_LATE
            self._late_on[day] = late = (
                [entry for known in since for entry in self._under(Filing.KNOWN, f"{key}\n{known}")] if is_few else None
            )
        return late

    def of_owners(self, names: Iterable[str]) -> Iterator[Entry]:
        """The homes of some owners, by their names in one form."""
        return (entry for name in sorted(names) for entry in self._under(Filing.OWNER, name))

    def of_stems(self, stems: Iterable[str]) -> Iterator[Entry]:
        """The homes of the owners whose names are these but for region and legal form."""
        return (entry for stem in sorted(stems) for entry in self._under(Filing.STEM, stem))

    def in_area(self, local_authority: str) -> Sequence[Entry]:
        """The homes of a local authority."""
        return list(self._under(Filing.AREA, squash(local_authority)))

    def akin(self, home: Home, *, gone: bool = False) -> Iterator[Entry]:
        """The homes that have the owner, the better part of its name, or the area in common with one; each once.

        `gone`: of those of the area alone these that are gone.
        """
        owner = same_owner(home.owner) if home.owner else ""
        stem = group_stem(home.owner) if home.owner else None
        near = [*self.of_owners({owner} - {""}), *self.of_stems({stem} if stem else ())]
        if home.local_authority:
            near += self._under(Filing.GONE if gone else Filing.AREA, squash(home.local_authority))
        return iter({entry.home.key: entry for entry in near}.values())

    @at_once
    def list_before(self, day: date) -> date | None:
        """The day of the newest list of all providers, unless it is so old that it tells nothing about a day."""
        return self._rule(day).listed

    @at_once
    def newest_list(self, day: date) -> date | None:
        """The day of the newest list of all providers until a day, however old it is."""
        return max((listed for listed in self.lists if listed <= day), default=None)

    @at_once
    def known_until(self, day: date) -> date | None:
        """The last day until a given one of which all that was published is known; None if there is none."""
        return known_until(self._covered, day)

    @at_once
    def complete_since(self, day: date, earliest: date) -> date | None:
        """From when on, not before `earliest`, all that was published until a day is known; None if much is not."""
        return complete_since(self._covered, day, earliest)

    @property
    def inadequate(self) -> tuple[tuple[Entry, Inspected], ...]:
        """Every inspection found inadequate, and whose."""
        ever = self._under(Filing.EVER, self.regulator.key)
        return tuple((entry, visit) for entry in ever for visit in found(entry))

    def inadequate_of(self, owner: str) -> Sequence[tuple[Entry, Inspected]]:
        """Those of them that were of homes of one owner, by its name in one form."""
        return [(entry, visit) for entry in self.ever_inadequate([owner]) for visit in found(entry)]

    def ever_inadequate(self, owners: Iterable[str]) -> Iterator[Entry]:
        """The homes of some owners that were ever found inadequate."""
        return (entry for name in sorted(owners) for entry in self._under(Filing.EVER_OF, name))

    @at_once
    def inadequate_between(self, family_name: str, first: date, last: date) -> int:
        """How many of them were of a family and became known within these days."""
        years = self.source.tallies(Tally.FOUND.called(self.regulator.key, family_name))
        since, until = str(first), str(last)
        within = (name for name in years if since[:4] <= name[-4:] <= until[:4])
        return sum(_between(tally, since, until) for tally in self.source.tallied(within))

    @at_once
    def inspected_again(
        self, family_name: str, grade: str, first: str, last: str
    ) -> Sequence[tuple[str, Mapping[str, int]]]:
        """The tallies of graded inspections of a family's homes after such a grade, with their months, in order."""
        names = self.source.tallies(Tally.AGAIN.called(self.regulator.key, family_name, grade))
        within = sorted(name for name in names if first <= name[-7:] <= last)
        return [(name[-7:], counted) for name, counted in zip(within, self.source.tallied(within), strict=True)]

    def inadequate_in(self, family_name: str, local_authority: str, first: date, last: date) -> int:
        """The same of those in a local authority."""
        name = Tally.FOUND_IN.called(self.regulator.key, family_name, squash(local_authority))
        return _between(self.source.tally(name), str(first), str(last))

    @at_once
    def delays(self, promise: Promise) -> Sequence[int]:
        """Days from visit to publication of the next visit after an inadequate one, sorted, of homes so promised.

        Visits since the January five years before the newest one count, and none from before the present practice.
        """
        key, families = self.regulator.key, [one.name for one in self.regulator.families if one.promise == promise]
        visited = (int(year) for name in families for year in self.source.tally(Tally.VISITED.called(key, name)))
        newest = max(visited, default=promise.practice_since.year)
        since = f"{max(promise.practice_since.year, newest - YEARS):04}"
        years = (name for kind in families for name in self.source.tallies(Tally.RETURNS.called(key, kind)))
        found = self.source.tallied(name for name in years if name[-4:] >= since)
        return sorted(int(days) for tally in found for days, homes in tally.items() for _ in range(homes))

    @at_once
    def usual_delay(self, promise: Promise) -> timedelta:
        """From a visit to an inadequate home to its publication, by the practice of the last years that are known."""
        if promise not in self._usual_delays:
            delays = self.delays(promise)
            usual = timedelta(days=round(median(delays))) if len(delays) >= LEAST_CASES else promise.usual_delay
            self._usual_delays[promise] = usual
        return self._usual_delays[promise]

    @cached_property
    def lists(self) -> frozenset[date]:
        """The days of the lists of all providers that name any of its homes."""
        return frozenset(map(date.fromisoformat, self.source.tally(Tally.LISTS.called(self.regulator.key))))

    @cached_property
    def years(self) -> frozenset[date]:
        """The ends of the years whose files name any of them."""
        return frozenset(map(date.fromisoformat, self.source.tally(Tally.YEARS.called(self.regulator.key))))

    @property
    def watched_since(self) -> date | None:
        """When a reading of a feed first brought an inspection of any of them."""
        return self._watched_since(Tally.WATCHED.called(self.regulator.key))

    def watched_since_of(self, family_name: str) -> date | None:
        """The same of the homes of one family: a feed may read these and no others."""
        return self._watched_since(Tally.WATCHED.called(self.regulator.key, family_name))

    def _watched_since(self, beginning: str) -> date | None:
        names = self.source.tallies(beginning)
        year = min((name[-4:] for name in names), default="")
        tallies = self.source.tallied(name for name in names if name[-4:] == year)
        days = (day for tally in tallies for day in tally)
        return min(map(date.fromisoformat, days), default=None)

    def listed_on(self, day: date) -> int:
        """How many homes the list of a day names."""
        return self.source.tally(Tally.LISTS.called(self.regulator.key)).get(str(day), 0)

    @cached_property
    def _covered(self) -> tuple[Span, ...]:
        return covered(self.years, self.watched_since, self.regulator.pauses)

    @cached_property
    def _size(self) -> int:
        return sum(self.source.tally(Tally.HOMES.called(self.regulator.key)).values())

    def _rule(self, day: date) -> Rule:
        rule = self._rules.get(day)
        if rule is None:
            back, newest = self._reaches_back(day), self.newest_list(day)
            self._rules[day] = rule = Rule(day, newest if newest is not None and newest >= back else None, back)
        return rule

    def _reaches_back(self, day: date) -> date:
        """Since when a home must have been visited to count without being listed: gaps do not count against it."""
        if self.regulator.stand_until_gone and not self.lists:
            return date.min
        first = day - ACTIVE_FOR
        return first - days_lost(self._covered, first, day, self.regulator.pauses)

    def _in_order(self, by_grade: Mapping[str, int]) -> dict[str, int]:
        return _best_first({(self.regulator.key, grade): homes for grade, homes in by_grade.items()})

    def _has(self, home: str) -> bool:
        return home.startswith(f"{self.regulator.key}:")

    def _under(self, filing: Filing, name: str) -> Iterator[Entry]:
        return self.source.several(key for key in self.source.under(filing, name) if self._has(key))


MOST_LATE = 0.1
"""The part of all homes that is looked at one by one rather than all of them."""
LEAST_CASES = 30
"""With fewer, the history's own median says little, and that of the promise holds."""
YEARS = 5
"""The practice of later years shows in the history itself."""


def _between(days: Mapping[str, int], since: str, until: str) -> int:
    return sum(count for day, count in days.items() if since <= day <= until)


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
