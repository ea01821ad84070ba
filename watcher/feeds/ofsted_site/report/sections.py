"""A report's text cut at its headings, in every layout since 2013; what stands under none belongs to the front page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from watcher.facts.grades import grade_phrases
from watcher.facts.regulators import FOUR_POINT
from watcher.feeds.ofsted_site.report.text import Line, join


class Part(StrEnum):
    """The parts of a report that are told apart; `ReportSection.area` says of which judgement a JUDGEMENT speaks."""

    FRONT = "front page"
    HOME = "information about the home"
    HISTORY = "recent inspection history"
    SUMMARY = "summary of findings"
    JUDGEMENTS = "the word above the judgements"
    JUDGEMENT = "judgement"
    IMPROVE = "what needs to improve"
    STATUTORY = "statutory requirements"
    RECOMMENDATIONS = "recommendations"
    INSPECTION = "information about the inspection"
    DETAILS = "details of the home"
    MEANING = "what the words mean"
    PUBLISHER = "about the publisher"


@dataclass(frozen=True, slots=True)
class ReportSection:
    """What stands under one heading, up to the next."""

    part: Part
    lines: tuple[Line, ...]
    area: str | None = None
    words: str = ""
    """The grade as the heading prints it."""


GRADE = "|".join(re.escape(phrase).replace(r"\ ", " ") for phrase in grade_phrases(FOUR_POINT))
"""A pattern of every spelling of a grade."""
_PLAIN = {
    Part.HOME: r"Information about this (?:secure )?children's home|Service information",
    Part.HISTORY: r"Recent inspection history",
    Part.SUMMARY: r"Summary of findings",
    Part.JUDGEMENTS: r"Inspection judgements|Judgement grade",
    Part.IMPROVE: r"What does the (?:secure )?(?:children's )?home need to do to improve(?: further)?\??"
    r"|Areas for improvement",
    Part.STATUTORY: r"Statutory requirements?|Requirements?",
    Part.RECOMMENDATIONS: r"Recommendations?",
    Part.INSPECTION: r"Information about this inspection|About this inspection|Full report",
    Part.DETAILS: r"(?:Secure )?Children's home details|Inspectors?(?:\(s\))?",
    Part.MEANING: r"What inspection judgements mean|The inspection judgements and what they mean",
    Part.PUBLISHER: r"The Office for Standards in Education, Children's Services and Skills \(Ofsted\).*",
}
_LABELS = {
    "overall": (
        r"Overall experiences and progress of children and young people",
        r"The overall experiences and progress of children and young people living in the home are",
    ),
    "protected": (r"How well children and young people are helped and protected",),
    "leaders": (
        r"The effectiveness of leaders and managers?",
        r"The impact and effectiveness of leaders and managers?",
    ),
    # Of secure homes, in words that vary; only the colon tells them from prose.
    "education": (r"(?:[A-Z][\w', -]{0,60} )?education\b[\w', -]{0,60}:",),
    "health": (r"(?:[A-Z][\w', -]{0,60} )?health\b[\w', -]{0,60}:",),
}
_LABELS_OF_2013 = {
    "overall": r"Overall effectiveness",
    "outcomes": r"Outcomes for children and young people",
    "quality of care": r"Quality of care",
    "protected": r"Safeguarding children and young people",
    "leaders": r"Leadership and management",
}
_PARTS = tuple((part, re.compile(rf"(?i)(?:{pattern})")) for part, pattern in _PLAIN.items())
_AREAS = tuple(
    (area, re.compile(rf"(?i)(?:{'|'.join(labels)}) ?:? ({GRADE})")) for area, labels in _LABELS.items()
) + tuple(
    (area, re.compile(rf"(?i){label} Judgement outcome ?:? ({GRADE})\.?")) for area, label in _LABELS_OF_2013.items()
)
_FIRST_WORDS = frozenset(
    [
        "information",
        "service",
        "recent",
        "summary",
        "inspection",
        "judgement",
        "what",
        "areas",
        "statutory",
        "requirement",
        "requirements",
        "recommendation",
        "recommendations",
        "about",
        "full",
        "secure",
        "children's",
        "education",
        "health",
        "inspector",
        "inspectors",
        "inspector(s)",
        "the",
        "overall",
        "how",
        "outcomes",
        "quality",
        "safeguarding",
        "leadership",
    ]
)
_MOST_LINES = 4
"""Over so many a heading is wrapped."""
_LONGEST_HEADING = 130


def sections_of(lines: Sequence[Line]) -> list[ReportSection]:
    """The sections in the order of the report; headings are whole lines, never words within the prose."""
    found = list(_headings(lines))
    begins = [(0, 0, Part.FRONT, None, ""), *found]
    ends = [heading[0] for heading in found] + [len(lines)]
    return [
        ReportSection(part, tuple(lines[after:end]), area, words)
        for (_, after, part, area, words), end in zip(begins, ends, strict=True)
    ]


def _headings(lines: Sequence[Line]) -> Iterator[tuple[int, int, Part, str | None, str]]:
    position = 0
    while position < len(lines):
        heading = _heading_at(lines, position)
        if heading is None:
            position += 1
        else:
            yield position, *heading
            position = heading[0]


def _heading_at(lines: Sequence[Line], position: int) -> tuple[int, Part, str | None, str] | None:
    """Where the text after the heading begins, and what it is: the longest one, as grades may be wrapped as well."""
    if _plain(lines[position].text).partition(" ")[0].casefold() not in _FIRST_WORDS:
        return None
    text, found, taken = "", None, 0
    for at in range(position, min(position + 2 * _MOST_LINES, len(lines))):
        if not lines[at].text:
            continue
        text, taken = join((text, lines[at].text)) if text else lines[at].text, taken + 1
        if taken > _MOST_LINES or len(text) > _LONGEST_HEADING:
            break
        found = _recognised(_plain(text), at + 1) or found
    return found


def _recognised(plain: str, after: int) -> tuple[int, Part, str | None, str] | None:
    for area, pattern in _AREAS:
        if heading := pattern.fullmatch(plain):
            return after, Part.JUDGEMENT, area, heading[1]
    for part, pattern in _PARTS:
        if pattern.fullmatch(plain):
            return after, part, None, ""
    return None


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("‘", "'")
