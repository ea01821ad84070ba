"""The scales, and every spelling of a grade, a kind of visit and a kind of provider seen in print.

Published sources: the official statistics "Children's social care in England" of 2014-15 to 2024-25, Ofsted's report
pages and report files. A word in no table here is never taken for a grade.
"""

import re
from functools import lru_cache

from watcher.facts.inspection import Grade, Kind, Scale, Standing

FOUR_POINT = Scale("four-point", ("outstanding", "good", "requires improvement", "inadequate"), "inadequate")
"""Ofsted's and the Care Quality Commission's."""

SUPPORTED_ACCOMMODATION = Scale(
    "supported accommodation",
    (
        "consistently strong service delivery",
        "inconsistent quality of service delivery",
        "serious or widespread weaknesses",
    ),
    "serious or widespread weaknesses",
)
"""Ofsted's for supported accommodation, since September 2023."""

REPORT_CARD = Scale(
    "report card",
    ("exceptional", "strong standard", "expected standard", "needs attention", "urgent improvement"),
    "urgent improvement",
)
"""Ofsted's for schools, early years and further education, since November 2025; not comparable with older grades."""

SCALES = (FOUR_POINT, SUPPORTED_ACCOMMODATION, REPORT_CARD)

INADEQUATE = frozenset(scale.inadequate for scale in SCALES)
"""The grades that count as inadequate, whatever they are called."""

_SPELLINGS: dict[str, tuple[str, Scale]] = {
    **{value: (value, scale) for scale in SCALES for value in scale.grades},
    "requires improvement to be good": ("requires improvement", FOUR_POINT),
    # Ofsted's own time series counts both older words under requires improvement.
    "adequate": ("requires improvement", FOUR_POINT),
    "satisfactory": ("requires improvement", FOUR_POINT),
}

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

_HOMES_OF_CHILDREN = frozenset(
    {
        "children's home",
        "secure children's home",
        "residential special school (registered as a children's home)",
        "residential special school (>295 days/year)",
    }
)


def squash(words: str) -> str:
    """Case folded, white space (no-break spaces too) collapsed, apostrophes straight."""
    return " ".join(words.replace("’", "'").replace("‘", "'").split()).casefold()


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


def is_childrens_home(provider_type: str | None) -> bool:
    """Whether Ofsted's own tables count this kind of provider among "all children's homes"."""
    return provider_type is not None and squash(provider_type) in _HOMES_OF_CHILDREN


def grade_phrases() -> tuple[str, ...]:
    """Every spelling of a four-point grade, longest first, for finding one in running text."""
    return tuple(
        sorted((words for words, (_, scale) in _SPELLINGS.items() if scale is FOUR_POINT), key=len, reverse=True)
    )
