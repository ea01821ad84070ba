"""The judgements of reports since 2017: a table on the front page, cross-checked with the headings of the sections."""

import re
from collections.abc import Sequence

from watcher.facts.grades import read_grade
from watcher.facts.inspection import Judgement
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.report.sections import GRADE
from watcher.feeds.ofsted_site.report.values import CouldNotTell

AREAS = ("overall", "protected", "leaders")

_A_GRADE = re.compile(rf"(?i)(?<![\w-])(?:{GRADE})(?![\w-])")
_ROWS = (
    re.compile(r"(?i)\bOverall experiences and progress of\b"),
    re.compile(r"(?i)\bHow well children and young people are\b"),
    re.compile(r"(?i)\bThe effectiveness of leaders\b"),
)
_HEADINGS = (
    re.compile(rf"(?i)\bOverall experiences and progress of children and young people: ({GRADE})(?![\w-])"),
    re.compile(rf"(?i)\bHow well children and young people are helped and protected: ({GRADE})(?![\w-])"),
    re.compile(rf"(?i)\bThe effectiveness of leaders and managers?: ({GRADE})(?![\w-])"),
)
# Sentences begin with a capital letter, labels and grades of the last row go on without one.
_END_OF_TABLE = re.compile(
    r"\b(?:Date of last inspection|Overall judgement at last|Recent inspection history|Enforcement action"
    r"|The children's home|The home|There are|Children)\b"
)
_LANDMARK_AFTER = re.compile(r"\b(?:Date of last inspection|Overall judgement at last|Recent inspection history)\b")


def read_judgements(text: str, start: int) -> tuple[Judgement, ...] | CouldNotTell:
    """Overall, protected and leaders, from the whole text with white space squashed; the table begins after `start`."""
    table = _read_table(text, start)
    if isinstance(table, CouldNotTell):
        return table
    headings = _read_once(text.partition("Inspection judgements")[2], _HEADINGS)
    if isinstance(headings, CouldNotTell):
        return CouldNotTell(f"its table can't be checked against its headings: {headings.reason}")
    if _values(headings) != _values(table):
        return CouldNotTell(f"its table says {', '.join(table)}, its headings say {', '.join(headings)}")
    return tuple(Judgement(area, read_grade(words, OFSTED.key)) for area, words in zip(AREAS, table, strict=True))


def _values(grades: Sequence[str]) -> list[str]:
    return [read_grade(words, OFSTED.key).value for words in grades]


def _read_table(text: str, start: int) -> list[str] | CouldNotTell:
    """The grades of the judgement table: exactly one to each row, after, within or before its label."""
    end = _LANDMARK_AFTER.search(text, start)
    if end is None:
        return CouldNotTell("the end of its judgement table is not found")
    region = text[start : end.start()]
    rows = [row.search(region) for row in _ROWS]
    if None in rows:
        return CouldNotTell("its judgement table has not the three rows expected")
    begins = [row.start() for row in rows if row is not None]
    if begins != sorted(begins) or any(len(row.findall(region)) != 1 for row in _ROWS):
        return CouldNotTell("the rows of its judgement table are not in the order expected")
    table_end = _END_OF_TABLE.search(region, begins[2] + 4)
    pieces = [
        region[: begins[0]],
        region[begins[0] : begins[1]],
        region[begins[1] : begins[2]],
        region[begins[2] : table_end.start() if table_end else len(region)],
    ]
    found = [_A_GRADE.findall(piece) for piece in pieces]
    counts = [len(grades) for grades in found]
    if counts not in ([0, 1, 1, 1], [1, 1, 1, 0]):
        return CouldNotTell(
            f"its judgement table has {sum(counts)} known grades in places {counts}, not one to each row"
        )
    return [grade for grades in found for grade in grades]


def _read_once(text: str, patterns: Sequence[re.Pattern[str]]) -> list[str] | CouldNotTell:
    found = [pattern.findall(text) for pattern in patterns]
    counts = [len(grades) for grades in found]
    if counts != [1, 1, 1]:
        return CouldNotTell(f"the three judgements stand there {counts} times")
    return [grades[0] for grades in found]
