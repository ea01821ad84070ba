"""A table of judgements as text extraction delivers it: labels with one grade each, however many and however wrapped.

No list of labels is needed: each begins with a capital letter and goes on without one. The grade stands behind, within
or before its label. A table is understood when every row has a grade, or "not judged", and every grade a row.
"""

import re
from dataclasses import dataclass

from watcher.feeds.ofsted_site.report.sections import GRADE
from watcher.feeds.ofsted_site.report.values import CouldNotTell

MOST = 20
"""Rows; secure homes have five."""
IN_A_ROW = rf"{GRADE}|not judged"
"""A pattern of what stands there for a grade: a secure home's health, say, may not be judged."""
A_GRADE = re.compile(rf"(?i)(?<![\w-])(?:{IN_A_ROW})(?![\w-])")
A_CAPITAL = r"(?<![\w'’-])[A-Z]"
_TOKEN = re.compile(rf"(?P<grade>(?i:{A_GRADE.pattern.removeprefix('(?i)')}))|(?P<capital>{A_CAPITAL})")


@dataclass(frozen=True, slots=True)
class GradedRow:
    """One judgement as printed, and where in the table's text its label begins."""

    label: str
    words: str
    begins: int


def rows_of(table: str) -> list[GradedRow] | CouldNotTell:
    """The rows of a table's text, which holds nothing behind the last one."""
    begins = [token.start() for token in _TOKEN.finditer(table) if token["capital"]]
    if len(begins) > MOST:
        return CouldNotTell(f"its judgement table has {len(begins)} rows, more than {MOST}")
    ends = [*begins, len(table)]
    pieces = [table[begin:end] for begin, end in zip([0, *begins], ends, strict=True)]
    grades = [A_GRADE.findall(piece) for piece in pieces]
    counts = [len(found) for found in grades]
    if not begins or counts not in ([0] + [1] * len(begins), [1] * len(begins) + [0]):
        return CouldNotTell(
            f"its judgement table has {sum(counts)} known grades in places {counts}, not one to each row"
        )
    words = [word for found in grades for word in found]
    return [GradedRow(_label(piece), word, begin) for piece, word, begin in zip(pieces[1:], words, begins, strict=True)]


def _label(piece: str) -> str:
    return " ".join(A_GRADE.sub(" ", piece).split()).strip(" :–-")
