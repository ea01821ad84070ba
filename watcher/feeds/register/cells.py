"""What single cells of a register say."""

import re
from datetime import date, timedelta
from functools import lru_cache

from watcher.errors import CouldNotTellError
from watcher.text import inert, squash, web_link

_LONGEST_ID = 60
_ID = re.compile(r"[^\s:][^:]*")
_WITHHELD = frozenset({"", "-", "redacted", "null", "none", "nan", "n/a", "[name removed]"})
# Owners are organisations; sole traders stand in some registers under their own names, which are not to be kept.
_PERSON = re.compile(r"(?:mr|mrs|ms|miss|dr|mx)\b", re.IGNORECASE)

_ISO = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ].*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](\d{4})(?: +\d\d?:\d\d(?::\d\d)?)?", re.ASCII)
_US_TIME = re.compile(r"\d\d?/\d\d?/\d{4},? +\d\d?:\d\d(?::\d\d)? *[AP]\.?M\.?", re.ASCII | re.IGNORECASE)
_WORDS = re.compile(r"(\d\d?)(?:st|nd|rd|th)?[ -]+([A-Za-z]{3,9})\.?,?[ -]+(\d{4})", re.ASCII)
_SERIAL = re.compile(r"[2-6]\d{4}", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIALS_BEGIN = date(1899, 12, 30)


class UnreadableDateError(CouldNotTellError):
    """A cell that should hold a date and holds none that exists."""


class MonthsFirstError(CouldNotTellError):
    """A date that can only be meant with its month first: then those that could be read either way are wrong too."""


def described(cell: str) -> str | None:
    """Words that describe a home; None where there are none."""
    words = inert(cell)
    return None if words.casefold() in _WITHHELD else words


def organisation(cell: str) -> str | None:
    """The name of an organisation; None for a person's as well."""
    words = described(cell)
    return None if words is None or _PERSON.match(words) else words


def identity(cell: str) -> str | None:
    """The number of a home as the register gives it; None for what cannot be one."""
    words = " ".join(cell.split()).removesuffix(".0") if cell.strip()[:-2].isdecimal() else " ".join(cell.split())
    sound = _ID.fullmatch(words) and words.isprintable() and len(words) <= _LONGEST_ID
    return words if sound and words.casefold() not in _WITHHELD else None


def link_in(cell: str) -> str | None:
    """A link that can be followed; None for anything else."""
    return web_link(cell.strip())


@lru_cache(maxsize=20_000)
def day(cell: str) -> date | None:
    """A date of the forms dd/mm/yyyy, ISO 8601, 3 May 2026, or a spreadsheet's number of it; None for a blank.

    Raises MonthsFirstError for 12/31/2024, or a time of twelve hours behind it, and UnreadableDateError for the rest.
    """
    words = " ".join(cell.split())
    if words.casefold() in _WITHHELD:
        return None
    if _US_TIME.fullmatch(words):
        raise MonthsFirstError(words)
    try:
        if match := _ISO.fullmatch(words):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(words):
            if int(match[2]) > 12 >= int(match[1]):
                raise MonthsFirstError(words)
            return date(int(match[3]), int(match[2]), int(match[1]))
        if (match := _WORDS.fullmatch(words)) and match[2][:3].lower() in _MONTHS:
            return date(int(match[3]), 1 + _MONTHS.index(match[2][:3].lower()), int(match[1]))
    except ValueError:
        raise UnreadableDateError(words[:60]) from None
    if _SERIAL.fullmatch(words):
        return _SERIALS_BEGIN + timedelta(days=int(words))
    raise UnreadableDateError(words[:60])


@lru_cache(maxsize=4096)
def grade_words(cell: str) -> str:
    """The words in a grade's place on one line; a digit without the decimals that spreadsheets give it."""
    words = inert(cell)
    return words[:-2] if words.endswith(".0") and words[:-2].isdecimal() else words


@lru_cache(maxsize=4096)
def plain(cell: str) -> str:
    """The same for comparing."""
    return squash(grade_words(cell))
