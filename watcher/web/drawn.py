"""Draws a chart as SVG to stand within a page: bars below each other, each with its figure in words at its end.

No library does: pygal writes styles and scripts into its pictures, matplotlib a style into each element and letters as
outlines; neither passes the pages' policy, follows the dark, or can be read out. What is left is a few sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.answers.chart import Bar, Chart
from watcher.text import cut, inert

WIDTH = 400
"""As many units as a telephone has dots: there letters stay as large as they are drawn."""
_LETTER = 6.4
"""About how wide a letter of 12 units is."""
_ROW, _TALL_ROW, _THICK = 22, 33, 14
_LONGEST_BESIDE = 14
"""Characters of a label that stands beside its bar; longer ones stand above."""
_MOST = 58
_BETWEEN = 6.0


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """One bar with the places of its words."""

    label: str
    said: str
    label_y: float
    said_y: float
    x: float
    y: float
    length: float | None
    """None for a gap."""
    said_x: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with the places of everything in it."""

    name: str
    """By which its title is referred to within the page."""
    title: str
    about: str
    bars: Sequence[DrawnBar]
    thick: int
    width: int
    height: float


def drawn(chart: Chart, name: str) -> Drawn:
    """Where everything of a chart goes, for the template to draw."""
    labels = [cut(inert(bar.label), _MOST) for bar in chart.bars]
    longest = max(map(len, labels), default=0)
    is_beside = longest <= _LONGEST_BESIDE
    x = longest * _LETTER + _BETWEEN if is_beside else 0.0
    room = (
        WIDTH - x - max((len(bar.said) for bar in chart.bars if bar.value is not None), default=0) * _LETTER - _BETWEEN
    )
    most = max((bar.value for bar in chart.bars if bar.value), default=1.0)
    row = _ROW if is_beside else _TALL_ROW
    placed = [
        _placed(bar, label, number * row, x, max(room, 40.0) / most, is_beside=is_beside)
        for number, (bar, label) in enumerate(zip(chart.bars, labels, strict=True))
    ]
    return Drawn(name, inert(chart.title), inert(chart.about, 1_000), placed, _THICK, WIDTH, row * len(placed) + 4)


def _placed(bar: Bar, label: str, top: float, x: float, scale: float, *, is_beside: bool) -> DrawnBar:
    y = top + (4 if is_beside else 16)
    length = None if bar.value is None else round(bar.value * scale, 1)
    middle = y + _THICK / 2 + 4
    said_x = round(x + (length or 0) + _BETWEEN, 1)
    return DrawnBar(label, inert(bar.said), middle if is_beside else top + 12, middle, round(x, 1), y, length, said_x)
