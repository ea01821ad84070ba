"""Every home with its graded inspections, small enough to keep in memory: what counts and comparisons are made from.

All questions are asked as of a day, and answered by what was known on that day; so the same number can be told again
later. Which homes there were on a day is told by Ofsted's lists "provider level at 31 March", where one was imported.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from sys import intern
from typing import Any, NamedTuple, Self

from watcher.changes import GONE
from watcher.grades import SCALES, is_childrens_home, squash
from watcher.inspection import Home, Inspection
from watcher.matching import HomeRecord

CHILDRENS_HOMES = "children's home"
"""The family of the four kinds that Ofsted's own tables count together."""

ACTIVE_FOR = timedelta(days=730)
"""A home counts for so long after its last visit, where no list says that it is still there."""

GAP = timedelta(days=21)
"""The whole country publishes some twenty reports on a working day: so long without any is a gap of the history."""

_LIST = re.compile(r"(?i)provider.*[_ +]at[_ +]")
"""Names of the files, and of their sheets, that list every provider at one day."""

_INADEQUATE = frozenset(scale.inadequate for scale in SCALES)
_BEST_FIRST = {grade: rank for scale in SCALES for rank, grade in enumerate(scale.grades)}


class Visit(NamedTuple):
    """One inspection, as little of it as is counted with."""

    inspected: date
    known: date
    """The day its readers could know."""
    grade: str
    """The normalised word where it moves the home's rating; empty where it does not."""
    delay: int | None
    """Days from the visit to the publication, where both are sound."""

    @property
    def is_inadequate(self) -> bool:
        """Whether its scale counts it as inadequate."""
        return self.grade in _INADEQUATE


@dataclass(frozen=True, slots=True)
class Entry:
    """One home."""

    home: Home
    family: str
    """What it is counted with: `children's home`, or its own type."""
    visits: tuple[Visit, ...]
    """Of every kind, in their order."""
    listed: frozenset[date]
    """The days of the lists that name it."""
    gone: date | None
    """The day of the statement that it has closed or left the register; None if none says so."""

    @classmethod
    def of(cls, record: HomeRecord, inspections: Iterable[Inspection]) -> Self:
        """The entry of a home; withdrawn inspections are to be left out."""
        home = record.home
        ordered = sorted(inspections, key=lambda inspection: inspection.order)
        sources = {source for one in ordered for source in one.sources} | {s for _, s in record.facts.values()}
        status = record.facts.get("status")
        return cls(
            home=_shared(home),
            family=family(home.type),
            visits=tuple(map(_visit, ordered)),
            listed=frozenset(source.as_of for source in sources if _LIST.search(source.name)),
            gone=status[1].as_of if status is not None and status[0] in GONE else None,
        )

    @property
    def rated(self) -> tuple[Visit, ...]:
        """The graded inspections."""
        return tuple(one for one in self.visits if one.grade)

    def present(self, day: date) -> Visit | None:
        """The inspection that gave its rating, as known on a day."""
        return next((one for one in reversed(self.visits) if one.grade and one.known <= day), None)


