"""How a grade is marked: by its row, its shape and its colour, so that no colour carries a meaning alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.facts.grades import scales
from watcher.facts.regulators import FOUR_POINT
from watcher.facts.scales import Scale
from watcher.messages.timeline.point import Point
from watcher.text import cut

_LONGEST_LABEL = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """A figure around (0, 0) that fits a circle of radius 1; `corners` is empty for the circle itself."""

    corners: tuple[tuple[float, float], ...] = ()


UP = Shape(((0, -1.1), (1.05, 0.8), (-1.05, 0.8)))
CIRCLE = Shape()
SQUARE = Shape(((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)))
DIAMOND = Shape(((0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)))
PENTAGON = Shape(((0, -1.1), (1.05, -0.35), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.35)))
DOWN = Shape(((-1.05, -0.8), (1.05, -0.8), (0, 1.1)))
BAR = Shape(((-1, -0.45), (1, -0.45), (1, 0.45), (-1, 0.45)))


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the picture."""

    grade: str | None
    """None for every word that is not on the scale."""
    label: str
    shape: Shape
    colour: str
    """At least 3:1 on white."""


_BEST, _WORST = (UP, "#1b5e9e"), (DOWN, "#b3261e")
_BETWEEN: dict[int, tuple[tuple[Shape, str], ...]] = {
    0: (),
    1: ((DIAMOND, "#a65f00"),),
    2: ((CIRCLE, "#2e7d32"), (DIAMOND, "#a65f00")),
    3: ((CIRCLE, "#2e7d32"), (SQUARE, "#00717d"), (DIAMOND, "#a65f00")),
    4: ((CIRCLE, "#2e7d32"), (SQUARE, "#00717d"), (PENTAGON, "#6a4c93"), (DIAMOND, "#a65f00")),
}
_OTHER = Level(None, "Other", BAR, "#5f6368")


def rows(points: Sequence[Point]) -> tuple[Level, ...]:
    """The levels that the points need, best on top: the scale of the newest, and one for words that are not on it.

    A word that is on several scales is taken for one of that which has the most of the others too.
    """
    said = {point.grade for point in points}
    scale = max(
        (scale for scale in scales() if points[-1].grade in scale.grades),
        key=lambda scale: len(said.intersection(scale.grades)),
        default=FOUR_POINT,
    )
    levels = _rows_of(scale)
    return levels if all(point.grade in scale.grades for point in points) else (*levels, _OTHER)


def _rows_of(scale: Scale) -> tuple[Level, ...]:
    marks = (_BEST, *_BETWEEN[len(scale.grades) - 2], _WORST)
    return tuple(
        Level(grade, cut(grade.capitalize(), _LONGEST_LABEL), shape, colour)
        for grade, (shape, colour) in zip(scale.grades, marks, strict=True)
    )
