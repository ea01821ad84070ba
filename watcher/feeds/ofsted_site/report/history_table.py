"""The table "Recent inspection history" of a report: earlier inspections, told by the inspectors themselves."""

import re
from collections.abc import Sequence

from watcher.feeds.ofsted_site.dates import read_date
from watcher.feeds.ofsted_site.report.sections import Part, Section
from watcher.feeds.ofsted_site.report.text import Line, join
from watcher.feeds.ofsted_site.report.values import Previous
from watcher.grades import read_grade, read_kind

MOST = 20
"""Rows; Ofsted prints four."""
_DATE = re.compile(r"(?<![\d/])(\d{1,2}/\d{1,2}/\d{4})(?![\d/])")
_KIND = re.compile(
    r"(?i)(?:SC[ –—-]*)?((?:full|interim|monitoring|assurance|emergency)(?: (?:inspection|visit))?)(?![\w-])"
)
_LONGEST_WORDS = 60


def previous_inspections(sections: Sequence[Section]) -> tuple[Previous, ...]:
    """The rows that are understood, however their cells were wrapped; a row that is not understood is left out."""
    lines = [line for section in sections if section.part is Part.HISTORY for line in section.lines]
    rows = _DATE.split(_cells(lines))[1:]
    found = [_previous(day, rest) for day, rest in zip(rows[::2][:MOST], rows[1::2], strict=False)]
    return tuple(dict.fromkeys(row for row in found if row is not None))


def _cells(lines: Sequence[Line]) -> str:
    return join(line.text for line in lines if line.text)


def _previous(day: str, rest: str) -> Previous | None:
    inspected, kind = read_date(day), _KIND.match(rest.strip())
    if inspected is None or kind is None:
        return None
    words = rest.strip()[kind.end() :].strip(" :–—-")
    return Previous(inspected, read_kind(kind[1]), read_grade(words)) if len(words) <= _LONGEST_WORDS else None
