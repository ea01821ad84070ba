"""Rows of a sheet as cells of a table on a page: days, spans and links in words, and what sort of cell each is."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from watcher.answers.sheet import UNKNOWN, Column, Row, in_words
from watcher.facts.grades import is_inadequate, step_of
from watcher.messages.numbers import british_short, grades_counted
from watcher.text import web_link

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_WORD = 20
"""Letters of a word that stands in one line, however narrow the column; a longer one may be broken anywhere."""
_NUMBERS = frozenset({"id", "number"})
"""The columns of homes' numbers."""
_OF_GRADES = frozenset({"rating", "previous_rating"})
"""The columns whose values are grades."""

Links = Mapping[str, Callable[[Row], str | None]]
"""Where the cells of some columns lead, by their keys; what is made of foreign words is to be checked by its maker."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in words."""

    words: str
    link: str | None
    kind: str
    """Classes of its style; what they show stands in the words too."""
    heading: str = ""
    """What stands above its column, for where there is no room for columns."""
    grade: str = ""
    """The class of a grade's tag; empty for what is no grade."""
    beside: str = ""
    """What is to be known of it, in small letters below it."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table."""

    cells: Sequence[Cell]
    is_gap: bool
    """Whether none of its figures is known."""


Notes = Mapping[str, Callable[[Row], str]]
"""What stands in small letters below the cells of some columns, by their keys."""


def report_link(row: Row) -> str | None:
    """The published page of a row's home or report."""
    return web_link(row.get("link"))


def table_row(columns: Sequence[Column], row: Row, links: Links | None = None, notes: Notes | None = None) -> TableRow:
    """A row as cells; without `links` its first cell leads to the row's own `link`."""
    links = {columns[0].key: report_link} if links is None else links
    cells = [
        _cell(
            column,
            column.of(row),
            links[column.key](row) if column.key in links else None,
            notes[column.key](row) if notes and column.key in notes else "",
            _regulator_of(row),
        )
        for column in columns
    ]
    figures = [column.of(row) for column in columns if column.is_number]
    is_gap = bool(figures) and len(figures) == len(columns) - 1 and not any(f is not None for f in figures)
    return TableRow(cells, is_gap)


def _regulator_of(row: Row) -> str:
    """The key of whose grades a row has; empty where it is of no home."""
    return str(row.get("home") or "").partition(":")[0] or str(row.get("regulator") or "")


def _cell(column: Column, value: Any, link: str | None, note: str, regulator: str) -> Cell:
    if value is None or isinstance(value, str | int | float):
        return _kept_cell(column, value, link, note, regulator if isinstance(value, str) else "")
    return _made(column, value, link, note, regulator)


def _made(column: Column, value: Any, link: str | None, note: str, regulator: str) -> Cell:
    is_day = isinstance(value, str) and _DAY.fullmatch(value) is not None
    words = _day(value) if is_day else _span(value) or _counts(column, value) or in_words(column, value)
    if column.key == "link":
        link = web_link(value)
        words = "report" if link else UNKNOWN
    kinds = {
        "id": column.key in _NUMBERS,
        "long": any(len(word) > _LONGEST_WORD for word in words.split()),
        "n": column.is_number,
        "d": is_day,
        "low": isinstance(value, str) and is_inadequate(regulator, value),
    }
    grade = step_of(regulator, value) if column.key in _OF_GRADES and isinstance(value, str) else None
    return Cell(words, link, " ".join(kind for kind, has in kinds.items() if has), column.heading, grade or "", note)


_kept_cell = lru_cache(maxsize=4_096, typed=True)(_made)
"""The same, kept: most cells of a list are asked for again and again."""


def _span(value: Any) -> str:
    """From which day to which, neither broken into lines; empty for anything else."""
    if not (isinstance(value, dict) and isinstance(value.get("from"), str) and isinstance(value.get("to"), str)):
        return ""
    first, last = (_day(value[end]).replace(" ", "\u00a0") for end in ("from", "to"))
    return f"{first} to {last}"


def _counts(column: Column, value: Any) -> str:
    """How many homes have each grade; empty for anything else."""
    return grades_counted(value) if column.key == "grades" and isinstance(value, dict) else ""


def _day(value: str) -> str:
    """A day of JSON as people write it in a table: `3 Aug 2018`."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return british_short(day)
