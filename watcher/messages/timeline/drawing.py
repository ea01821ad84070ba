"""The timeline as SVG: a card of its own, opaque and light in the dark too, each grade on a level of its own."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise

from watcher.facts import regulators
from watcher.messages.timeline.axis import labels, places
from watcher.messages.timeline.marks import Level, rows
from watcher.messages.timeline.point import Point, newest
from watcher.messages.timeline.sentences import MOST_TOLD, alt

WIDTH = 528
"""In CSS pixels; the letters can still be read on a screen of 360."""
FONT = "DejaVu Sans"
HOLLOW = "Hollow mark: the lowest area, no overall grade"
"""No area's grade is drawn as an overall one."""

_LEFT, _RIGHT, _EDGE = 202.0, 494.0, 512.0
_TOP, _ROW, _BOTTOM = 26.0, 24.0, 38.0
_MARK = 8.0
_LEAST_GAP = 24.0
_USUAL, _NARROW, _LONGEST_USUAL = 16, 14, 20
"""The letters of a level, and those of one with a longer name than so many characters."""
_SMALL = 15
"""The letters of the axis."""
_FULL, _HOLLOW = 'fill="{}" stroke="#ffffff"', 'fill="#ffffff" stroke="{}" stroke-width="2"'
_INK, _QUIET, _LINE, _RULE, _RIM = "#1a1a1a", "#4a4f55", "#6f757d", "#e3e6e9", "#c4c8cc"


TITLE = "Timeline of graded inspections"


def inline_svg(points: Sequence[Point], name: str) -> str:
    """The same picture to stand within a page, whose stylesheet may colour it anew by its class `timeline`.

    `name` tells its title from others on the page.
    """
    picture = svg(points)
    head, _, drawn = picture[picture.index("<title>") :].partition("</title>")
    said = head.removeprefix("<title>")
    opened = picture[: picture.index("<title>")].replace(
        'role="img"', f'class="timeline" role="img" aria-labelledby="{name}-title {name}-desc"'
    )
    return f'{opened}<title id="{name}-title">{TITLE}</title><desc id="{name}-desc">{said}</desc>{drawn}'


def svg(points: Sequence[Point]) -> str:
    """The picture of at least one point; the same points in any order give the same text."""
    shown, earlier = newest(points, MOST_TOLD)
    levels = rows(shown)
    days = [point.inspected for point in shown]
    at = places(days, _LEFT, _RIGHT, _LEAST_GAP)
    axis = _axis(levels)
    bottom = _bottom(shown)
    tall = f"{bottom:g}"
    font = f'font-family="{FONT}" font-stretch="condensed"'
    marked = _labels(labels(days, at, _EDGE), at, axis)
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall}" viewBox="0 0 {WIDTH} {tall}" ',
            f'role="img" {font}>',
            f"<title>{escape(alt(points))}</title>",
            # To its corners: a program that shows mails in the dark may invert what it can see through.
            f'<rect width="{WIDTH}" height="{tall}" fill="{_RIM}"/>',
            f'<rect x="1" y="1" width="{WIDTH - 2}" height="{bottom - 2:g}" fill="#ffffff"/>',
            *_levels(levels, shown[-1]),
            *_marks(shown, levels, at, axis),
            *marked,
            _text(14, axis + 22, f"{earlier} earlier", _QUIET, size=_SMALL) if earlier else "",
            _text(14, bottom - 14, _hollow(shown), _QUIET, size=_SMALL) if bottom > axis + _BOTTOM else "",
            "</svg>",
        )
    )


def _hollow(shown: Sequence[Point]) -> str:
    """What hollow marks mean, in the regulator's own word for an area."""
    return HOLLOW.replace("area", regulators.of(shown[-1].regulator).area)


def _bottom(shown: Sequence[Point]) -> float:
    """The height of the picture, with room for what hollow marks mean if there are any."""
    return _axis(rows(shown)) + _BOTTOM + (_ROW if any(point.is_lowest for point in shown) else 0)


def _axis(levels: Sequence[Level]) -> float:
    return _TOP + _ROW * (len(levels) - 1) + 20


def _level(levels: Sequence[Level], grade: str) -> tuple[float, Level]:
    """The height and the row of a grade; the last row is for all that have none of their own."""
    index = next((index for index, row in enumerate(levels) if row.grade == grade), len(levels) - 1)
    return _TOP + _ROW * index, levels[index]


def _levels(levels: Sequence[Level], last: Point) -> Iterator[str]:
    now = _level(levels, last.grade)[1]
    for index, row in enumerate(levels):
        y = _TOP + _ROW * index
        yield f'<path d="M{_LEFT - 14:g} {y:g}H{_RIGHT + 14:g}" stroke="{_RULE}"/>'
        size = _USUAL if len(row.label) <= _LONGEST_USUAL else _NARROW
        yield _text(14, y + 5.5, row.label, _INK if row is now else _QUIET, size=size)


def _marks(shown: Sequence[Point], levels: Sequence[Level], at: Sequence[float], axis: float) -> Iterator[str]:
    yield f'<path d="M{_LEFT - 14:g} {axis:g}H{_RIGHT + 14:g}" stroke="{_LINE}"/>'
    found = [(x, *_level(levels, point.grade)) for point, x in zip(shown, at, strict=True)]
    gap = min((after - before for before, after in pairwise(at)), default=_LEAST_GAP)
    radius = min(_MARK, gap * 0.44)
    for x in _changes_of_number(shown, at):
        yield f'<path d="M{x:.1f} {_TOP - 10:g}V{axis:g}" stroke="{_LINE}" stroke-dasharray="4 4"/>'
    yield f'<polyline points="{" ".join(f"{x:.1f},{y:g}" for x, y, _ in found)}" fill="none" stroke="{_LINE}"/>'
    for (x, y, row), point in zip(found, shown, strict=True):
        yield f'<path d="M{x:.1f} {axis:g}v5" stroke="{_LINE}"/>'
        yield _figure(row, x, y, radius, _HOLLOW.format(row.colour) if point.is_lowest else _FULL.format(row.colour))
    x, y, row = found[-1]
    yield f'<circle cx="{x:.1f}" cy="{y:g}" r="{radius + 4:.1f}" fill="none" stroke="{row.colour}" stroke-width="2"/>'


def _changes_of_number(shown: Sequence[Point], at: Sequence[float]) -> Iterator[float]:
    """Where the home got another number: between the last inspection under one and the first under the next."""
    for (before, x), (after, then) in pairwise(zip(shown, at, strict=True)):
        if before.home_id != after.home_id:
            yield (x + then) / 2


def _figure(row: Level, x: float, y: float, radius: float, paint: str) -> str:
    if not row.shape.corners:
        return f'<circle cx="{x:.1f}" cy="{y:g}" r="{radius:.1f}" {paint}/>'
    corners = " ".join(f"{x + right * radius:.1f},{y + down * radius:.1f}" for right, down in row.shape.corners)
    return f'<polygon points="{corners}" {paint}/>'


def _labels(marked: Iterable[tuple[int, str]], at: Sequence[float], axis: float) -> Iterator[str]:
    for index, label in marked:
        if index == len(at) - 1:
            yield _text(_EDGE, axis + 22, label, _INK, "end", _SMALL)
        else:
            yield _text(at[index], axis + 22, label, _QUIET, "middle", _SMALL)


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start", size: int = _USUAL) -> str:
    font = f'font-size="{size}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:g}" fill="{colour}" {font}>{escape(text)}</text>'
