"""The timeline in words: a strip for where there are no pictures, and a sentence for those who don't see them."""

from collections import Counter
from collections.abc import Sequence

from watcher.messages.timeline.point import Point, newest

MOST_TOLD = 20
"""Points in a picture and in the sentence that stands for it."""
MOST_IN_A_STRIP = 12

_CODES = {"outstanding": "O", "good": "G", "requires improvement": "RI", "inadequate": "I"}


def strip(points: Sequence[Point]) -> str:
    """The newest points in a line, with a line of what the letters mean; empty without points."""
    meaning = letters(points)
    return f"{line(points)}\n{meaning}" if meaning else line(points)


def line(points: Sequence[Point]) -> str:
    """The newest points in a line, `2017 G · 2018 I`; empty without points."""
    shown, earlier = newest(points, MOST_IN_A_STRIP)
    years = Counter(point.inspected.year for point in shown)
    told = [f"{_when(point, years)} {_short(point)}" for point in shown]
    return " · ".join([f"{earlier} earlier", *told] if earlier else told)


def _short(point: Point) -> str:
    code = _CODES.get(point.grade)
    if code is None:
        return point.said
    return f"{code} (lowest area)" if point.is_lowest else code


def letters(*timelines: Sequence[Point]) -> str:
    """What the letters in the lines of some timelines mean, an older word too; empty if there are none."""
    shown = [point for points in timelines for point in newest(points, MOST_IN_A_STRIP)[0]]
    grades = {point.grade for point in shown}
    return ", ".join(f"{code} = {grade}{_formerly(grade, shown)}" for grade, code in _CODES.items() if grade in grades)


def _formerly(grade: str, points: Sequence[Point]) -> str:
    """The words in which a grade was printed once, where they are others by more than an ending."""
    words = {point.said for point in points if point.grade == grade and not point.said.startswith(grade)}
    return f" (once called {' or '.join(sorted(words))})" if words else ""


def alt(points: Sequence[Point]) -> str:
    """The picture in one sentence; empty without points."""
    shown, earlier = newest(points, MOST_TOLD)
    if not shown:
        return ""
    told = [f"{point.said} in {point.inspected:%B} {point.inspected.year}" for point in shown]
    if len(told) == 1:
        return f"One graded inspection: {told[0]}."
    left_out = f", without {earlier} earlier" if earlier else ""
    return f"Graded inspections since {shown[0].inspected.year}{left_out}, oldest first: {_and(told)}."


def _when(point: Point, years: Counter[int]) -> str:
    """The year, with the month where several points are of one year."""
    year = point.inspected.year
    return str(year) if years[year] == 1 else f"{point.inspected:%b} {year}"


def _and(told: Sequence[str]) -> str:
    return f"{', '.join(told[:-1])} and {told[-1]}"
