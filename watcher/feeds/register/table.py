"""A register from its bytes: the rows that are not those of the last reading, and what is wrong with any of them."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, islice

from watcher.feeds.register.cells import MonthsFirstError, UnreadableDateError, identity
from watcher.feeds.register.layout import SEARCHED, Record, RegisterLayout, find_header, header_names
from watcher.feeds.register.rows import DIGEST, RegisterRow, UsedColumns, digest_of, used_rows
from watcher.feeds.register.wanted import Holds, Wanted
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.streams import REGISTERS, stream_tables
from watcher.text import printable

EXAMPLES = 5
"""Rows that are named of those in which the same is wrong."""
_PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<script")


class Wrong(StrEnum):
    """What can be wrong with a row: nothing of it is taken."""

    ID = "id"
    DATE = "date"
    FUTURE = "future"
    TWICE = "twice"
    """Two rows of one home and one date that say different things."""


@dataclass(frozen=True, slots=True)
class WrongRows:
    """Rows in which the same is wrong."""

    wrong: Wrong
    number: int
    examples: tuple[str, ...]
    """The first of them, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """What one reading of the table came to."""

    rows: int
    homes: int
    areas: tuple[str, ...]
    """Of which there is a column."""
    graded: dict[str, int]
    """In how many rows each area has anything in its place."""
    newest: date | None = None
    """The latest date of any row."""
    changed: tuple[RegisterRow, ...] = ()
    """The rows that were not among those of the last reading, one of each home."""
    digests: str = ""
    """Of all rows in which nothing is wrong: sorted, packed, in base 64."""
    wrong: tuple[WrongRows, ...] = ()


def read_table(name: str, content: bytes, wanted: Wanted, before: str, today: date) -> ReadTable:
    """The table in the bytes of a file; `before` are the digests of the last reading.

    Raises FileRefusedError for what is no such table, and where its dates have the month first.
    """
    if content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise FileRefusedError(
            f"{name} is a web page, not a table: open the address in a browser to see what it is now"
        )
    layout, records = _found(name, content, wanted)
    reading = _Reading(name, UsedColumns(layout, wanted), unpacked(before), today)
    for number, used in used_rows(records, reading.columns):
        reading.take(number, used)
    return reading.done(tuple(wanted.areas) if layout.is_long else tuple(layout.areas))


def packed(digests: Sequence[bytes]) -> str:
    """Digests as text."""
    return b64encode(b"".join(sorted(digests))).decode("ascii")


def unpacked(text: str) -> frozenset[bytes]:
    """The digests that were packed; none of a text that has none."""
    joined = b64decode(text, validate=True)
    return frozenset(joined[at : at + DIGEST] for at in range(0, len(joined), DIGEST))


def _found(name: str, content: bytes, wanted: Wanted) -> tuple[RegisterLayout, Iterator[Record]]:
    """The layout of the first table that has the header, and the records below it."""
    refused: FileRefusedError | None = None
    for table in stream_tables(name, content, REGISTERS, header_names(wanted)):
        head = list(islice(table.records, SEARCHED))
        where = f"{name}, sheet {printable(table.sheet)}" if table.sheet else name
        try:
            layout = find_header(where, head, wanted)
        except FileRefusedError as error:
            refused = error if refused is None or "no column" in str(error) else refused
            continue
        below = (record for record in head if record[0] > layout.header)
        return layout, chain(below, table.records)
    raise refused or FileRefusedError(f"{name} is empty")


@dataclass(slots=True)
class _Home:
    """The row that counts of one home so far."""

    day: date
    grades: tuple[str, ...]
    digests: list[bytes]
    row: int
    changed: RegisterRow | None
    others: list[int] = field(default_factory=list)
    """Rows of the same date that say something else."""


class _Reading:
    """A table while it is read."""

    def __init__(self, name: str, columns: UsedColumns, before: frozenset[bytes], today: date) -> None:
        self._name = name
        self.columns = columns
        self._before = before
        self._last_day = today + timedelta(days=1)
        self._homes: dict[str, _Home] = {}
        self._graded: Counter[str] = Counter()
        self._wrong: dict[Wrong, list[str]] = {}
        self._rows = 0
        self._newest = date.min

    def take(self, number: int, used: tuple[str, ...]) -> None:
        """One row; raises FileRefusedError for a date with its month first."""
        columns, cell = self.columns, self.columns.cell(used, Holds.ID)
        filled = sum(map(bool, map(str.strip, used)))
        if filled == 0 or (filled == 1 and cell.strip() and len(used) > 2):
            return  # a footnote
        self._rows += 1
        home = identity(cell)
        if home is None:
            self._is_wrong(Wrong.ID, f"row {number}")
            return
        grades = columns.grades(used)
        self._graded.update(grades.keys())
        digest = digest_of(used)
        try:
            latest = max(filter(None, columns.days(used)), default=date.min)
            changed = None if digest in self._before else columns.row(number, used, digest)
        except MonthsFirstError as error:
            raise FileRefusedError(
                f"{self._name}, row {number}: the date {str(error)!r} has its month first; nothing of the file was "
                "taken, for other dates could be read either way"
            ) from error
        except UnreadableDateError as error:
            self._is_wrong(Wrong.DATE, f"{printable(home)} (row {number}: {str(error)!r})")
            return
        if latest > self._last_day:
            self._is_wrong(Wrong.FUTURE, f"{printable(home)} (row {number}: {latest})")
            return
        self._newest = max(self._newest, latest)
        said = tuple(words.casefold() for words in (f"{area}:{grades[area]}" for area in sorted(grades)))
        self._place(home, _Home(latest, said, [digest], number, changed))

    def _place(self, key: str, row: _Home) -> None:
        """Of several rows of a home the one with the newer date counts."""
        there = self._homes.get(key)
        if there is None:
            self._homes[key] = row
        elif row.day > there.day:
            row.digests += there.digests
            self._homes[key] = row
        else:
            there.digests += row.digests
            if row.day == there.day and row.grades != there.grades:
                there.others.append(row.row)

    def _is_wrong(self, wrong: Wrong, where: str) -> None:
        self._wrong.setdefault(wrong, []).append(where)

    def done(self, areas: tuple[str, ...]) -> ReadTable:
        """What was read."""
        changed: list[RegisterRow] = []
        digests: list[bytes] = []
        for key, home in self._homes.items():
            if home.others:
                rows = ", ".join(map(str, (home.row, *home.others[:EXAMPLES])))
                self._is_wrong(Wrong.TWICE, f"{printable(key)} (rows {rows})")
                continue
            digests += home.digests
            if home.changed is not None:
                changed.append(home.changed)
        return ReadTable(
            rows=self._rows,
            homes=len(self._homes),
            areas=areas,
            graded=dict(self._graded),
            newest=self._newest if self._newest > date.min else None,
            changed=tuple(changed),
            digests=packed(digests),
            wrong=tuple(WrongRows(wrong, len(rows), tuple(rows[:EXAMPLES])) for wrong, rows in self._wrong.items()),
        )
