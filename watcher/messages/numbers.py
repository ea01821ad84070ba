"""Numbers, dates and spans of time as they are written in Britain, in plain words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from watcher.text import inert

_DAYS_IN_A_YEAR = 365.2425
_DAYS_IN_A_MONTH = _DAYS_IN_A_YEAR / 12
_HALF_A_DAY = 0.5
"""So that 365 days are a year."""

_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def british(day: date) -> str:
    """A date as it is written in Britain: `3 August 2018`."""
    return f"{day.day} {day:%B} {day.year}"


def british_short(day: date) -> str:
    """A date that takes little room: `3 Aug 2018`."""
    return f"{day.day} {day:%b %Y}"


def british_moment(moment: datetime) -> str:
    """A moment as the clocks of its own zone show it: `10:05, 3 August 2018`."""
    return f"{moment:%H:%M}, {british(moment.date())}"


def british_span(first: date, last: date | None) -> str:
    """The days of a visit: `17 and 18 July 2018`, `30 July to 1 August 2018`, or the first alone."""
    if last is None or last <= first:
        return british(first)
    if (first.year, first.month) != (last.year, last.month):
        start = f"{first.day} {first:%B}" if first.year == last.year else british(first)
        return f"{start} to {british(last)}"
    return f"{first.day} {'and' if last.day == first.day + 1 else 'to'} {british(last)}"


def counted(number: int, thing: str, things: str | None = None) -> str:
    """A number of things: `1 home`, `1,429 homes`."""
    return f"{number:,} {thing if number == 1 else things or plural(thing)}"


def plural(thing: str) -> str:
    """Several of a thing: `homes`, `local authorities`."""
    return f"{thing[:-1]}ies" if thing.endswith("y") and thing[-2:-1] not in "aeiou" else f"{thing}s"


def ordinal(number: int) -> str:
    """A place in a row: `second`, `third`, `11th`, `22nd`."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    teens = number % 100 in range(11, 14)
    return f"{number}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def in_letters(number: int) -> str:
    """A small number as a word: `five`; another in digits."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else f"{number:,}"


def span(days: int) -> str:
    """A span of time in whole months where that is exact enough: `53 days`, `7 months`, `3 years and 2 months`."""
    if days < 92:
        return counted(days, "day")
    months = int((days + _HALF_A_DAY) / _DAYS_IN_A_MONTH)
    years, rest = divmod(months, 12)
    parts = [counted(number, unit) for number, unit in ((years, "year"), (rest, "month")) if number]
    return " and ".join(parts)


def share(part: int, whole: int) -> str:
    """A share in per cent, never rounded to nothing or to all: `7%`, `under 1%`."""
    per_cent = round(100 * part / whole) if whole else 0
    if part and not per_cent:
        return "under 1%"
    return "over 99%" if per_cent == 100 and part < whole else f"{per_cent}%"


def grades_counted(grades: Mapping[str, int]) -> str:
    """How many homes have each grade: `3 outstanding, 10 good, 1 inadequate`."""
    return ", ".join(f"{number:,} {inert(grade, 60)}" for grade, number in grades.items())


def listed(words: Sequence[str], before_the_last: str = "and") -> str:
    """Words as a list within a sentence: `a, b and c`."""
    return f"{', '.join(words[:-1])} {before_the_last} {words[-1]}" if len(words) > 1 else "".join(words)
