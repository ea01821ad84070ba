"""How many homes there are, and how many of them have each grade."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.facts.regulators import REGULATORS
from watcher.messages.numbers import counted, grades_counted

NOT_GRADED = "not graded yet"

_ORDER = tuple(dict.fromkeys(grade for regulator in REGULATORS for scale in regulator.scales for grade in scale.grades))


@dataclass(slots=True)
class Count:
    """Counts homes one after the other."""

    homes: int = 0
    _grades: dict[str, int] = field(default_factory=dict)

    def add(self, rating: str | None) -> None:
        """One more home, with its rating."""
        self.homes += 1
        grade = rating or NOT_GRADED
        self._grades[grade] = self._grades.get(grade, 0) + 1

    @property
    def grades(self) -> Mapping[str, int]:
        """How many have each grade, the best first, those without one last."""
        others = (grade for grade in self._grades if grade not in _ORDER and grade != NOT_GRADED)
        return {grade: self._grades[grade] for grade in (*_ORDER, *others, NOT_GRADED) if grade in self._grades}

    def told(self, kind: str) -> str:
        """`1,429 homes: 459 outstanding, 970 good`."""
        homes = counted(self.homes, kind)
        return f"{homes}: {grades_counted(self.grades)}" if self._grades else homes
