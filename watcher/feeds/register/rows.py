"""The rows of a register as records of the columns that are used, each with what it says by their names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from watcher.feeds.register.cells import (
    MonthsFirstError,
    UnreadableDateError,
    day,
    described,
    grade_words,
    identity,
    link_in,
    organisation,
    plain,
)
from watcher.feeds.register.layout import Record, RegisterLayout
from watcher.feeds.register.wanted import OVERALL, Holds, SoughtTable
from watcher.text import squash

_GRADED = (Holds.RATINGS, Holds.GRADE)
_IN_THE_TAIL = (Holds.INSPECTED, Holds.PUBLISHED, *_GRADED)

DIGEST = 8
"""Bytes by which a row is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """What one row says of one home."""

    id: str
    row: int
    """Its number in the file."""
    digest: str
    """Of the columns that are used, as hexadecimal digits."""
    name: str | None = None
    type: str | None = None
    local_authority: str | None = None
    region: str | None = None
    owner: str | None = None
    brand: str | None = None
    link: str | None = None
    status: str | None = None
    event: str | None = None
    inspected: date | None = None
    published: date | None = None
    is_inherited: bool = False
    is_earlier: bool = False
    """Whether a later row of the home, without a grade, says what else there is to say of it."""
    is_beside: bool = False
    """Whether its home has its grade in an earlier row."""
    grades: Mapping[str, str]
    """The words in print by area; areas in whose place nothing stands are left out."""


class UsedColumns:
    """Which cells of a record are used, and what they say."""

    def __init__(self, layout: RegisterLayout, wanted: SoughtTable, idle: frozenset[str]) -> None:
        self._wanted = wanted
        self._idle = idle
        self._empty = frozenset(wanted.empty) | {""}
        self._nameless = frozenset(wanted.nameless)
        self._packed = {squash(name): area for area, names in wanted.areas.items() for name in (area, *names)}
        columns = sorted(layout.columns, key=lambda what: (what in _IN_THE_TAIL, what in _GRADED))
        self.columns = {what: at for at, what in enumerate(columns)}
        self.tail = sum(what not in _IN_THE_TAIL for what in columns)
        """From here on stand the dates and what is graded: what tells two rows of one home apart."""
        self.areas = tuple(wanted.areas) if layout.is_long else tuple(layout.areas)
        self.first_grade = sum(what not in _GRADED for what in columns)
        """From here on stands what is graded."""
        self._first_area = len(columns)
        places = (*(layout.columns[what] for what in columns), *(() if layout.is_long else layout.areas.values()))
        self._pick: Callable[[Sequence[str]], Any] = itemgetter(*places, places[0])  # of one place it gives no tuple
        self._days = tuple(self.columns[what] for what in (Holds.INSPECTED, Holds.PUBLISHED) if what in self.columns)
        self.is_long = layout.is_long

    def pick(self, cells: Sequence[str]) -> tuple[str, ...]:
        """The cells that are used."""
        picked: tuple[str, ...] = self._pick(cells)
        return picked[:-1]

    def cell(self, used: Sequence[str], what: str) -> str:
        """One of them; blank where the table has no such column."""
        at = self.columns.get(what)
        return used[at] if at is not None else ""

    def latest(self, used: Sequence[str]) -> date:
        """The later of the dates of a row, `date.min` where it has none; raises what `day` raises."""
        return max(filter(None, (day(used[at]) for at in self._days)), default=date.min)

    def is_said(self, cell: str) -> bool:
        """Whether anything stands in a grade's place."""
        return plain(cell) not in self._empty

    def is_graded(self, cell: str) -> bool:
        """Whether what stands in a grade's place is more than a word that moves nothing."""
        return self.is_said(cell) and plain(cell) not in self._idle

    def has_rating(self, grades: Mapping[str, str]) -> bool:
        """Whether the words of a row are a rating: overall, or of any area where nothing is said of that."""
        return any(map(self.is_graded, [grades[OVERALL]] if OVERALL in grades else grades.values()))

    def grades(self, used: Sequence[str]) -> dict[str, str]:
        """The words in print of each area of which anything is said."""
        if Holds.RATINGS in self.columns and not any(map(self.is_said, used[self._first_area :])):
            return self._unpacked(self.cell(used, Holds.RATINGS))
        said = zip(self.areas, used[self._first_area :], strict=True)
        return {area: grade_words(cell) for area, cell in said if self.is_said(cell)}

    def _unpacked(self, text: str) -> dict[str, str]:
        """The grades of a text such as `Environment: Good; Well-being: Good`; an area that is not known is its own."""
        grades: dict[str, str] = {}
        for part in text.replace("\n", ";").split(";"):
            area, colon, words = part.rpartition(":")
            if self.is_said(words):
                grades[self._packed.get(squash(area), squash(area))] = grade_words(words) if colon else words.strip()
        return grades

    def row(self, number: int, used: Sequence[str], digest: bytes) -> RegisterRow:
        """What a row says; raises what `day` raises."""
        kind = (described(self.cell(used, Holds.TYPE)) or self._wanted.kind).casefold() or None
        has_a_name = squash(kind or "") not in self._nameless
        home = identity(self.cell(used, Holds.ID)) or ""
        link = self._wanted.link.format(id=home) if self._wanted.link else ""
        status = described(self.cell(used, Holds.STATUS))
        return RegisterRow(
            id=home,
            row=number,
            digest=digest.hex(),
            name=described(self.cell(used, Holds.NAME)) if has_a_name else None,
            type=kind,
            local_authority=described(self.cell(used, Holds.LOCAL_AUTHORITY)),
            region=described(self.cell(used, Holds.REGION)),
            owner=organisation(self.cell(used, Holds.OWNER)) if has_a_name else None,
            brand=organisation(self.cell(used, Holds.BRAND)),
            link=link_in(self.cell(used, Holds.LINK)) or link_in(link),
            status=status.casefold() if status else None,
            event=identity(self.cell(used, Holds.EVENT)),
            inspected=day(self.cell(used, Holds.INSPECTED)),
            published=day(self.cell(used, Holds.PUBLISHED)),
            is_inherited=plain(self.cell(used, Holds.INHERITED)) in ("y", "yes"),
            grades=self.grades(used),
        )