class Register:
    """All homes, by key; never altered, `updated` gives another one."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._counted: dict[tuple[str, date], tuple[Entry, ...]] = {}

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

    def counted(self, family_name: str, day: date) -> tuple[Entry, ...]:
        """The graded homes of a family that there were on a day, as far as is known; kept, since it is asked often."""
        if (family_name, day) not in self._counted:
            list_day = max((one for one in self._lists if one <= day), default=None)
            back = self._reaches_back(day)
            self._counted[family_name, day] = tuple(
                entry for entry in self if entry.family == family_name and _counts(entry, day, list_day, back)
            )
        return self._counted[family_name, day]

    def list_before(self, day: date) -> date | None:
        """The day of the newest list of all providers that was known on a day."""
        return max((one for one in self._lists if one <= day), default=None)

    def complete_since(self, day: date, earliest: date) -> date:
        """From when on to `day` the history has no gap, not before `earliest`."""
        return max([earliest, *(end for _, end in self._gaps if earliest < end <= day)])

    def covers(self, day: date) -> bool:
        """Whether the history reaches up to a day without a gap."""
        known = self._known_days
        at = bisect_right(known, day)
        return at > 0 and day - known[at - 1] < GAP

    @cached_property
    def inadequate(self) -> tuple[tuple[Entry, Visit], ...]:
        """Every inspection found inadequate, and whose; kept, since they are few and counted often."""
        return tuple(found_inadequate(self, date.min, date.max))

    @cached_property
    def delays(self) -> Sequence[int]:
        """`delays_after_inadequate` of all homes, kept."""
        return delays_after_inadequate(self)

    @cached_property
    def _lists(self) -> frozenset[date]:
        return frozenset().union(*(entry.listed for entry in self))

    @cached_property
    def _known_days(self) -> list[date]:
        return sorted({visit.known for entry in self for visit in entry.visits})

    @cached_property
    def _gaps(self) -> list[tuple[date, date]]:
        """Between which days nothing at all became known."""
        days = self._known_days
        return [(first, then) for first, then in pairwise(days) if then - first >= GAP]

    def _reaches_back(self, day: date) -> date:
        """Since when a home must have been visited to count without being listed: gaps do not count against it."""
        lost = sum((end - start for start, end in self._gaps if day - 2 * ACTIVE_FOR < end <= day), timedelta())
        return day - ACTIVE_FOR - lost


def family(kind: str | None) -> str:
    """What homes of a kind are counted with."""
    return CHILDRENS_HOMES if is_childrens_home(kind) else squash(kind or "unknown")


def tally(entries: Iterable[Entry], day: date) -> dict[str, int]:
    """How many homes have each grade on a day, the best grade first."""
    counts = Counter(present.grade for entry in entries if (present := entry.present(day)))
    return dict(sorted(counts.items(), key=lambda pair: (_BEST_FIRST.get(pair[0], 99), pair[0])))


def found_inadequate(entries: Iterable[Entry], first: date, last: date) -> Iterator[tuple[Entry, Visit]]:
    """The full inspections that became known within these days and were inadequate."""
    for entry in entries:
        for rated in entry.visits:
            if rated.is_inadequate and first <= rated.known <= last:
                yield entry, rated


def drops(entries: Iterable[Entry], first: date, last: date) -> Iterator[tuple[Entry, Visit]]:
    """Those of them that were inadequate after a better grade."""
    for entry in entries:
        for former, rated in pairwise(entry.rated):
            if rated.is_inadequate and not former.is_inadequate and first <= rated.known <= last:
                yield entry, rated


def _visit(inspection: Inspection) -> Visit:
    grade = inspection.rating.value if inspection.rating else ""
    delay = None
    if inspection.published is not None and not inspection.has_doubtful_publication:
        delay = (inspection.published - inspection.inspected).days
    return Visit(_same(inspection.inspected), _same(inspection.became_known), intern(grade), delay)


def _shared(home: Home) -> Home:
    """The home with the words that thousands have in common kept once."""
    words: dict[str, Any] = {name: intern(value) for name in _COMMON if (value := getattr(home, name))}
    return replace(home, **words, source=None, link=None)


_COMMON = ("regulator", "type", "owner", "local_authority", "region", "status")

_same = lru_cache(maxsize=8192)(lambda day: day)
"""The one object of a day: tens of thousands of visits fell on a few thousand days."""


def _counts(entry: Entry, day: date, list_day: date | None, back: date) -> bool:
    """Whether a graded home was there: on the newest list or visited since, and visited or listed not too long ago."""
    if entry.present(day) is None or (entry.gone is not None and entry.gone <= day):
        return False
    last = max(visit.inspected for visit in entry.visits if visit.known <= day)
    if list_day is not None and list_day >= back and list_day in entry.listed:
        return True
    return last >= back and (list_day is None or list_day in entry.listed or last > list_day)


USUAL_DELAY = timedelta(days=39)
LONGEST_USUAL_DELAY = timedelta(days=51)
LEAST_CASES = 30


def delays_after_inadequate(register: Iterable[Entry], newest: date | None = None) -> Sequence[int]:
    """Days from visit to publication of the next visit after an inadequate inspection of a children's home, sorted.

    Visits since the January five years before the newest one count: 743 of them in the inspections that come with the
    package, with a median of 39 days and nine of ten within 51.
    """
    entries = [entry for entry in register if entry.family == CHILDRENS_HOMES]
    newest = newest or max((entry.visits[-1].inspected for entry in entries if entry.visits), default=date.min)
    since = date(max(newest.year - 5, 1), 1, 1)
    found = []
    for entry in entries:
        inadequate = {one.inspected for one in entry.rated if one.is_inadequate}
        for former, then in pairwise(entry.visits):
            if former.inspected in inadequate and then.delay is not None and then.inspected >= since:
                found.append(then.delay)
    return sorted(found)
