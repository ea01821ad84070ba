"""What single cells say, whatever the spreadsheet made of them."""

import re
from datetime import date, datetime
from functools import lru_cache

from watcher.feeds.tables.cell_errors import error_in
from watcher.feeds.tables.tables import Cell

LONGEST_TEXT = 1000
"""Characters of a cell that is taken; the longest official one has some 200."""

_MARKER = re.compile(r"\[(?:[a-z]|low|note \d{1,3})\]", re.IGNORECASE)
"""Government statistics' shorthand in place of a value, or behind one: `[c]` confidential, `[x]` not available,
`[z]` not applicable, `[low]`, `[u]` (Analysis Function, "Symbols in tables")."""
_WITHHELD = frozenset({"", "redacted", "null"})
_URN = re.compile(r"(?:SC|EY|RP|CA|VC)?\d{5,8}", re.ASCII)
_EVENT = re.compile(r"\d{4,9}", re.ASCII)
_DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])/(?:\d{4}|\d\d)", re.ASCII)
# Owners are organisations; a few sole traders stand in the files under their own names, which are not to be kept.
_PERSON = re.compile(r"(?:mr|mrs|ms|miss|dr)\b", re.IGNORECASE)


class UnreadableCellError(ValueError):
    """A cell that holds what no such cell may hold; the message says what."""


class MonthFirstError(ValueError):
    """A date that can only be meant with its month first: then those that could be read either way are wrong too."""


def text(cell: Cell) -> str:
    """The words of a cell: white space collapsed, unprintable characters dropped, whole numbers without decimals.

    Markers in place of a value, such as `[c]`, are nothing.
    """
    return _plain(cell) if isinstance(cell, str) else _written(cell)


@lru_cache(maxsize=50_000)
def _plain(words: str) -> str:
    if len(words) > LONGEST_TEXT:
        raise UnreadableCellError(f"a cell has {len(words):,} characters")
    plain = " ".join(words.split())
    printable = plain if plain.isprintable() else " ".join("".join(filter(str.isprintable, plain)).split())
    return _without_markers(printable) if printable.endswith("]") else printable


def _without_markers(words: str) -> str:
    while words.endswith("]") and _MARKER.fullmatch(words, max(words.rfind("["), 0)):
        words = words[: words.rindex("[")].rstrip()
    return words


def _written(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        cell = cell.date()
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else str(cell)


def shows(cell: Cell) -> bool:
    """Whether a cell says anything: neither blank nor NULL."""
    return cell != "" and text(cell) not in ("", "NULL")


@lru_cache(maxsize=50_000, typed=True)
def published_text(cell: Cell) -> str | None:
    """Words that describe a home; None where they are withheld, or where they are no words."""
    words = text(cell)
    is_none = words.casefold() in _WITHHELD or not any(map(str.isalpha, words)) or error_in(cell) is not None
    return None if is_none else words


def organisation(cell: Cell) -> str | None:
    """The name of an organisation; None for a person's as well."""
    words = published_text(cell)
    return None if words is None or _PERSON.match(words) else words


def urn(cell: Cell) -> str:
    """A unique reference number as text, such as `SC478986` or `1027077`."""
    words = text(cell).upper()
    if not _URN.fullmatch(words):
        raise UnreadableCellError(f"{_shown(words)} is no URN")
    return words


def event_number(cell: Cell) -> tuple[str | None, str | None]:
    """A sound event number or None, and what is wrong with it where it is spoiled."""
    words = text(cell)
    if _EVENT.fullmatch(words):
        return words, None
    return None, None if words.casefold() in _WITHHELD else f"the event number {_shown(words)} is spoiled"


def day(cell: Cell) -> date | None:
    """A date from dd/mm/yyyy or from a date cell; None for a blank or NULL; raises MonthFirstError for 12/31/2024."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not isinstance(cell, str):
        raise UnreadableCellError(f"{_shown(_written(cell))} is no date")
    return _read_day(cell)


@lru_cache(maxsize=20_000)
def _read_day(written: str) -> date | None:
    words = text(written)
    if words.casefold() in _WITHHELD:
        return None
    match = _DAY.fullmatch(words)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        pass
    if _MONTH_FIRST.fullmatch(words):
        raise MonthFirstError(words)
    raise UnreadableCellError(f"{_shown(words)} is no date of the form dd/mm/yyyy")


def whole_number(cell: Cell) -> int | None:
    """A count of up to five digits; None for anything else."""
    words = text(cell)
    return int(words) if words.isascii() and words.isdigit() and len(words) <= 5 else None


def _shown(words: str) -> str:
    return repr(words[:60])
