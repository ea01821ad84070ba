"""The table "Recent inspection history" of a report: earlier inspections, told by the inspectors themselves.

Text extraction may deliver the cells in another order, and then each grade would stand at another inspection. So a
table is understood wholly, as rows of date, kind and grade with nothing else in it, or nothing is taken from it.
"""

import re
from collections.abc import Sequence

from watcher.facts.grades import read_grade, read_kind
from watcher.facts.inspection import Standing
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.dates import read_date
from watcher.feeds.ofsted_site.report.sections import Part, ReportSection
from watcher.feeds.ofsted_site.report.text import join
from watcher.feeds.ofsted_site.report.values import Previous

MOST = 20
"""Rows; Ofsted prints four."""
_DATE = re.compile(r"(?<![\d/])(\d{1,2}/\d{1,2}/\d{4})(?![\d/])")
_KIND = re.compile(
    r"(?i)(?:SC[ –—-]*)?((?:full|interim|monitoring|assurance|emergency)(?: (?:inspection|visit))?)(?![\w-])"
)
_HEAD = re.compile(r"(?i)(?:\W|inspections?|dates?|types?|judgements?)+")


def previous_inspections(sections: Sequence[ReportSection]) -> tuple[Previous, ...]:
    """The rows, however their cells were wrapped; none unless all of them are understood."""
    lines = [line.text for section in sections if section.part is Part.HISTORY for line in section.lines]
    before, *cells = _DATE.split(join(text for text in lines if text and not _HEAD.fullmatch(text)))
    rows = [_previous(day, rest) for day, rest in zip(cells[::2], cells[1::2], strict=True)]
    understood = [row for row in rows if row is not None]
    if (before and not _HEAD.fullmatch(before)) or len(understood) < len(rows):
        return ()
    return tuple(dict.fromkeys(understood))[:MOST]


def _previous(day: str, rest: str) -> Previous | None:
    inspected, kind = read_date(day), _KIND.match(rest.strip())
    if inspected is None or kind is None:
        return None
    grade = read_grade(rest.strip()[kind.end() :].strip(" :–—-"), OFSTED.key)
    return None if grade.standing is Standing.UNKNOWN else Previous(inspected, read_kind(kind[1]), grade)
