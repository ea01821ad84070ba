"""Reports on local authorities, which are about no home: when they were inspected, and how they were judged.

Since 2018 there is a table whose last row is the overall one; inspected from April 2026 on, they have none. From 2013
to 2017 there is a sentence and a numbered list, and further on a judgement on the safeguarding board, which is not the
authority's. The letter on a visit has no grade. Labels vary, so grades are counted, and a label that is not
recognised is an area of its own.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from watcher.facts.grades import grade_phrases, read_grade, read_kind
from watcher.facts.inspection import Judgement, Kind
from watcher.facts.regulators import FOUR_POINT, OFSTED_LA
from watcher.feeds.ofsted_site.dates import leading_days
from watcher.feeds.ofsted_site.markup import clean
from watcher.feeds.ofsted_site.report.sections import GRADE
from watcher.feeds.ofsted_site.report.values import CouldNotTell, Report

_TITLE_WITHIN = 1_500
"""Characters from the beginning."""
_FRONT = 5_000
"""Characters within which the judgements stand."""
_TITLE = re.compile(
    r"(?i)\b(Inspection of (?:children's social care services|services for children in need of help and protection"
    r"|(?:.{1,60}? )?local authority children's services))"
)
# A trust's or a council's name and nothing else: then a table must follow.
_NAME_ALONE = re.compile(r"\b(Inspection of [^.:]{3,120}?) Inspection dates?:? .{6,160}? Judgement Grade\b")
_LETTER = re.compile(
    r"(?i)\b((?P<kind>Focused|Monitoring|Assurance) visit (?:to|of) [^.:]{3,100}?) This letter summarises"
)
_DATES_OF_LETTER = re.compile(r"(?i)\bvisit (?:to|of) [^.:]{3,100}? on (?=\d)")
_DATES = re.compile(r"(?i)\bInspection dates? ?: ?")
_GRADE_OF_TABLE = "|".join(
    f"{phrase[0].upper()}(?i:{re.escape(phrase[1:])})" for phrase in grade_phrases(FOUR_POINT)
).replace(r"\ ", " ")
"""Grades of a table begin with a capital letter; those of the prose that follows it don't."""
_ROW = re.compile(rf" ?(?P<label>[A-Z][^A-Z.:]{{4,120}}?) ?:? (?P<words>{_GRADE_OF_TABLE})(?![\w-])")
_LEFT_OVER = re.compile(
    rf" ?(?:(?:The (?:impact|experiences)|Overall effectiveness)\b|[^.]*?(?<![\w-])(?:{_GRADE_OF_TABLE}) [A-Z])"
)
_SENTENCE = re.compile(
    rf"(?i)(?:Children's services in [^.]{{1,80}}?|The overall judgement (?:is|for .{{1,80}}? is)"
    rf"(?: that children's services)?:?) (?:(?:are|is) )?(?P<words>{GRADE})(?![\w-])"
)
_FIRST_ITEM = re.compile(r"\b1\.? (?=[A-Z])")
_ITEM = re.compile(
    rf" ?(?P<number>\d(?:\.\d)?)\.? (?P<label>[A-Z][^.:\d]{{4,100}}?) ?:? (?P<words>(?i:{GRADE}))(?![\w-])"
)
_NUMBER = re.compile(r" ?(?P<number>\d(?:\.\d)?)\.? [A-Z]")

_AREAS = {
    "overall": re.compile(r"^overall effectiveness"),
    "leaders": re.compile(r"\bleaders(?:hip)?\b"),
    "protected": re.compile(r"\bhelp and protection\b"),
    "in care and care leavers": re.compile(r"\bin care and care leavers\b"),
    "care leavers": re.compile(r"\bcare leavers\b"),
    "in care": re.compile(r"\bin care\b"),
    "looked after": re.compile(r"\blooked after\b"),
    "adoption": re.compile(r"\badoption\b"),
}
"""By which words of its label each area is known, the first that fits."""
_IN_MANY_NAMES = re.compile(
    r"The|City|County|Borough|Councils?|Metropolitan|District|Royal|London|Unitary|Local|Authority|Children(?:'?s)?"
    r"|Families|Family|Social|Care|Services|Trust|Limited|Company|Community|Interest|And|For|Together"
    r"|(?:North|South|East|West)(?:ern)?|Central"
)
NAMES_ANOTHER = "it is about a local authority, and the name of this one stands nowhere in it"


