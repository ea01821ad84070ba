"""How a grade is marked: by its row, its shape and its colour, so that no colour carries a meaning alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from watcher.facts.scales import Scale
from watcher.messages.timeline.point import Point, scale_of
from watcher.text import cut_at_word

_LONGEST_LABEL = 22


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
PLUS = Shape(
    (
        *((-0.35, -1.05), (0.35, -1.05), (0.35, -0.35), (1.05, -0.35), (1.05, 0.35), (0.35, 0.35)),
        *((0.35, 1.05), (-0.35, 1.05), (-0.35, 0.35), (-1.05, 0.35), (-1.05, -0.35), (-0.35, -0.35)),
    )
)
HOURGLASS = Shape(((-0.95, -1), (0.95, -1), (0.25, 0), (0.95, 1), (-0.95, 1), (-0.25, 0)))
PILLAR = Shape(((-0.5, -1.1), (0.5, -1.1), (0.5, 1.1), (-0.5, 1.1)))
RHOMBOID = Shape(((-0.4, -0.8), (1.2, -0.8), (0.4, 0.8), (-1.2, 0.8)))
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


_BEST, _WORST, _ABOVE_INADEQUATE = (UP, "#1b5e9e"), (DOWN, "#b3261e"), (DIAMOND, "#a65f00")
_BETWEEN = (
    (CIRCLE, "#2e7d32"),
    (SQUARE, "#00717d"),
    (PENTAGON, "#6a4c93"),
    (PLUS, "#7a5c00"),
    (PILLAR, "#3d5a80"),
    (RHOMBOID, "#556b2f"),
)
_ALMOST_WORST = (HOURGLASS, "#c2410c")
"""Of the inadequate grades that above the worst. With the others enough for ten steps; of more some look alike."""
_OTHER = Level(None, "Other", BAR, "#5f6368")


def rows(points: Sequence[Point]) -> tuple[Level, ...]:
    """The levels that the points need, best on top: the scale of the newest, and one for words that are not on it."""
    scale = scale_of(points)
    levels = _rows_of(scale)
    return levels if all(point.grade in scale.grades for point in points) else (*levels, _OTHER)


def _rows_of(scale: Scale) -> tuple[Level, ...]:
    return tuple(
        Level(grade, cut_at_word(grade.capitalize(), _LONGEST_LABEL), shape, colour)
        for grade, (shape, colour) in zip(scale.grades, _marks_of(scale), strict=False)  # one grade alone has no worst
    )


def _marks_of(scale: Scale) -> list[tuple[Shape, str]]:
    """From the best to the worst; which marks stand for grades that count as inadequate is plain from their colours."""
    low = min(max(len(scale.inadequate), 1), max(len(scale.grades) - 1, 1)) - 1
    middle = max(len(scale.grades) - 2 - low, 0)
    pool = [*_BETWEEN, *([] if low else [_ALMOST_WORST])]
    fine = [*islice(cycle(pool), max(middle - 1, 0)), *([_ABOVE_INADEQUATE] if middle else [])]
    lower = [_ALMOST_WORST, *islice(cycle(reversed(_BETWEEN)), low)][:low]
    return [_BEST, *fine, *reversed(lower), _WORST]
