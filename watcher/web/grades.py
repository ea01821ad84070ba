"""How a grade looks on a page, beside its word: by where it stands on its scale, whatever it is called there."""

from functools import cache

from watcher.facts.grades import SCALES, step_on


@cache
def grade_class(grade: str | None) -> str:
    """The class of a grade's tag; empty for what is on no scale."""
    scale = next((scale for scale in SCALES if grade in scale.grades), None)
    return "" if scale is None or grade is None else step_on(scale, grade).value
