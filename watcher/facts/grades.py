"""Reads words in print: every spelling of a grade and of a kind of visit that regulators have published.

One word may stand on the scales of two regulators and mean another step on each: it is read as its own regulator's.
A word that is on none of that one's scales and in no table here is never taken for a grade.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from itertools import chain

from watcher.facts.inspection import Grade, Judgement, Kind, Standing
from watcher.facts.regulators import REGULATORS, Regulator, described, of
from watcher.facts.scales import Scale
from watcher.text import squash

_INTERIM = {
    "sustained effectiveness": "sustained effectiveness",
    "improved effectiveness": "improved effectiveness",
    "declined effectiveness": "declined effectiveness",
    "declined in effectiveness": "declined effectiveness",
    "good progress": "good progress",
    "nms not met": "nms not met",
    "nms met": "nms met",
    "met": "met",
    "not met": "not met",
}

_KINDS = {
    "full inspection": Kind.FULL,
    "full": Kind.FULL,
    "interim inspection": Kind.INTERIM,
    "interim": Kind.INTERIM,
    "monitoring inspection": Kind.MONITORING,
    "monitoring visit": Kind.MONITORING,
    "monitoring": Kind.MONITORING,
    "assurance visit": Kind.ASSURANCE,
    "assurance inspection": Kind.ASSURANCE,
    "assurance": Kind.ASSURANCE,
    "emergency inspection": Kind.EMERGENCY,
    "emergency visit": Kind.EMERGENCY,
    "emergency": Kind.EMERGENCY,
    "focused visit": Kind.FOCUSED,
    "focused": Kind.FOCUSED,
}

_PREFIX_OF_KINDS = re.compile(r"^sc[\s–—-]*")


def scales() -> tuple[Scale, ...]:
    """Every scale of every regulator that is known."""
    return tuple(dict.fromkeys(scale for regulator in described() for scale in regulator.scales))


def grades() -> tuple[str, ...]:
    """Every grade of them, each scale's best first."""
    return tuple(dict.fromkeys(grade for scale in scales() for grade in scale.grades))


def scales_of(regulator: str) -> tuple[Scale, ...]:
    """The scales of a regulator, by its key; of one that nobody has described, those of all."""
    return of(regulator).scales or scales()


def is_inadequate(regulator: str, grade: str | None) -> bool:
    """Whether a regulator, by its key, counts a grade, by its normalised word, as inadequate."""
    return any(grade in scale.inadequate for scale in scales_of(regulator))


def read_grade(words: str | None, regulator: str) -> Grade:
    """What words amount to that a regulator, by its key, has published.

    A word in no list of its own is UNKNOWN, never a guess, and digits are such words but where they are its grades.
    """
    return _read_grade(words, of(regulator))


@lru_cache(maxsize=4096)
def _read_grade(words: str | None, regulator: Regulator) -> Grade:
    printed = " ".join((words or "").split())
    plain = squash(printed)
    if not plain:
        return Grade("", "", Standing.BLANK)
    if plain == "null":
        return Grade("", printed, Standing.NULL)
    if plain == "not judged" or plain in regulator.not_grades:
        return Grade("not judged", printed, Standing.NOT_JUDGED)
    if (known := _spellings(regulator).get(plain)) is not None:
        value, scale = known
        return Grade(value, printed, Standing.GRADED, scale)
    if plain in _INTERIM:
        return Grade(_INTERIM[plain], printed, Standing.INTERIM)
    return Grade("unknown", printed, Standing.UNKNOWN)


def read_kind(words: str) -> Kind:
    """The kind of visit behind a published event type; OTHER for words in no list."""
    return _KINDS.get(_PREFIX_OF_KINDS.sub("", squash(words)), Kind.OTHER)


def headline_among(judgements: Iterable[Judgement], usual: str) -> str:
    """The area whose grade is the rating of a full inspection: the usual one, or else the lowest of those graded.

    The usual one stays where anything is printed in its place, though it be no grade: that is for a person to look at.
    With LOWEST for the usual one it is the lowest always.
    """
    judgements = tuple(judgements)
    if any(judgement.area == usual and judgement.grade.words for judgement in judgements):
        return usual
    graded = [judgement for judgement in judgements if judgement.grade.is_graded]
    lowest = max(graded, key=lambda judgement: _lowness(judgement.grade), default=None)
    return lowest.area if lowest else usual


def _lowness(grade: Grade) -> tuple[bool, int]:
    """Sorts grades, the lowest last."""
    return grade.is_inadequate, grade.rank or 0


class GradeStep(StrEnum):
    """About where on its scale a grade stands, whatever it is called."""

    BEST = "best"
    FINE = "fine"
    POOR = "poor"
    WORST = "worst"


def step_of(regulator: str, grade: str) -> GradeStep | None:
    """Where a grade stands on its regulator's scale, by the regulator's key; None for a word that is on none."""
    scale = next((scale for scale in scales_of(regulator) if grade in scale.grades), None)
    return step_on(scale, grade) if scale else None


def step_on(scale: Scale, grade: str) -> GradeStep:
    """Where a grade of a scale stands on it."""
    place, above_worst = scale.grades.index(grade), len(scale.grades) - max(len(scale.inadequate), 1) - 1
    if grade in scale.inadequate or grade == scale.grades[-1]:
        return GradeStep.WORST
    if place == 0:
        return GradeStep.BEST
    is_poor = grade not in scale.good if scale.good else place == above_worst
    return GradeStep.POOR if is_poor else GradeStep.FINE


def grade_phrases(scale: Scale) -> tuple[str, ...]:
    """Every spelling of a scale's grades, longest first, for finding one in running text."""
    spellings = chain.from_iterable(regulator.spellings.items() for regulator in REGULATORS)
    words = dict.fromkeys((*scale.grades, *(words for words, (_, other) in spellings if other is scale)))
    return tuple(sorted(words, key=len, reverse=True))


@lru_cache(maxsize=64)
def _spellings(regulator: Regulator) -> Mapping[str, tuple[str, Scale]]:
    """What each word in print means at a regulator."""
    # Of several scales that have a word the first is meant.
    heard_on = reversed(regulator.scales or scales())
    spelled = {value: (value, scale) for scale in heard_on for value in scale.grades}
    heard = (regulator,) if regulator.scales else tuple(described())
    return {words: meant for other in heard for words, meant in other.spellings.items()} | spelled
