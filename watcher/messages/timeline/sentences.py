"""The timeline in words: a strip for where there are no pictures, and a sentence for those who don't see them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from watcher.facts import regulators
from watcher.facts.inspection import Dated
from watcher.facts.scales import Scale
from watcher.messages.timeline.point import Point, newest, scale_of

MOST_TOLD = 20
"""Points in a picture and in the sentence that stands for it."""
MOST_IN_A_STRIP = 12

_LONGEST_CODE = 3


def codes(points: Sequence[Point]) -> Mapping[str, str]:
    """The first letters of each grade on the scale of some points, `RI`; none where those would not tell them apart."""
    return _codes(scale_of(points)) if points else {}


@lru_cache(maxsize=64)
def _codes(scale: Scale) -> Mapping[str, str]:
    found = {grade: "".join(word[0] for word in grade.split()).upper() for grade in scale.grades}
    are_short = all(len(code) <= _LONGEST_CODE and code.casefold() != grade for grade, code in found.items())
    return found if are_short and len({*found.values()}) == len(found) else {}


def strip(points: Sequence[Point]) -> str:
    """The newest points in a line, with a line of what the letters mean; empty without points."""
    meaning = letters(points)
    return f"{line(points)}\n{meaning}" if meaning else line(points)


def line(points: Sequence[Point]) -> str:
    """The newest points in a line, `2017 G · 2018 I`; empty without points."""
    shown, earlier = newest(points, MOST_IN_A_STRIP)
    years = Counter(point.inspected.year for point in shown)
    short = codes(shown)
    told = [f"{_when(point, years)} {_short(point, short)}{_under(point)}" for point in shown]
    return " · ".join([f"{earlier} earlier", *told] if earlier else told)


def _short(point: Point, short: Mapping[str, str]) -> str:
    code = short.get(point.grade)
    if code is None:
        return point.said
    return f"{code} (lowest {regulators.of(point.regulator).area})" if point.is_lowest else code


def letters(*timelines: Sequence[Point]) -> str:
    """What the letters in the lines of some timelines mean, an older word too; empty if there are none."""
    lines = [newest(points, MOST_IN_A_STRIP)[0] for points in timelines]
    shown = [point for points in lines for point in points]
    known = {grade: code for points in lines for grade, code in codes(points).items()}
    meant = dict.fromkeys(
        pair for points in lines for pair in codes(points).items() if any(point.grade == pair[0] for point in points)
    )
    ordered = sorted(meant, key=lambda pair: [*known].index(pair[0]))
    return ", ".join(f"{code} = {grade}{_formerly(grade, shown)}" for grade, code in ordered)


def _formerly(grade: str, points: Sequence[Point]) -> str:
    """The words in which a grade was printed once, where they are others by more than an ending."""
    words = {point.said for point in points if point.grade == grade and not point.said.startswith(grade)}
    return f" (once called {' or '.join(sorted(words))})" if words else ""


def alt(points: Sequence[Point]) -> str:
    """The picture in one sentence; empty without points."""
    shown, earlier = newest(points, MOST_TOLD)
    if not shown:
        return ""
    told = [f"{point.said} in {point.inspected:%B} {point.inspected.year}{_under(point)}" for point in shown]
    lowest, by_day = _lowest_of_each(shown), _by_which_day(shown)
    if len(told) == 1:
        return f"One graded inspection{lowest}{by_day}: {told[0]}."
    left_out = f", without {earlier} earlier" if earlier else ""
    return f"Graded inspections since {shown[0].inspected.year}{lowest}{by_day}{left_out}, oldest first: {_and(told)}."


def _under(point: Point) -> str:
    """Under which former number of the home it was."""
    return f" (as {point.home_id})" if point.home_id else ""


def _lowest_of_each(points: Sequence[Point]) -> str:
    """That each grade is its inspection's lowest, where the regulator gives no others."""
    regulator = regulators.of(points[-1].regulator)
    return f", each by its lowest {regulator.area}" if regulator.rates_lowest else ""


def _by_which_day(points: Sequence[Point]) -> str:
    """Which day stands for that of the visit, where it does for any of them."""
    days = {point.dated for point in points}
    if days == {Dated.INSPECTED}:
        return ""
    if days == {Dated.SEEN}:
        return ", when first seen"
    return ", when published" if days == {Dated.PUBLISHED} else ", by the day first known of each"


def _when(point: Point, years: Counter[int]) -> str:
    """The year, with the month where several points are of one year."""
    year = point.inspected.year
    return str(year) if years[year] == 1 else f"{point.inspected:%b} {year}"


def _and(told: Sequence[str]) -> str:
    return f"{', '.join(told[:-1])} and {told[-1]}"