def read_authority(text: str) -> Report | CouldNotTell | None:
    """What a report on a local authority says, white space squashed; None for every other document."""
    head, front = text[:_TITLE_WITHIN], text[:_FRONT]
    if letter := _LETTER.search(head):
        return _report(
            read_kind(f"{letter['kind']} visit"), letter[1], _days(_DATES_OF_LETTER.search(front, letter.end())), ()
        )
    title = _NAME_ALONE.search(head) or _TITLE.search(head)
    if title is None:
        return None
    judgements = _judgements(front)
    if isinstance(judgements, CouldNotTell):
        return judgements
    return _report(Kind.FULL, title[1], _days(_DATES.search(front)), judgements)


def _days(label: re.Match[str] | None) -> tuple[date, date] | None:
    return leading_days(label.string, label.end())[0] if label else None


def _report(kind: Kind, title: str, days: tuple[date, date] | None, judgements: tuple[Judgement, ...]) -> Report:
    first, last = days or (None, None)
    return Report(
        kind=kind,
        what=f"local authority: {clean(title).lower()}",
        inspected=first,
        inspected_to=last if last != first else None,
        judgements=judgements,
    )


def _judgements(front: str) -> tuple[Judgement, ...] | CouldNotTell:
    """The judgements, the overall one first where there is one: as many as there are grades."""
    _, heading, table = front.partition("Judgement Grade")
    if heading:
        return _of_table(table)
    sentence = _SENTENCE.search(front)
    first = _FIRST_ITEM.search(front, sentence.end()) if sentence else None
    if sentence is None or first is None:
        return CouldNotTell("it is about a local authority, and its judgements are not found")
    return _of_list(sentence["words"], front[first.start() :])


def _of_table(table: str) -> tuple[Judgement, ...] | CouldNotTell:
    rows, rest = _consecutive(_ROW, table)
    if not rows or _LEFT_OVER.match(rest):
        return CouldNotTell("it is about a local authority, and its table has not one known grade to each row")
    return _named((row["label"], row["words"]) for row in rows)


def _of_list(overall: str, text: str) -> tuple[Judgement, ...] | CouldNotTell:
    items, rest = _consecutive(_ITEM, text)
    numbers = [float(item["number"]) for item in items]
    # Footnotes begin with a number too, but not with the next one.
    next_one = _NUMBER.match(rest)
    if not items or numbers != sorted(numbers) or (next_one and float(next_one["number"]) > numbers[-1]):
        return CouldNotTell("it is about a local authority, and its list has not one known grade to each item")
    return _named([("Overall effectiveness", overall), *((item["label"], item["words"]) for item in items)])


def _consecutive(pattern: re.Pattern[str], text: str) -> tuple[Sequence[re.Match[str]], str]:
    """The matches that follow each other from the beginning of a text, and what stands behind them."""
    found: list[re.Match[str]] = []
    while match := pattern.match(text, found[-1].end() if found else 0):
        found.append(match)
    return found, text[found[-1].end() if found else 0 :]


def _named(rows: Iterable[tuple[str, str]]) -> tuple[Judgement, ...] | CouldNotTell:
    listed = [(re.sub(r"^the ", "", label.casefold()), words) for label, words in rows]
    areas = _areas([label for label, _ in listed])
    if len(areas) < len(listed):
        return CouldNotTell("it is about a local authority, and two of its judgements have one name")
    judgements = [Judgement(areas[label], read_grade(words, OFSTED_LA.key)) for label, words in listed]
    return tuple(sorted(judgements, key=lambda judgement: judgement.area != "overall"))


def _areas(labels: Iterable[str]) -> dict[str, str]:
    """The key of the area of each label, however that is misprinted; of one that is not recognised the label itself.

    Of two labels that seem to be about one area the longer is about something else.
    """
    areas: dict[str, str] = {}
    for label in sorted(labels, key=len):
        area = next((area for area, telling in _AREAS.items() if telling.search(label)), label)
        areas[label] = label if area in areas.values() else area
    return areas


def is_named_in(text: str, authority: str) -> bool:
    """Whether a report has a word of an authority's name by which that is known: `Bradford`, not `Council`."""
    telling = [word for word in re.findall(r"[A-Z][a-z']{2,}", authority) if not _IN_MANY_NAMES.fullmatch(word)]
    return not telling or any(re.search(rf"\b{re.escape(word)}\b", text) for word in telling)
