"""One graded inspection as a timeline shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from watcher.facts import regulators
from watcher.facts.grades import scales, scales_of
from watcher.facts.inspection import Dated
from watcher.facts.regulators import FOUR_POINT
from watcher.facts.scales import Scale
from watcher.judging.context import Past
from watcher.text import inert

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A graded inspection; in a timeline the newest is the one that the message is about."""

    inspected: date
    """Its day: of the visit, or what `dated` says."""
    grade: str
    """The normalised word, such as `requires improvement`; any other word is shown as one of no known scale."""
    words: str = ""
    """The grade as it was printed."""
    is_lowest: bool = False
    """Whether it is the grade of its lowest area, for want of an overall one."""
    dated: Dated = Dated.INSPECTED
    regulator: str = ""
    """The key of whose scale its grade is on; empty where any may be."""
    home_id: str = ""
    """Under which former number of the home it was; empty for its present one."""

    @classmethod
    def of(cls, visit: Past, regulator: str) -> Self:
        """A graded inspection, by its regulator's key; not marked as the lowest area's where that always counts."""
        is_lowest = visit.is_lowest and not regulators.of(regulator).rates_lowest
        return cls(
            visit.inspected, visit.grade, visit.words, is_lowest, visit.dated, regulator, inert(visit.home_id, 40)
        )

    @property
    def said(self) -> str:
        """The grade within a sentence, in the regulator's own words; inert and never empty."""
        words = inert(self.words, _LONGEST) or inert(self.grade, _LONGEST) or "a grade that is not stated"
        return (
            f"{words} in its lowest {regulators.of(self.regulator).area}".lower() if self.is_lowest else words.lower()
        )


def newest(points: Sequence[Point], most: int) -> tuple[list[Point], int]:
    """The newest points, oldest first, and how many earlier ones are left out."""
    ordered = sorted(points, key=lambda point: point.inspected)
    return ordered[-most:], max(0, len(ordered) - most)


def scale_of(points: Sequence[Point]) -> Scale:
    """The scale of the newest of some points, by its regulator.

    A word that is on several scales is taken for one of that which has the most of the others too.
    """
    said, newest_one = {point.grade for point in points}, points[-1]
    known = scales_of(newest_one.regulator) if newest_one.regulator else scales()
    return max(
        (scale for scale in known if newest_one.grade in scale.grades),
        key=lambda scale: len(said.intersection(scale.grades)),
        default=FOUR_POINT,
    )