def digest_of(used: Sequence[str]) -> bytes:
    """By which a row is known again."""
    return blake2b("\x1f".join(used).encode("utf-8", "replace"), digest_size=DIGEST).digest()


@dataclass(frozen=True, slots=True)
class UsedRow:
    """The cells of one row that are used."""

    number: int
    cells: tuple[str, ...]
    at_odds: tuple[int, ...] = ()
    """Of a table with a row for each grade: rows of one area and one date that give it different grades."""


def used_rows(records: Iterator[Record], columns: UsedColumns) -> Iterator[UsedRow]:
    """The cells of each row that are used; of a table with a row for each grade, those of one home together."""
    rows = (UsedRow(number, columns.pick(cells)) for number, cells in records)
    yield from _gathered(rows, columns) if columns.is_long else rows


@dataclass(slots=True)
class _OfArea:
    """The newest grade of one area of a home, while the rows are read."""

    day: tuple[bool, date]
    """Whether it is one, and its date: a later word that is none takes nothing away."""
    words: str
    row: int
    at_odds: list[int] = field(default_factory=list)

    def take(self, other: "_OfArea") -> "_OfArea":
        """The newer of the two; of one date the one that stood there first, and what says otherwise beside it."""
        if other.day != self.day:
            return max(self, other, key=lambda said: said.day)
        if plain(other.words) != plain(self.words):
            self.at_odds += [] if self.at_odds else [self.row]
            self.at_odds.append(other.row)
        return self


def _gathered(rows: Iterator[UsedRow], columns: UsedColumns) -> Iterator[UsedRow]:
    """The rows of a home's own overall grade, with its grades of the areas behind; those of its parts are left out."""
    own: list[UsedRow] = []
    areas: dict[str, dict[str, _OfArea]] = {}
    for row in rows:
        used = row.cells
        area = plain(columns.cell(used, Holds.DOMAIN))
        if plain(columns.cell(used, Holds.GROUP)) != OVERALL or area not in columns.areas:
            continue
        if area == OVERALL:
            own.append(row)
            continue
        home, words = columns.cell(used, Holds.ID), grade_words(columns.cell(used, Holds.GRADE))
        day = columns.is_graded(words), _latest(columns, used)
        said, stated = areas.setdefault(home, {}), _OfArea(day, words, row.number)
        said[area] = said[area].take(stated) if area in said else stated
    for row in own:
        grades = areas.get(columns.cell(row.cells, Holds.ID), {})
        of_areas = (grades[area].words if area in grades else "" for area in columns.areas if area != OVERALL)
        cells = (*row.cells, columns.cell(row.cells, Holds.GRADE), *of_areas)
        yield UsedRow(row.number, cells, tuple(number for said in grades.values() for number in said.at_odds))


def _latest(columns: UsedColumns, used: Sequence[str]) -> date:
    """By which of two rows of one area the newer is told; an unreadable date is told by the home's own row."""
    try:
        return columns.latest(used)
    except (MonthsFirstError, UnreadableDateError):
        return date.min
