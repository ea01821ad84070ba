"""The layouts of reports up to 2016: a list of labels and values, and judgements under names of their own."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from watcher.facts.grades import read_grade, read_kind
from watcher.facts.inspection import Judgement, Kind
from watcher.facts.regulators import OFSTED
from watcher.feeds.ofsted_site.dates import read_days
from watcher.feeds.ofsted_site.report.sections import GRADE
from watcher.feeds.ofsted_site.report.values import CouldNotTell

_OF_2016 = {
    "overall": r"The overall experiences and progress of children and young people living in the home are",
    "protected": r"How well children and young people are helped and protected",
    "leaders": r"The impact and effectiveness of leaders and managers?",
}
_OF_2013 = {
    "overall": r"Overall effectiveness Judgement outcome",
    "outcomes": r"Outcomes for children and young people Judgement outcome",
    "quality of care": r"Quality of care Judgement outcome",
    "protected": r"Safeguarding children and young people Judgement outcome",
    "leaders": r"Leadership and management Judgement outcome",
}
_ALWAYS_JUDGED = ("overall", "protected", "leaders")
_KIND = re.compile(r"Type of inspection:? (Full|Interim|Monitoring|Assurance|Emergency)\b")
_DATES = re.compile(
    r"Inspection dates?:? (.{6,60}?) (?=Unique reference|Type of|Provision|Inspector|Previous|Enforcement)"
)


def is_to_2016(text: str) -> bool:
    """Whether a report has the list of labels and values."""
    return "Type of inspection" in text


def read_to_2016(text: str) -> tuple[Kind, str, tuple[date, date], tuple[Judgement, ...]] | CouldNotTell:
    """Kind, its words, days and judgements, from the whole text with white space squashed."""
    kind, printed = _KIND.search(text), _DATES.search(text)
    days = read_days(printed[1]) if printed else None
    if kind is None or days is None:
        return CouldNotTell("its kind or its date of inspection is not understood")
    if read_kind(kind[1]) is not Kind.FULL:
        return read_kind(kind[1]), kind[1], days, ()
    judgements = _judgements(text, _OF_2013 if "Judgement outcome" in text else _OF_2016)
    return judgements if isinstance(judgements, CouldNotTell) else (Kind.FULL, kind[1], days, judgements)


def _judgements(text: str, labels: Mapping[str, str]) -> tuple[Judgement, ...] | CouldNotTell:
    """The judgements, each of which may stand on the front page and again above its section."""
    found = {area: re.findall(rf"(?i)\b{label} ?:? ?({GRADE})(?![\w-])", text) for area, label in labels.items()}
    counts = [len(found[area]) for area in _ALWAYS_JUDGED]
    if min(counts) < 1 or max(map(len, found.values())) > 2:
        return CouldNotTell(f"the three judgements stand there {counts} times")
    for area, grades in found.items():
        if len({read_grade(words, OFSTED.key).value for words in grades}) > 1:
            return CouldNotTell(f"it says of {area} once {grades[0]}, once {grades[1]}")
    return _in_order({area: grades[0] for area, grades in found.items() if grades})


def _in_order(words: Mapping[str, str]) -> tuple[Judgement, ...]:
    areas: Sequence[str] = (*_ALWAYS_JUDGED, *(area for area in words if area not in _ALWAYS_JUDGED))
    return tuple(Judgement(area, read_grade(words[area], OFSTED.key)) for area in areas)
