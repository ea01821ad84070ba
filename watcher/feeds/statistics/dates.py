"""The day whose state of knowledge a file tells, and whether it tells of a year or of a day."""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from watcher.feeds.statistics.headers import TableLayout

LATEST_AFTER_STATE = timedelta(days=92)
"""How long after its day of state a file may date anything: reports of a year count when out a month later."""
EARLIEST = date(1990, 1, 1)
"""No inspection that these files list is older."""

_SHARE_OF_A_STATE = 0.05
"""What part of the rows must be dated in a year for it to be the file's, so that a typing error never is."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_YEAR = re.compile(r"\bin year (20\d\d)-(\d\d)\b")
_DAY = re.compile(rf"\b(?:(\d\d?) )?({'|'.join(_MONTHS)})[a-z]* (20\d\d)\b")
_NUMERIC_DAY = re.compile(r"\bat (\d\d) (\d\d) (\d\d)\b")
_TWO_YEARS = re.compile(r"(?<!\d)(\d\d)(\d\d)(?!\d)")


class FileKind(StrEnum):
    """What a file lists."""

    IN_YEAR = "in year"
    """Every inspection of a year."""
    SNAPSHOT = "snapshot"
    """Each provider with its latest full inspection."""
    MOVES = "leavers and joiners"
    """Which homes were registered in a year, and which have gone."""
    BOTH = "in year and snapshot"
    """A workbook with sheets of either kind."""


class Titled(Protocol):
    """A table's layout, as far as it tells whose state the table is."""

    @property
    def above(self) -> str:
        """The text above its header, squashed."""
        ...


Days = Callable[[], Sequence[date]]
"""Gives the inspection dates of a table; asked for only where nothing else tells."""


def state_of(layout: Titled, sheet: str, days: Days, file: str) -> date | None:
    """The day whose state a table tells, None if nothing says it.

    What its title says ("as at 31 March 2024", "in year 2022-23" for 31 March 2023), else the sheet's name, else the
    last 31 March before which at least one in twenty of its rows was inspected, and for a table without any rows
    the file's name ("provider_at_march_2018", "inspec_1819"). Depends on nothing but these.
    """
    return (
        _named(layout.above) or _named(_words(sheet)) or _year_end(days()) or _named(_words(file)) or _two_years(file)
    )


def kind_of(layout: TableLayout, sheet: str, days: Days, state: date) -> FileKind:
    """What a table lists: as its title, band, sheet or headers say, else by how far back its inspections go."""
    said = f"{layout.above} {_words(sheet)}"
    if "in year" in said:
        return FileKind.IN_YEAR
    if "level at" in said or "as at" in said or any("latest full inspectio" in text for text in (said, *layout.names)):
        return FileKind.SNAPSHOT
    inspected = days()
    older = sum(day <= state - timedelta(days=366) for day in inspected)
    return FileKind.SNAPSHOT if older > _SHARE_OF_A_STATE * len(inspected) else FileKind.IN_YEAR


def is_plausible(day: date, state: date) -> bool:
    """Whether a file that tells the state of one day may date an inspection or a publication like this."""
    return EARLIEST <= day <= state + LATEST_AFTER_STATE


def _words(name: str) -> str:
    return name.casefold().replace("_", " ")


def _named(text: str) -> date | None:
    if match := _IN_YEAR.search(text):
        return date(int(match[1]) + 1, 3, 31)
    if match := _DAY.search(text):
        year, month = int(match[3]), _MONTHS.index(match[2]) + 1
        return _day(year, month, int(match[1] or monthrange(year, month)[1]))
    if match := _NUMERIC_DAY.search(text):
        return _day(2000 + int(match[3]), int(match[2]), int(match[1]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year_end(days: Iterable[date]) -> date | None:
    ends = Counter(day.year + (day.month > 3) for day in days)
    enough = [year for year, count in ends.items() if count >= _SHARE_OF_A_STATE * ends.total()]
    return date(max(enough), 3, 31) if enough else None


def _two_years(file: str) -> date | None:
    for match in _TWO_YEARS.finditer(file):
        first, second = int(match[1]), int(match[2])
        if second == first + 1:
            return date(2000 + second, 3, 31)
    return None
