"""How soon a regulator comes back: the usual time between two full inspections, as the history itself shows it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from watcher.judging.gaps import paused
from watcher.judging.register import Entry, Sector
from watcher.timing.working_days import Span

YEARS_BACK = timedelta(days=3 * 365)
"""The practice of so long before the end of what is known counts."""
LEAST_CASES = 30
"""From fewer nothing is said."""
_LEFT_OUT = 10
"""One case of so many is left out at each end: eight of ten lie between."""


@dataclass(frozen=True, slots=True)
class Window:
    """The window in which the next full inspection of a home is to be expected, and what says so."""

    first: date
    last: date
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Within how many days eight of ten homes of one kind and grade were inspected fully again."""

    family: str
    grade: str
    shortest: int
    longest: int
    cases: int
    since: date
    until: date

    def due(self, inspected: date, rule: str) -> Window:
        """The window of a home that was inspected on a day; `rule` is what its regulator says of itself."""
        found = (
            f"eight of ten {self.family}s found {self.grade} were inspected fully again {self.shortest} to "
            f"{self.longest} days later ({self.cases:,} inspections from {self.since} to {self.until})"
        )
        basis = f"{rule}; {found}" if rule else found
        return Window(inspected + timedelta(self.shortest), inspected + timedelta(self.longest), basis)


def rhythm(
    entries: Iterable[Entry], family: str, grade: str, last_known: date, pauses: Sequence[Span]
) -> Rhythm | None:
    """Of the homes of a family that were given a grade, by the last years known; None from too few cases.

    What lies across a pause of the regulator tells nothing of its rhythm.
    """
    since = last_known - YEARS_BACK
    days = sorted(
        (then.inspected - former.inspected).days
        for entry in entries
        if entry.family == family
        for former, then in pairwise(entry.graded)
        if former.grade == grade
        if since < then.inspected <= last_known
        if paused(pauses, former.inspected, then.inspected) is None
    )
    if len(days) < LEAST_CASES:
        return None
    edge = len(days) // _LEFT_OUT
    return Rhythm(
        family=family,
        grade=grade,
        shortest=days[edge],
        longest=days[-1 - edge],
        cases=len(days),
        since=since,
        until=last_known,
    )


class Rhythms:
    """The rhythms of one regulator by the practice of the last years known by a day; each is found when asked for."""

    def __init__(self, sector: Sector, day: date, entries: Collection[Entry] | None = None) -> None:
        """`entries` are all homes of the sector, from whoever has them in memory."""
        self._sector, self._entries = sector, sector if entries is None else entries
        self._last_known = sector.known_until(day)
        self._found: dict[tuple[str, str], Rhythm | None] = {}

    def of(self, family: str, grade: str) -> Rhythm | None:
        """That of the homes of a family that were given a grade."""
        if (family, grade) not in self._found:
            pauses, last = self._sector.regulator.pauses, self._last_known
            self._found[family, grade] = rhythm(self._entries, family, grade, last, pauses) if last else None
        return self._found[family, grade]
