"""What the words of a register amount to on its regulator's scale."""

from collections.abc import Mapping

from watcher.facts.grades import read_grade
from watcher.facts.inspection import Grade, Judgement, Standing
from watcher.facts.regulators import of
from watcher.feeds.register.cells import plain
from watcher.feeds.register.rows import RegisterRow
from watcher.feeds.register.wanted import SoughtTable

NOT_JUDGED = "Not judged"


class RegisterWords:
    """Reads grades: a word that no list knows is none, and is remembered for the operator."""

    def __init__(self, regulator: str, wanted: SoughtTable) -> None:
        self._regulator = regulator
        self._same = wanted.same
        self._not_grades = frozenset(wanted.not_grades)
        self._areas = frozenset(wanted.areas)

    def grade(self, words: str) -> Grade:
        """What words in print amount to; of digits that mean a word, that word."""
        said = plain(words)
        grade = read_grade(words, self._regulator)
        if grade.is_graded:
            return read_grade(grade.value, self._regulator) if said.isdecimal() else grade
        if said in self._same:
            return read_grade(self._same[said], self._regulator)
        if said in self._not_grades and grade.standing is Standing.UNKNOWN:
            return read_grade(NOT_JUDGED, self._regulator)
        return grade

    @property
    def idle(self) -> frozenset[str]:
        """The words that may stand in a grade's place and move nothing."""
        words = self._not_grades | of(self._regulator).not_grades | {NOT_JUDGED.casefold(), "null"}
        return frozenset(word for word in words if not self.grade(word).is_graded)

    def judgements(self, row: RegisterRow) -> tuple[Judgement, ...]:
        """The judgements of a row, in the order of its columns."""
        return tuple(Judgement(area, self.grade(words)) for area, words in row.grades.items() if area in self._areas)

    def unknown(self, row: RegisterRow) -> Mapping[str, str]:
        """The words of a row that are in no list, by what they stand for; areas that nobody knows among them."""
        odd = {
            words: area
            for area, words in row.grades.items()
            if area in self._areas and self.grade(words).standing in (Standing.UNKNOWN, Standing.INTERIM)
        }
        strangers = (area or words for area, words in row.grades.items() if area not in self._areas)
        return {**odd, **{area: "" for area in strangers if plain(area) not in self._not_grades}}
