"""How soon a regulator comes back: the usual time between two full inspections, as the history itself shows it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from watcher.judging.gaps import paused
from watcher.judging.register import Sector
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

    def first(self, inspected: date) -> date:
        """The first day of the window of a home that was inspected on a day."""
        return inspected + timedelta(self.shortest)

    def due(self, inspected: date, rule: str) -> Window:
        """The window of a home that was inspected on a day; `rule` is what its regulator says of itself."""
        found = (
            f"eight of ten {self.family}s found {self.grade} were inspected fully again {self.shortest} to "
            f"{self.longest} days later ({self.cases:,} inspections from {self.since} to {self.until})"
        )
        basis = f"{rule}; {found}" if rule else found
        return Window(self.first(inspected), inspected + timedelta(self.longest), basis)


Counted = Mapping[str, int]
"""One of the tallies of full inspections after others."""
Months = Sequence[tuple[str, Counted]]
"""Those of some months."""


def rhythm(family: str, grade: str, last_known: date, pauses: Sequence[Span], months: Months) -> Rhythm | None:
    """Of the homes of a family that were given a grade, by the last years known; None from too few cases.

    `months` are their tallies. What lies across a pause of the regulator tells nothing of its rhythm.
    """
    since = last_known - YEARS_BACK
    days = sorted(
        days
        for month, counted in months
        for then, days, homes in _inspected_again(month, counted)
        if since < then <= last_known
        if paused(pauses, then - timedelta(days), then) is None
        for _ in range(homes)
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


def _inspected_again(month: str, counted: Counted) -> Iterator[tuple[date, int, int]]:
    """On which day, after how many days, and how often."""
    year, number = map(int, month.split("-"))
    for said, homes in counted.items():
        day, days = said.split()
        yield date(year, number, int(day)), int(days), homes


class Rhythms:
    """The rhythms of one regulator by the practice of the last years known by a day; each is found when asked for."""

    def __init__(self, sector: Sector, day: date, former: "Rhythms | None" = None) -> None:
        """What was found of `former` ones, as the homes were before, need not be found anew where it is the same."""
        self._sector = sector
        self._last_known: date | None = sector.known_until(day)
        self._former = former._found if former is not None and former._last_known == self._last_known else {}
        self._complete_since = sector.complete_since(day, date.min)
        self._found: dict[tuple[str, str], tuple[Months, Rhythm | None]] = {}

    def is_known_since(self, day: date) -> bool:
        """Whether all that was published since a day, and until that of the rhythms, is known."""
        return self._complete_since is not None and self._complete_since <= day

    def of(self, family: str, grade: str) -> Rhythm | None:
        """That of the homes of a family that were given a grade."""
        if self._last_known is None:
            return None
        if (family, grade) not in self._found:
            self._found[family, grade] = self._rhythm(family, grade, self._last_known)
        return self._found[family, grade][1]

    def tell_as(self, former: "Rhythms") -> bool:
        """Whether all that was asked of former ones is still so."""
        return (self._last_known, self._complete_since) == (former._last_known, former._complete_since) and all(
            self.of(*asked) == found for asked, (_, found) in [*former._found.items()]
        )

    def _rhythm(self, family: str, grade: str, last_known: date) -> tuple[Months, Rhythm | None]:
        since, until = str(last_known - YEARS_BACK)[:7], str(last_known)[:7]
        months = self._sector.inspected_again(family, grade, since, until)
        before, found = self._former.get((family, grade), ((), None))
        if len(months) != len(before) or any(
            now is not then for (_, now), (_, then) in zip(months, before, strict=True)
        ):
            found = rhythm(family, grade, last_known, self._sector.regulator.pauses, months)
        return months, found
