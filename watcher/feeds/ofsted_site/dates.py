"""Dates as Ofsted prints them: `23 January 2023`, `31 January to 1 February 2024`, `12/05/2015`."""

import re
from calendar import month_name
from datetime import date

_MONTHS = {name.casefold(): number for number, name in enumerate(month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_NUMERIC = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_TOKEN = re.compile(r"\d+|[a-z]+\.?|\S")
"""A word that is cut short may end with a full stop; a number doesn't."""
_UP_TO_A_YEAR = re.compile(r"(?i).{0,100}?\b(?:19|20)\d\d\b(?! ?(?:[–—&,-]|to\b|and\b) ?(?:[a-z]{3,6}day )?\d)")
_CONNECTORS = frozenset(
    {"and", "to", "from", "&", ",", "-", "–", "—", "st", "nd", "rd", "th"}
    | {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)


def read_date(words: str) -> date | None:
    """One date, such as `8 September 2026`; None for anything else."""
    days = read_days(words)
    return days[0] if days is not None and days[0] == days[1] else None


def read_days(words: str) -> tuple[date, date] | None:
    """The first and the last day of `6 and 7 September 2023` and its like; None if anything in it is not understood.

    A day without a month, or a month without a year, takes that of the next one to its right.
    """
    numeric = _NUMERIC.sub(lambda match: f"{match[1]} {month_name[int(match[2]) % 13] or '?'} {match[3]}", words)
    month = year = None
    days: list[date] = []
    for printed in reversed(_TOKEN.findall(numeric.casefold())):
        token = printed.rstrip(".")
        if token in _MONTHS:
            month = _MONTHS[token]
        elif token.isdecimal() and len(token) == 4:
            year, month = int(token), None
        elif token.isdecimal() and len(token) <= 2 and month and year:
            day = _day(year, month, int(token))
            if day is None or (days and day > days[-1]):
                return None
            days.append(day)
        elif token not in _CONNECTORS:
            return None
    return (days[-1], days[0]) if days else None


def leading_days(text: str, start: int) -> tuple[tuple[date, date] | None, int]:
    """The days at the beginning of a piece of text, as `read_days` has them, and where in the text they end."""
    printed = _UP_TO_A_YEAR.match(text, start)
    return (read_days(printed[0]), printed.end()) if printed else (None, start)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
