"""Answers as one page that stands on its own: to be opened, printed or handed on; nothing is loaded from elsewhere."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

from watcher.answers.chart import Charted
from watcher.answers.sheet import UNKNOWN, Column, Row, Sheet, in_words
from watcher.facts import regulators
from watcher.facts.grades import INADEQUATE
from watcher.history.bundled.bundle import ATTRIBUTION
from watcher.messages.numbers import british, british_short, listed
from watcher.text import harmless, inert, web_link
from watcher.web.drawn import drawn

_LONGEST_HEADING = 200
_UPRIGHT = 105
"""Letters that a sheet of paper takes side by side; a table that is wider has it on its side."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOOKED_AT = 500
"""Rows that tell how wide a table is."""
_WORDS_TAKE = 24
"""Letters after which words are broken into lines."""


@dataclass(frozen=True, slots=True)
class _Row:
    cells: "Sequence[_Cell]"
    is_gap: bool
    """Whether none of its figures is known."""


@dataclass(frozen=True, slots=True)
class _Cell:
    words: str
    link: str | None
    kind: str
    """Classes of its style; what they show stands in the words too."""


def page(parts: Sequence[Charted], *, title: str, day: date, of: Iterable[str]) -> str:
    """The page as HTML, made on a day; `of` are the keys of the regulators whose publications it is made from.

    The first column of a row leads to the row's `link`, where that is one that can be followed.
    """
    tables = [
        {
            "sheet": part.sheet,
            "title": inert(part.sheet.title, _LONGEST_HEADING),
            "number": number,
            "headings": [column.heading for column in part.sheet.columns],
            "labels": [_css_string(column.heading) for column in part.sheet.columns],
            "rows": [_row(part.sheet.columns, row) for row in part.sheet.rows],
            "below": [inert(line, 2_000) for line in part.sheet.below],
            "charts": [drawn(chart, f"{number}-{place}") for place, chart in enumerate(part.charts, 1)],
        }
        for number, part in enumerate(parts, 1)
    ]
    names = [regulators.of(key).name or key for key in sorted(of)]
    return _template("page.html").render(
        title=inert(title, _LONGEST_HEADING),
        day=british(day),
        tables=tables,
        source=f"Source: inspections published by {listed(names)}. {ATTRIBUTION}." if names else f"{ATTRIBUTION}.",
        is_wide=any(_width(part.sheet) > _UPRIGHT for part in parts),
    )


def _width(sheet: Sheet) -> int:
    """About how many letters its table is wide."""
    width = 0
    for column in sheet.columns:
        heading = max(map(len, re.split(r"[\s\u00ad]+", column.heading)))
        widest = max((len(in_words(column, column.of(row))) for row in sheet.rows[:_LOOKED_AT]), default=0)
        width += max(heading, min(widest, _WORDS_TAKE)) + 2
    return width


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(("html", "svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def _row(columns: Sequence[Column], row: Row) -> _Row:
    link = web_link(row.get("link"))
    cells = [_cell(column, column.of(row), None if number else link) for number, column in enumerate(columns)]
    figures = [column.of(row) for column in columns if column.is_number]
    return _Row(cells, bool(figures) and len(figures) == len(columns) - 1 and not any(f is not None for f in figures))


def _cell(column: Column, value: Any, link: str | None) -> _Cell:
    is_day = isinstance(value, str) and _DAY.fullmatch(value) is not None
    words = _day(value) if is_day else _span(value) or in_words(column, value)
    if column.key == "link":
        link = web_link(value)
        words = "report" if link else UNKNOWN
    kinds = {"n": column.is_number, "d": is_day, "low": value in INADEQUATE if isinstance(value, str) else False}
    return _Cell(words, link, " ".join(kind for kind, has in kinds.items() if has))


def _span(value: Any) -> str:
    """From which day to which, neither broken into lines; empty for anything else."""
    if not (isinstance(value, dict) and isinstance(value.get("from"), str) and isinstance(value.get("to"), str)):
        return ""
    first, last = (_day(value[end]).replace(" ", "\u00a0") for end in ("from", "to"))
    return f"{first} to {last}"


def _day(value: str) -> str:
    """A day of JSON as people write it in a table: `3 Aug 2018`."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    return british_short(day)


def _css_string(words: str) -> str:
    """Words as a string of a style sheet: whatever could end it is written as its number."""
    plain = harmless(words)
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x}" for c in plain) + '"'
