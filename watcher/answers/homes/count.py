"""How many homes there are, and how many of them have each grade."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from watcher.facts.grades import is_inadequate, scales_of
from watcher.messages.numbers import counted, grades_counted

NOT_GRADED = "not graded yet"


@dataclass(slots=True)
class Count:
    """Counts homes of one regulator, one after the other."""

    regulator: str
    """Its key: no grade of one is counted with that of another."""
    homes: int = 0
    _grades: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, regulator: str, ratings: Iterable[str | None]) -> Self:
        """The count of a regulator's homes with these ratings."""
        count = cls(regulator)
        for rating in ratings:
            count.add(rating)
        return count

    def add(self, rating: str | None, homes: int = 1) -> None:
        """One more home, with its rating; or one less."""
        self.homes += homes
        grade = rating or NOT_GRADED
        self._grades[grade] = self._grades.get(grade, 0) + homes
        if not self._grades[grade]:
            del self._grades[grade]

    def copy(self) -> Self:
        """The same count, to go on from."""
        return replace(self, _grades=dict(self._grades))

    @property
    def grades(self) -> Mapping[str, int]:
        """How many have each grade, the best first, those without one last."""
        known = [grade for scale in scales_of(self.regulator) for grade in scale.grades]
        others = (grade for grade in self._grades if grade not in known and grade != NOT_GRADED)
        return {grade: self._grades[grade] for grade in (*known, *others, NOT_GRADED) if grade in self._grades}

    @property
    def inadequate(self) -> int:
        """How many have a grade that counts as inadequate."""
        return sum(number for grade, number in self._grades.items() if is_inadequate(self.regulator, grade))

    def told(self, kind: str) -> str:
        """`1,429 homes: 459 outstanding, 970 good`."""
        homes = counted(self.homes, kind)
        return f"{homes}: {grades_counted(self.grades)}" if self._grades else homes
