"""What the text of a report file says: whose it is, when, and how it was judged; or that this can't be told.

Nothing is searched for in the whole text: prose is full of grades ("exceed the standards of good"). People's names
stand in every report and are in no result.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from watcher.feeds.ofsted_site.dates import read_days
from watcher.feeds.ofsted_site.markup import clean
from watcher.grades import grade_phrases, read_grade, read_kind
from watcher.inspection import Judgement, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that was understood."""

    kind: Kind
    what: str
    """The kind in its own words."""
    urn: str | None = None
    """None for documents that are not about one home."""
    inspected: date | None = None
    inspected_to: date | None = None
    owner: str | None = None
    judgements: tuple[Judgement, ...] = ()
    """Overall, protected, leaders; empty for a visit that isn't graded."""


@dataclass(frozen=True, slots=True)
class CouldNotTell:
    """A report that was not understood for certain, and why."""

    reason: str


AREAS = ("overall", "protected", "leaders")

_GRADE = "|".join(re.escape(phrase).replace(r"\ ", " ") for phrase in grade_phrases())
_A_GRADE = re.compile(rf"(?i)(?<![\w-])(?:{_GRADE})(?![\w-])")
_ROWS = (
    re.compile(r"(?i)\bOverall experiences and progress of\b"),
    re.compile(r"(?i)\bHow well children and young people are\b"),
    re.compile(r"(?i)\bThe effectiveness of leaders\b"),
)
_HEADINGS = (
    re.compile(rf"(?i)\bOverall experiences and progress of children and young people: ({_GRADE})(?![\w-])"),
    re.compile(rf"(?i)\bHow well children and young people are helped and protected: ({_GRADE})(?![\w-])"),
    re.compile(rf"(?i)\bThe effectiveness of leaders and managers?: ({_GRADE})(?![\w-])"),
)
_TO_2016 = (
    re.compile(
        rf"(?i)\bThe overall experiences and progress of children and young people living in the home are:?"
        rf" ({_GRADE})(?![\w-])"
    ),
    re.compile(rf"(?i)\bHow well children and young people are helped and protected:? ({_GRADE})(?![\w-])"),
    re.compile(rf"(?i)\bThe impact and effectiveness of leaders and managers?:? ({_GRADE})(?![\w-])"),
)
_DATES = re.compile(r"(?i)\bInspection dates? ?: ?")
# Sentences begin with a capital letter, labels and grades of the last row go on without one.
_END_OF_TABLE = re.compile(
    r"\b(?:Date of last inspection|Overall judgement at last|Recent inspection history|Enforcement action"
    r"|The children's home|The home|There are|Children)\b"
)
_LANDMARK_AFTER = re.compile(r"\b(?:Date of last inspection|Overall judgement at last|Recent inspection history)\b")
_URN = re.compile(
    r"(?i)\b(?:Inspection report for (?:secure )?children's home|Unique reference number) ?:? ?([A-Z]{0,2}\d{5,8})\b"
)
_OWNER = re.compile(
    r"\bRegistered provider: (.{1,200}?) (?=Registered provider address|Full inspection|Interim inspection"
    r"|Monitoring (?:visit|inspection)|Assurance (?:visit|inspection)|Responsible individual|Inspected under)"
)
_KIND = re.compile(r"(?i)\b((?:Full|Interim|Monitoring|Assurance|Emergency) (?:inspection|visit))\b")
_LOCAL_AUTHORITY = re.compile(
    r"(?i)\b(Inspection of (?:children's social care services|services for children in need of help and protection"
    r"|.{1,60}? local authority children's services))"
)


def read_report(pages: Sequence[str]) -> Report | CouldNotTell:
    """Reads the texts of a report's pages, in order."""
    text = " ".join(" ".join(pages).replace("’", "'").replace("‘", "'").split())
    if len(text) < 200:
        return CouldNotTell("it holds next to no text: perhaps a scan")
    urns = {found.upper() for found in _URN.findall(text)}
    if not urns and (authority := _LOCAL_AUTHORITY.search(text[:1500])):
        return Report(kind=Kind.OTHER, what=f"local authority: {clean(authority[1]).lower()}")
    if len(urns) != 1:
        return CouldNotTell(f"it names {len(urns)} homes as its own")
    return _read_home(text, urns.pop())


def _read_home(text: str, urn: str) -> Report | CouldNotTell:
    if "Type of inspection" in text:
        return _read_to_2016(text, urn)
    dates = _DATES.search(text)
    if dates is None:
        return CouldNotTell("it has no line 'Inspection dates'")
    kind = _KIND.search(text[: dates.start()])
    if kind is None:
        return CouldNotTell("it doesn't say what kind of inspection it reports")
    first_row = _ROWS[0].search(text, dates.end())
    printed = text[dates.end() : first_row.start() if first_row else dates.end() + 80]
    days = _leading_days(printed)
    owner = _owner(text)
    if read_kind(kind[1]) is not Kind.FULL:
        return _report(read_kind(kind[1]), kind[1], urn, days, owner, ())
    if days is None:
        return CouldNotTell(f"its dates of inspection are not understood: {clean(printed)[:60]!r}")
    table = _read_table(text, dates.end())
    if isinstance(table, CouldNotTell):
        return table
    headings = _read_once(text.partition("Inspection judgements")[2], _HEADINGS)
    if isinstance(headings, CouldNotTell):
        return CouldNotTell(f"its table can't be checked against its headings: {headings.reason}")
    if [read_grade(words).value for words in headings] != [read_grade(words).value for words in table]:
        return CouldNotTell(f"its table says {', '.join(table)}, its headings say {', '.join(headings)}")
    return _report(Kind.FULL, kind[1], urn, days, owner, table)


def _leading_days(printed: str) -> tuple[date, date] | None:
    """The dates at the beginning of a piece of text, which ends with the year or with the first row's grade."""
    years = list(re.finditer(r"\b(?:19|20)\d\d\b", printed))
    return read_days(printed[: years[-1].end()]) if years and len(printed) <= 120 else None


def _report(
    kind: Kind,
    what: str,
    urn: str,
    days: tuple[date, date] | None,
    owner: str | None,
    grades: Sequence[str],
) -> Report:
    first, last = days or (None, None)
    judgements = tuple(Judgement(area, read_grade(words)) for area, words in zip(AREAS, grades, strict=False))
    return Report(
        kind=kind,
        what=clean(what),
        urn=urn,
        inspected=first,
        inspected_to=last if last != first else None,
        owner=owner,
        judgements=judgements,
    )


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


def _read_to_2016(text: str, urn: str) -> Report | CouldNotTell:
    """The label and value list of reports up to 2016, with labels of their own."""
    kind = re.search(r"Type of inspection:? (Full|Interim|Monitoring|Assurance|Emergency)\b", text)
    printed = re.search(r"Inspection dates?:? (.{6,60}?) (?=Unique reference|Type of|Provision|Inspector)", text)
    days = read_days(printed[1]) if printed else None
    if kind is None or days is None:
        return CouldNotTell("its kind or its date of inspection is not understood")
    owner = _owner(text)
    if read_kind(kind[1]) is not Kind.FULL:
        return _report(read_kind(kind[1]), kind[1], urn, days, owner, ())
    grades = _read_once(text, _TO_2016)
    if isinstance(grades, CouldNotTell):
        return grades
    return _report(Kind.FULL, kind[1], urn, days, owner, grades)


def _owner(text: str) -> str | None:
    """The registered provider, where the report names the same one throughout."""
    found = {clean(name) for name in _OWNER.findall(text)}
    return found.pop() if len(found) == 1 else None
