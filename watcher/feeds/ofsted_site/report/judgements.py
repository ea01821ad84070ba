"""The judgements of reports since 2017: a table on the front page, cross-checked with the headings of the sections.

There are three, on secure homes more, and one less where a report has areas and no overall grade.
"""

import re
from collections.abc import Mapping, Sequence

from watcher.facts.grades import read_grade
from watcher.facts.inspection import Judgement
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.report.sections import GRADE
from watcher.feeds.ofsted_site.report.table import A_CAPITAL, A_GRADE, IN_A_ROW, GradedRow, rows_of
from watcher.feeds.ofsted_site.report.values import CouldNotTell

AREAS = ("overall", "protected", "leaders")

_ROWS = {
    "overall": re.compile(r"(?i)\bOverall experiences and progress\b"),
    "protected": re.compile(r"(?i)\bHow well children and young people\b"),
    "leaders": re.compile(r"(?i)\bThe effectiveness of leaders\b"),
}
_HEADINGS = {
    "overall": re.compile(rf"(?i)\bOverall experiences and progress of children and young people: ({GRADE})(?![\w-])"),
    "protected": re.compile(rf"(?i)\bHow well children and young people are helped and protected: ({GRADE})(?![\w-])"),
    "leaders": re.compile(rf"(?i)\bThe effectiveness of leaders and managers?: ({GRADE})(?![\w-])"),
}
# Where none is understood, nothing may look like one.
_ANY_OVERALL = re.compile(rf"(?i)\boverall\b[^.:]{{0,100}}: ?(?:{GRADE})(?![\w-])")
# Sentences begin with a capital letter and end with a full stop, labels don't.
_END_OF_TABLE = re.compile(
    r"\b(?:Date of (?:last|previous) inspection|Overall judgement at last|Recent inspection history|Enforcement action"
    rf"|The children's home|The home|There are|Children\b(?!'))|{A_CAPITAL}[^A-Z.]*\."
)
_LANDMARK_AFTER = re.compile(
    r"\b(?:Date of (?:last|previous) inspection|Overall judgement at last|Recent inspection history)\b"
)
_RUNNING_HEADER = re.compile(
    r"(?i)\bInspection report for (?:secure )?children's home ?:? ?[A-Z]{0,2}\d{5,8}(?: \d+\b)?"
)


def read_judgements(text: str, start: int) -> tuple[Judgement, ...] | CouldNotTell:
    """Overall, protected, leaders and any further ones, from the whole text with white space squashed.

    The table begins after `start`. Where neither it nor the headings have an overall judgement, the areas stand alone.
    """
    table = _read_table(text, start)
    if isinstance(table, CouldNotTell):
        return table
    below = text.partition("Inspection judgements")[2]
    headings = _read_headings(below, table)
    if isinstance(headings, CouldNotTell):
        return CouldNotTell(f"its table can't be checked against its headings: {headings.reason}")
    words = {area: row.words for area, row in table.items()}
    if ("overall" in words) is not ("overall" in headings):
        return CouldNotTell("it has an overall judgement in its table alone or in its headings alone")
    if "overall" not in words and (
        _ANY_OVERALL.search(below) or any("overall" in row.label.casefold() for row in table.values())
    ):
        return CouldNotTell("what it says of the overall judgement is in no form that is known")
    if any(_value(words[area]) != _value(said) for area, said in headings.items()):
        return CouldNotTell(f"its table says {_listed(words)}, its headings say {_listed(headings)}")
    return tuple(Judgement(area, read_grade(said, OFSTED.key)) for area, said in words.items())


def _value(words: str) -> str:
    return read_grade(words, OFSTED.key).value


def _listed(words: Mapping[str, str]) -> str:
    return ", ".join(words.values())


def _read_table(text: str, start: int) -> dict[str, GradedRow] | CouldNotTell:
    """The rows by their areas, the three known ones first."""
    end = _LANDMARK_AFTER.search(text, start)
    if end is None:
        return CouldNotTell("the end of its judgement table is not found")
    region = _RUNNING_HEADER.sub("", text[start : end.start()])
    found = {area: [row.start() for row in pattern.finditer(region)] for area, pattern in _ROWS.items()}
    if not (found["protected"] and found["leaders"]):
        return CouldNotTell("its judgement table has not the three rows expected")
    begins = [begin for places in found.values() for begin in places]
    if begins != sorted(begins) or any(len(places) > 1 for places in found.values()):
        return CouldNotTell("the rows of its judgement table are not in the order expected")
    first = 0 if A_GRADE.search(region[: begins[0]]) else begins[0]
    table_end = _END_OF_TABLE.search(region, begins[-1] + 4)
    rows = rows_of(region[first : table_end.start() if table_end else len(region)])
    if isinstance(rows, CouldNotTell):
        return rows
    return _by_area(rows, {places[0] - first: area for area, places in found.items() if places})


def _by_area(rows: Sequence[GradedRow], known: Mapping[int, str]) -> dict[str, GradedRow] | CouldNotTell:
    named = {known[row.begins]: row for row in rows if row.begins in known}
    for row in rows:
        if row.begins not in known:
            area = further_area(row.label)
            if area in named:
                return CouldNotTell(f"two rows of its judgement table are about {area}")
            named[area] = row
    if not set(known.values()) <= set(named):
        return CouldNotTell("a label of its judgement table begins within another one")
    return {area: named[area] for area in sorted(named, key=lambda area: area not in AREAS)}


def further_area(label: str) -> str:
    """The key of a judgement beside the three known ones: `education`, `health`, or its label in small letters."""
    plain = label.casefold()
    subjects = [subject for subject in ("education", "health") if re.search(rf"\b{subject}\b", plain)]
    return subjects[0] if len(subjects) == 1 else plain


def _read_headings(below: str, table: Mapping[str, GradedRow]) -> dict[str, str] | CouldNotTell:
    """The grades of the headings, each known one once; of overall and further ones those that there are."""
    found = {area: pattern.findall(below) for area, pattern in _HEADINGS.items()}
    counts = [len(grades) for grades in found.values()]
    if counts not in ([1, 1, 1], [0, 1, 1]):
        return CouldNotTell(f"the three judgements stand there {counts} times")
    for area, row in table.items():
        if area not in AREAS:
            found[area] = re.findall(rf"(?i)\b{re.escape(row.label)} ?: ?({IN_A_ROW})(?![\w-])", below)
            if len(set(map(_value, found[area]))) > 1:
                return CouldNotTell(f"of {area} they say {', '.join(found[area])}")
    return {area: grades[0] for area, grades in found.items() if grades}
