"""Years of inspections, from 1 April to 31 March, and which of them the history has whole, in part or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, Self

from watcher.judging.gaps import joined, paused
from watcher.judging.register import Sector
from watcher.timing.working_days import Span

_APRIL = 4
_A_DAY = timedelta(days=1)


class Year(NamedTuple):
    """The year that begins on 1 April of a calendar year."""

    begins: int

    @classmethod
    def of(cls, day: date) -> "Year":
        """The year in which a day lies; of each year there is one object, for tens of thousands of visits."""
        return _beginning_in(day.year if day.month >= _APRIL else day.year - 1)

    @property
    def name(self) -> str:
        """`2024-25`."""
        return f"{self.begins}-{(self.begins + 1) % 100:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.begins, _APRIL, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.begins + 1, _APRIL, 1) - _A_DAY

    def until(self, last: "Year") -> "list[Year]":
        """This year and those after it, to `last`."""
        return [Year(begins) for begins in range(self.begins, last.begins + 1)]


_beginning_in = lru_cache(maxsize=256)(Year)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of which days every inspection is known: those of the years whose files were read, and those since it is watched.

    Days of inspection, not of publication: what was inspected in a year's last days is in the file of that year, though
    it was published in the next.
    """

    spans: Sequence[Span]
    """In order, none touching the next."""
    pauses: Sequence[Span]
    today: date

    @classmethod
    def of(cls, sector: Sector, today: date, watched_until: date | None = None) -> Self:
        """What is covered of one regulator's inspections until a day; `watched_until`: when it was last read."""
        spans = [(_a_year_to(end), end) for end in sector.years]
        until = min(watched_until or today, today)
        if sector.watched_since is not None and sector.watched_since <= until:
            spans.append((sector.watched_since, until))
        return cls(joined(spans), sector.regulator.pauses, today)

    @property
    def years(self) -> list[Year]:
        """From the first of which anything is covered to the present one."""
        return Year.of(self.spans[0][0]).until(Year.of(self.today)) if self.spans else []

    def counts(self, year: Year) -> bool:
        """Whether anything of a year is covered; what is known of another one is here and there an inspection."""
        return any(first <= year.last and year.first <= last for first, last in self.spans)

    def why_not(self, year: Year) -> str | None:
        """Why a year has no numbers, as the end of a sentence; None where it has."""
        if self.counts(year):
            return None
        if (pause := paused(self.pauses, year.first, year.last)) is not None:
            return f"inspections paused from {pause[0].day} {pause[0]:%B %Y} to {pause[1].day} {pause[1]:%B %Y}"
        return "the history does not reach so far" if year.first > self.spans[-1][1] else "the history has a gap there"

    def is_paused(self, year: Year) -> bool:
        """Whether a year has no numbers because next to nothing was inspected."""
        return not self.counts(year) and paused(self.pauses, year.first, year.last) is not None

    def gaps(self) -> "list[tuple[Year, str]]":
        """The years that have no numbers, with the reason as the end of a sentence."""
        return [(year, why) for year in self.years if (why := self.why_not(year)) is not None]

    def days(self, year: Year) -> Sequence[Span]:
        """The days of a year that are covered, from when to when."""
        return [
            (max(first, year.first), min(last, year.last))
            for first, last in self.spans
            if first <= year.last and year.first <= last
        ]

    def is_whole(self, year: Year) -> bool:
        """Whether all of a year is covered."""
        return list(self.days(year)) == [(year.first, year.last)]


def _a_year_to(end: date) -> date:
    """The first day of the year that ends on a day."""
    after = end + _A_DAY
    is_leap_day = (after.month, after.day) == (2, 29)
    return after.replace(year=after.year - 1, day=28 if is_leap_day else after.day)
