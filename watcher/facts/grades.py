"""Reads words in print: every spelling of a grade and of a kind of visit that regulators have published.

A word on no regulator's scale and in no table here is never taken for a grade.
"""

import re
from functools import lru_cache

from watcher.facts.inspection import Grade, Kind, Scale, Standing
from watcher.facts.regulators import REGULATORS
from watcher.text import squash

SCALES = tuple(dict.fromkeys(scale for regulator in REGULATORS for scale in regulator.scales))
"""Every scale of every regulator."""

INADEQUATE = frozenset(scale.inadequate for scale in SCALES)
"""The grades that count as inadequate, whatever they are called."""

_SPELLINGS: dict[str, tuple[str, Scale]] = {value: (value, scale) for scale in SCALES for value in scale.grades}
for _regulator in REGULATORS:
    _SPELLINGS |= _regulator.spellings

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
}

_PREFIX_OF_KINDS = re.compile(r"^sc[\s–—-]*")


@lru_cache(maxsize=4096)
def read_grade(words: str | None) -> Grade:
    """What published words amount to; a word in no list is UNKNOWN, never a guess, and digits are such words."""
    printed = " ".join((words or "").split())
    plain = squash(printed)
    if not plain:
        return Grade("", "", Standing.BLANK)
    if plain == "null":
        return Grade("", printed, Standing.NULL)
    if plain == "not judged":
        return Grade("not judged", printed, Standing.NOT_JUDGED)
    if plain in _INTERIM:
        return Grade(_INTERIM[plain], printed, Standing.INTERIM)
    if plain in _SPELLINGS:
        value, scale = _SPELLINGS[plain]
        return Grade(value, printed, Standing.GRADED, scale)
    return Grade("unknown", printed, Standing.UNKNOWN)


def read_kind(words: str) -> Kind:
    """The kind of visit behind a published event type; OTHER for words in no list."""
    return _KINDS.get(_PREFIX_OF_KINDS.sub("", squash(words)), Kind.OTHER)


def grade_phrases(of: Scale) -> tuple[str, ...]:
    """Every spelling of a scale's grades, longest first, for finding one in running text."""
    return tuple(sorted((words for words, (_, scale) in _SPELLINGS.items() if scale is of), key=len, reverse=True))
