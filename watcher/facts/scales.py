"""Scales: the grades that a regulator chooses from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades a regulator chooses from, best first, and which of them count as inadequate."""

    name: str
    grades: tuple[str, ...]
    inadequate: tuple[str, ...]
    """The grades that count as inadequate: mostly the lowest alone."""
    good: tuple[str, ...] = ()
    """The grades that count as good or better, the least of them first; empty where no such line is drawn."""

    def rank(self, value: str) -> int:
        """1 for the best grade; raises ValueError for a word that is not on the scale."""
        return self.grades.index(value) + 1
