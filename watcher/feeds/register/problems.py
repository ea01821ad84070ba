"""What a reading could not tell, once for all rows of which the same is true."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from watcher.feeds.feed import Problem, Trouble
from watcher.feeds.register.table import EXAMPLES, WrongRow, WrongRows
from watcher.messages.numbers import counted
from watcher.text import inert

MOST_HOMES = 5
"""So many homes are named one by one whose grades have vanished; of more the column is the matter."""
_LONGEST_WORD = 100

_WRONG: Mapping[WrongRow, str] = {
    WrongRow.ID: "without a number of a home, or with one that cannot be",
    WrongRow.DATE: "with a date that does not exist",
    WrongRow.FUTURE: "with a date that is still to come",
    WrongRow.TWICE: "twice there with one date and different grades",
}
_TO_DO = "Nothing was taken of them; they are looked at again when the table changes."


@dataclass(slots=True)
class Untaken:
    """What is wrong with the rows of one reading, while they are weighed."""

    where: str
    """The table."""
    words: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The homes of which a word is said that no list has."""
    vanished: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The homes that have lost the grade of an area, by their keys."""
    emptied: frozenset[str] = frozenset()
    """Areas of which far fewer rows have anything than at the last reading."""

    def problems(self, wrong: Iterable[WrongRows]) -> Iterator[Problem]:
        """All of it, for the operator."""
        yield from (_of_rows(self.where, rows) for rows in wrong)
        yield from (_of_a_word(self.where, word, homes) for word, homes in self.words.items())
        columns = {area for area, homes in self.vanished.items() if len(homes) > MOST_HOMES} | self.emptied
        yield from (self._of_a_column(area) for area in sorted(columns))
        lost: defaultdict[str, list[str]] = defaultdict(list)
        for area in sorted(self.vanished.keys() - columns):
            for home in self.vanished[area]:
                lost[home].append(area)
        yield from (_of_a_home(home, areas) for home, areas in lost.items())

    def _of_a_column(self, area: str) -> Problem:
        homes = self.vanished.get(area, [])
        what = (
            f"the grades of {area!r} have vanished: {counted(len(homes), 'home')} that had one"
            f"{_such_as([home.partition(':')[2] for home in homes])} have none now. Nothing was taken of these "
            "rows; see whether the table was cut, or the column renamed or given up, and put the feed's `columns` right"
        )
        return Problem(where=f"{self.where}, column {area}", what=what, trouble=Trouble.GRADE)


def _of_rows(where: str, rows: WrongRows) -> Problem:
    number = counted(rows.number, "home" if rows.wrong is WrongRow.TWICE else "row")
    what = f"{number} {_WRONG[rows.wrong]}{_such_as(rows.examples, rows.number)}. {_TO_DO}"
    return Problem(where=f"{where}, {rows.wrong}", what=what, trouble=Trouble.LIST)


def _of_a_word(where: str, word: str, homes: Sequence[str]) -> Problem:
    said = inert(word, _LONGEST_WORD)
    what = (
        f"{said!r} stands in the place of a grade in {counted(len(homes), 'row')}{_such_as(homes)} and is on no known "
        "scale. Nothing was taken of these rows: add it to the feed's `same` or `not_a_grade`"
    )
    return Problem(where=f"{where}, word {said}", what=what, trouble=Trouble.GRADE)


def _of_a_home(home: str, areas: Sequence[str]) -> Problem:
    what = (
        f"the grade of {', '.join(areas)} stood in the register and does no more; what was known still counts. See "
        "what its regulator says of it"
    )
    return Problem(where=home, what=what, trouble=Trouble.GRADE, home=home)


def _such_as(homes: Sequence[str], number: int = 0) -> str:
    first = ", ".join(inert(home, _LONGEST_WORD) for home in homes[:EXAMPLES])
    more = " and others" if max(number, len(homes)) > EXAMPLES else ""
    return f" ({first}{more})" if first else ""
