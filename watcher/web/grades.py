"""How a grade looks on a page, beside its word: by where it stands on its scale, whatever it is called there."""

from functools import cache

from watcher.facts.grades import SCALES

WORST, POOR, FINE, BEST = "worst", "poor", "fine", "best"


@cache
def grade_class(grade: str | None) -> str:
    """The class of a grade's tag: the one that counts as inadequate, the one above it, the best, those between; empty
    for what is on no scale."""
    scale = next((scale for scale in SCALES if grade in scale.grades), None)
    if scale is None or grade is None:
        return ""
    if grade == scale.inadequate:
        return WORST
    if scale.rank(grade) == 1:
        return BEST
    return POOR if scale.rank(grade) == len(scale.grades) - 1 else FINE
