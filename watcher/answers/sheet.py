"""An answer as rows and columns, whatever it is about: for a table, a page, a CSV file, or lines of JSON."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from watcher.text import inert

Row = Mapping[str, Any]
"""What programs get of one thing: JSON values by key."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of its values and what stands above it for people."""

    key: str
    heading: str
    """May have soft hyphens, where it may be broken."""
    is_number: bool = False
    is_share: bool = False
    """A fraction from 0 to 1, which people are shown in per cent."""
    within: str = ""
    """The key of an object of which this is one value; empty for a value of the row itself."""

    def of(self, row: Row) -> Any:
        """Its value in a row; None where there is none."""
        return (row.get(self.within) or {}).get(self.key) if self.within else row.get(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One answer, complete on its own."""

    title: str
    columns: Sequence[Column]
    """What people are shown, in order; a file has every key of the rows."""
    rows: Sequence[Row]
    keys: Sequence[str]
    """Every key that a row may have, in the order of a file's columns."""
    below: Sequence[str] = ()
    """Lines under the rows: how the country stands, what is not counted."""
    about: str = ""
    """What the rows are of and from when, for the head of a page."""


BOM = "\ufeff"
"""Before a CSV file, so that Excel takes it for UTF-8."""

_LONGEST = 32_000
"""Characters of a cell; Excel takes no more than 32,767."""

_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet begins a formula with; so it must not begin a cell of foreign words."""


def csv_text(rows: Iterable[Row], keys: Sequence[str]) -> Iterator[str]:
    """Rows as CSV (RFC 4180, lines end with CRLF), line by line, a byte order mark before the first; a column a key."""
    yield BOM + _line(keys)
    for row in rows:
        yield _line([_cell(row.get(key)) for key in keys])


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: Any) -> str:
    """A value as a spreadsheet understands it: blank where it is unknown, and never a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else safe(plain(value))


UNKNOWN = "–"
"""What people are shown where there is no value."""


def in_words(column: Column, value: Any) -> str:
    """A value as people are shown it: thousands apart, shares in per cent, one line."""
    if value is None or value == "":
        return UNKNOWN
    if column.is_share:
        return per_cent(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, Mapping) and {"from", "to"} <= value.keys():
        return f"{plain(value['from'])} to {plain(value['to'])}"
    return inert("yes" if value is True else "no" if value is False else plain(value), _LONGEST) or UNKNOWN


def per_cent(fraction: float) -> str:
    """A share to a tenth of a per cent, never rounded to nothing or to all: `8.1%`."""
    if fraction and fraction < 0.0005:
        return "under 0.1%"
    return "over 99.9%" if 0.9995 <= fraction < 1 else f"{100 * fraction:.1f}%"


def plain(value: Any) -> str:
    """A value of JSON in words: `overall: good; leaders: inadequate`."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {plain(said)}" for key, said in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(map(plain, value))
    return "" if value is None else str(value)


@lru_cache(maxsize=65_536)
def safe(words: str) -> str:
    """Words that no spreadsheet takes for a formula: an apostrophe stands before what would begin one."""
    said = inert(words, _LONGEST)
    return f"'{said}" if said.startswith(_FORMULA) else said
