"""Invented prose for reports, every sentence of which says that it is invented: the homes may be real ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

from tests.standins.reports.layout import DuePlace, Layout
from tests.standins.reports.plain_pdf import NEW_PAGE
from watcher.facts.inspection import Inspection

WIDTH = 84
"""Characters a line."""
ABOUT_THE_HOME = (
    "Example text: this home provides care for up to {places} children aged between 8 and 17 who may have social and "
    "emotional difficulties."
)
ENFORCEMENT = (
    "Example text: a compliance notice about the protection of children was served after a monitoring visit, and it "
    "has not been met."
)
STAR = "* Example text: the starred requirements are subject to a compliance notice."
RECOMMENDATION = (
    "Example text: the registered person should ensure that the garden is tidied up. (Example guide, page 15, "
    "paragraph 3.9)"
)
DUE_AFTER = timedelta(days=60)
"""From the visit to the date by which the first requirement is due; a week more for each further one."""

_INADEQUATE = {
    "overall": (
        (
            "Example text: serious and widespread failures mean that children are not protected and make little "
            "progress. Example text: the children's views are written down, and nothing is done about them."
        ),
        "Example text: meals are cooked together. Example text: one child was left without education for eleven weeks.",
    ),
    "protected": (
        (
            "Example text: staff do not follow the plans that are meant to keep children safe. Example text: when "
            "a child was missing overnight, nobody was told until the next morning."
        ),
        (
            "Example text: restraint is recorded poorly, and its use was unlawful at least once. Example text: "
            "the doors are locked at ten."
        ),
    ),
    "leaders": (
        (
            "Example text: leaders lack oversight of the home, and weaknesses that were known a year ago have not "
            "been dealt with. Example text: the staff meet every Monday."
        ),
        "Example text: new staff begin to work before their references are checked.",
    ),
}
_REQUIRES_IMPROVEMENT = (
    "Example text: the care is not yet consistently good. Example text: some records do not show what was done.",
    "Example text: children like the food.",
)
_BETTER = (
    "Example text: staff know the children well. Example text: records are good and the plans are followed.",
    "Example text: children go to school every day.",
)
_REQUIREMENTS = (
    (
        "Example text: the protection of children standard is that children are protected from harm. In "
        "particular, the example requires the registered person to ensure that staff act at once when a child "
        "may be at risk. (Regulation 12 (1) (2)(a)(vi))"
    ),
    (
        "Example text: the leadership and management standard is that the registered person leads and manages "
        "the home in a way that helps children. In particular, the example requires the use of monitoring. "
        "(Regulation 13 (1)(a)(b) (2)(h))*"
    ),
    "Example text: the registered person must ensure that restraint is recorded within a day. (Regulation 35 (3)(a))",
)
_BEFORE_EACH = {"2013": ("11 (2001)", "33 (2001)", "17B (2001)"), "2016": ("12:", "13:", "35:")}


@dataclass(frozen=True, slots=True)
class Required:
    """One invented statutory requirement."""

    text: str
    due: date


def requirements(inspection: Inspection, of: str = "") -> tuple[Required, ...]:
    """Three for an inadequate home, one for one that requires improvement; `of` names the layout, for its numbers."""
    grades = [judgement.grade.rank or 0 for judgement in inspection.judgements]
    worst = max(grades, default=0)
    texts = _REQUIREMENTS if worst == 4 else _REQUIREMENTS[:1] if worst == 3 else ()
    numbers = _BEFORE_EACH.get(of, ("",) * len(texts))
    first = inspection.day + DUE_AFTER
    return tuple(
        Required(f"{numbers[place]} {text}".strip(), first + place * timedelta(days=7))
        for place, text in enumerate(texts)
    )


def wrapped(text: str) -> list[str]:
    """A paragraph as lines."""
    return wrap(text, WIDTH, break_on_hyphens=False)


def prose(area: str, words: str, header: Sequence[str]) -> Iterator[str]:
    """The paragraphs under one judgement; a page breaks in the middle of the second sentence of `protected`."""
    paragraphs = _paragraphs(area, words)
    for number, paragraph in enumerate(paragraphs):
        lines = wrapped(paragraph)
        if area == "protected" and number == 0 and len(lines) > 1:
            lines = [*lines[:-1], NEW_PAGE + header[0], *header[1:], lines[-1]]
        yield from (*lines, "")


def _paragraphs(area: str, words: str) -> Sequence[str]:
    if words.casefold() == "inadequate":
        return _INADEQUATE.get(area, _INADEQUATE["overall"])
    return _REQUIRES_IMPROVEMENT if words.casefold() in ("adequate", "requires improvement to be good") else _BETTER


def table(rows: Sequence[Required], layout: Layout) -> Iterator[str]:
    """The table of requirements as text extraction delivers it."""
    for row in rows:
        lines = wrapped(row.text)
        due = f"{row.due.day} {row.due:%B %Y}" if layout.long_dates else f"{row.due:%d/%m/%Y}"
        if layout.due is DuePlace.FIRST_LINE:
            lines[0] += f" {due}"
        elif layout.due is DuePlace.LAST_LINE:
            lines[-1] += f" {due}"
        else:
            lines.append(due)
        yield from lines
    if any(row.text.endswith("*") for row in rows):
        yield from ("", STAR)
