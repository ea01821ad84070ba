"""One graded inspection as a timeline shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from watcher.text import inert

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Point:
    """A graded inspection; in a timeline the newest is the one that the message is about."""

    inspected: date
    grade: str
    """The normalised word, such as `requires improvement`; any other word is shown as one of no known scale."""
    words: str = ""
    """The grade as it was printed."""
    is_lowest: bool = False
    """Whether it is the grade of its lowest area, for want of an overall one."""

    @property
    def said(self) -> str:
        """The grade within a sentence, in the regulator's own words; inert and never empty."""
        words = inert(self.words, _LONGEST) or inert(self.grade, _LONGEST) or "a grade that is not stated"
        return f"{words} in its lowest area".lower() if self.is_lowest else words.lower()


def newest(points: Sequence[Point], most: int) -> tuple[list[Point], int]:
    """The newest points, oldest first, and how many earlier ones are left out."""
    ordered = sorted(points, key=lambda point: point.inspected)
    return ordered[-most:], max(0, len(ordered) - most)
