"""Reports on local authorities, which are about no home: which judgements they name, in words of their own.

Since 2018 there is a table whose last row is the overall one (from 2026 it may be missing); from 2013 to 2017 a
sentence and a numbered list, and further on a judgement on the safeguarding board, which is not the authority's.
"""

import re
from collections.abc import Iterable, Sequence

from watcher.facts.grades import read_grade
from watcher.facts.inspection import Judgement
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.markup import clean
from watcher.feeds.ofsted_site.report.sections import GRADE

_TITLE = re.compile(
    r"(?i)\b(Inspection of (?:children's social care services|services for children in need of help and protection"
    r"|.{1,60}? local authority children's services))"
)
_TITLE_WITHIN = 1_500
"""Characters from the beginning."""
_FRONT = 5_000
"""Characters within which the judgements stand."""
_SINCE_2018 = (
    r"The impact of leaders on social work practice with children and families",
    r"The experiences and progress of children who need help and protection",
    r"The experiences and progress of children in care and care leavers",
    r"The experiences and progress of children in care(?! and)",
    r"The experiences and progress of care leavers",
)
_TO_2017 = (
    r"1\. Children who need help and protection",
    r"2\. Children looked after and achieving permanence",
    r"2\.1 Adoption performance",
    r"2\.2 Experiences and progress of care leavers",
    r"3\. Leadership, management and governance",
)
_OVERALL_TO_2017 = re.compile(
    rf"(?i)(?:Children's services in [^.]{{1,80}}? (?:are|is)"
    rf"|The overall judgement (?:is|for .{{1,80}}? is)(?: that children's services are)?:?) ({GRADE})(?![\w-])"
)
_LEAST = 3
"""Judgements that a list must have to be one."""


def what_of_authority(text: str) -> str | None:
    """What a report on a local authority calls itself; None for every other one."""
    title = _TITLE.search(text[:_TITLE_WITHIN])
    return f"local authority: {clean(title[1]).lower()}" if title else None


def judgements_of_authority(text: str) -> tuple[Judgement, ...]:
    """The judgements, the overall one first where there is one; empty where they are not understood for certain."""
    front = text[:_FRONT]
    table = front.partition("Judgement Grade")[2]
    if table:
        overall = _grades(table, ("Overall effectiveness",))
        return _together(overall, _grades(table, _SINCE_2018))
    begin = _OVERALL_TO_2017.search(front)
    return _together([("overall effectiveness", begin[1])], _grades(front[begin.end() :], _TO_2017)) if begin else ()


def _grades(text: str, labels: Iterable[str]) -> list[tuple[str, str]]:
    """The first of each label with a grade right behind it, as printed there."""
    rows = ((label, re.search(rf"(?i)({label}) ?:? ({GRADE})(?![\w-])", text)) for label in labels)
    return [(row[1], row[2]) for _, row in rows if row is not None]


def _together(overall: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> tuple[Judgement, ...]:
    if len(others) < _LEAST:
        return ()
    named = [("overall", words) for _, words in overall] + [(_area(label), words) for label, words in others]
    return tuple(Judgement(area, read_grade(words, OFSTED.key)) for area, words in named)


def _area(label: str) -> str:
    """The printed label without its number and article: `experiences and progress of care leavers`."""
    return re.sub(r"^(?:[\d.]+ |the )", "", label, flags=re.IGNORECASE).lower()
