"""Answers as one page that stands on its own: to be opened, printed or handed on; nothing is loaded from elsewhere."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from watcher.answers.counts.chart import Charted
from watcher.answers.sheet import Sheet, in_words
from watcher.facts import regulators
from watcher.history.bundled.bundle import ATTRIBUTION
from watcher.messages.numbers import british, listed
from watcher.text import harmless, inert
from watcher.web.cells import table_row
from watcher.web.drawn import drawn
from watcher.web.templating import template

_LONGEST_HEADING = 200
_UPRIGHT = 105
"""Letters that a sheet of paper takes side by side; a table that is wider has it on its side."""
_LOOKED_AT = 500
"""Rows that tell how wide a table is."""
_WORDS_TAKE = 24
"""Letters after which words are broken into lines."""


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
            "rows": [table_row(part.sheet.columns, row) for row in part.sheet.rows],
            "below": [inert(line, 2_000) for line in part.sheet.below],
            "charts": [drawn(chart, f"{number}-{place}") for place, chart in enumerate(part.charts, 1)],
        }
        for number, part in enumerate(parts, 1)
    ]
    names = [regulators.of(key).name or key for key in sorted(of)]
    return template("printed.html").render(
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


def _css_string(words: str) -> str:
    """Words as a string of a style sheet: whatever could end it is written as its number."""
    plain = harmless(words)
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):06x}" for c in plain) + '"'
