"""A register from its bytes: the rows that are not those of the last reading, and what is wrong with any of them."""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, islice

from watcher.feeds.register.cells import MonthsFirstError, UnreadableDateError, day, identity
from watcher.feeds.register.layout import SEARCHED, NoHeaderError, Record, RegisterLayout, find_header, header_names
from watcher.feeds.register.rows import DIGEST, RegisterRow, UsedColumns, UsedRow, digest_of, used_rows
from watcher.feeds.register.wanted import Holds, SoughtTable
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.streams import REGISTERS, stream_tables
from watcher.text import printable, squash

EXAMPLES = 5
"""Rows that are named of those in which the same is wrong."""
_MOST_SHEETS = 8
_PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<script")


class WrongRow(StrEnum):
    """What can be wrong with a row: nothing of it is taken."""

    ID = "id"
    DATE = "date"
    FUTURE = "future"
    TWICE = "twice"
    """Two rows of one home and one date that say different things."""


@dataclass(frozen=True, slots=True)
class WrongRows:
    """Rows in which the same is wrong."""

    wrong: WrongRow
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
    """The rows that were not among those of the last reading: of each home the one that counts, and a later one without
    a grade if there is one."""
    digests: str = ""
    """Of all rows in which nothing is wrong: sorted, packed, in base 64."""
    to_come: str = ""
    """The same of the rows whose date is still to come."""
    wrong: tuple[WrongRows, ...] = ()


def read_table(
    name: str, content: bytes, wanted: SoughtTable, before: str, today: date, idle: frozenset[str] = frozenset()
) -> ReadTable:
    """The table in the bytes of a file; `before` are the digests of the last reading, `idle` words that move nothing.

    Raises FileRefusedError for what is no such table, and where its dates have the month first.
    """
    if content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise FileRefusedError(
            f"{name} is a web page, not a table: open the address in a browser to see what it is now"
        )
    tables = _fitting(name, content, wanted)
    found = next(tables)
    reading = _Reading(name, UsedColumns(found.layout, wanted, idle), unpacked(before), today)
    for row in used_rows(found.records, reading.columns):
        reading.take(row)
    if others := [table.sheet for table in tables]:
        _look_for_more(name, content, wanted, [found.sheet, *others])
    return reading.done(tuple(wanted.areas) if found.layout.is_long else tuple(found.layout.areas))


def packed(digests: Sequence[bytes]) -> str:
    """Digests as text."""
    return b64encode(b"".join(sorted(digests))).decode("ascii")


def unpacked(text: str) -> frozenset[bytes]:
    """The digests that were packed; none of a text that has none."""
    joined = b64decode(text, validate=True)
    return frozenset(joined[at : at + DIGEST] for at in range(0, len(joined), DIGEST))


@dataclass(frozen=True, slots=True)
class _Fitting:
    """A table with the header."""

    sheet: str
    layout: RegisterLayout
    records: Iterator[Record]
    """Those below it, to be read before the next table is asked for."""


def _fitting(name: str, content: bytes, wanted: SoughtTable) -> Iterator[_Fitting]:
    """The tables that have the header and rows below it; one without rows where none has any.

    Raises FileRefusedError where none has the header, with what is missing in the one that is most like it.
    """
    nearest: NoHeaderError | None = None
    empty: _Fitting | None = None
    is_found, sheets = False, []
    for table in stream_tables(name, content, REGISTERS, header_names(wanted)):
        sheets.append(table.sheet)
        if wanted.sheet and squash(table.sheet) != wanted.sheet:
            continue
        head = list(islice(table.records, SEARCHED))
        where = f"{name}, sheet {printable(table.sheet)}" if table.sheet else name
        try:
            layout = find_header(where, head, wanted)
        except NoHeaderError as error:
            nearest = error if nearest is None or error.likeness > nearest.likeness else nearest
            continue
        below = [record for record in head if record[0] > layout.header]
        first = list(islice(table.records, 1)) if not below else []
        found = _Fitting(table.sheet, layout, chain(below, first, table.records))
        if below or first:
            is_found = True
            yield found
            if wanted.sheet:
                return
        else:
            empty = empty or found
    if empty is not None and not is_found:
        yield empty
    elif not is_found and nearest is None and wanted.sheet:
        raise FileRefusedError(f"{name} has no sheet called so; it has {_named(sheets)}: put the feed's `sheet` right")
    elif not is_found:
        raise FileRefusedError(str(nearest) if nearest is not None else f"{name} is empty")


def _look_for_more(name: str, content: bytes, wanted: SoughtTable, sheets: Sequence[str]) -> None:
    """Raises FileRefusedError where a further sheet with the header has a row that the first has not."""
    known: frozenset[bytes] | None = None
    for found in _fitting(name, content, wanted):
        columns = UsedColumns(found.layout, wanted, frozenset())
        picked = (columns.pick(cells) for _, cells in found.records)
        rows = frozenset(digest_of(used) for used in picked if sum(map(bool, map(str.strip, used))) > 1)
        if known is None:
            known = rows
        elif not rows <= known:
            raise FileRefusedError(
                f"{name} has the columns in several sheets, with different rows ({_named(sheets)}); nothing was taken: "
                "name the one to read as the feed's `sheet`"
            )


def _named(sheets: Sequence[str]) -> str:
    more = f" and {len(sheets) - _MOST_SHEETS} more" if len(sheets) > _MOST_SHEETS else ""
    return ", ".join(repr(printable(sheet, 60)) for sheet in sheets[:_MOST_SHEETS]) + more


@dataclass(slots=True)
class _Home:
    """The row that counts of one home so far."""

    day: date
    grades: tuple[str, ...]
    digests: list[bytes]
    row: int
    changed: RegisterRow | None
    others: list[int] = field(default_factory=list)
    """Further rows of the same date of which some say something else."""
    is_graded: bool = True
    beside: "_Home | None" = None
    """A later row without a grade."""

    @property
    def rows(self) -> Iterator[RegisterRow]:
        """What of it is to be looked at."""
        later = self.beside
        if later is None:
            yield from [self.changed] if self.changed is not None else []
            return
        if self.changed is not None:
            status = later.changed.status if later.changed is not None else self.changed.status
            yield replace(self.changed, is_earlier=True, status=status)
        if later.changed is not None:
            yield replace(later.changed, is_beside=True)


_Seen = tuple[int, bytes, str]
"""A row that was there at the last reading: its number, its digest, and its cells from the tail on."""


class _Reading:
    """A table while it is read; of a row that was there before as little as possible is made."""

    def __init__(self, name: str, columns: UsedColumns, before: frozenset[bytes], today: date) -> None:
        self._name = name
        self.columns = columns
        self._id = columns.columns[Holds.ID]
        self._before = before
        self._last_day = today + timedelta(days=1)
        self._homes: dict[str, _Home | _Seen] = {}
        self._tails: Counter[tuple[str, ...]] = Counter()
        """How often the same grades stand there."""
        self._wrong: dict[WrongRow, list[str]] = {}
        self._to_come: list[bytes] = []
        self._rows = 0
        self._newest = date.min
        self._days: set[str] = set()
        """Of the rows that were there before."""

    def take(self, read: UsedRow) -> None:
        """One row; raises FileRefusedError for a date with its month first."""
        number, used = read.number, read.cells
        columns, cell = self.columns, used[self._id]
        digest = digest_of(used)
        if digest in self._before and not read.at_odds:
            self._rows += 1
            self._tails[used[columns.first_grade :]] += 1
            self._days.update(used[columns.tail : columns.first_grade])
            key = cell if cell.replace("-", "").isalnum() else identity(cell) or cell
            seen = (number, digest, _APART.join(used[columns.tail :]))
            if self._homes.setdefault(key, seen) is not seen:
                self._place(key, self._opened(seen))
            return
        filled = sum(map(bool, map(str.strip, used)))
        if filled == 0 or (filled == 1 and cell.strip() and len(used) > 2):
            return  # a footnote
        self._rows += 1
        self._tails[used[columns.first_grade :]] += 1
        home = identity(cell)
        if home is None:
            self._is_wrong(WrongRow.ID, f"row {number}")
            return
        try:
            latest, row = columns.latest(used), columns.row(number, used, digest)
        except MonthsFirstError as error:
            raise FileRefusedError(
                f"{self._name}, row {number}: the date {str(error)!r} has its month first; nothing of the file was "
                "taken, for other dates could be read either way"
            ) from error
        except UnreadableDateError as error:
            self._is_wrong(WrongRow.DATE, f"{printable(home)} (row {number}: {str(error)!r})")
            return
        if latest > self._last_day:
            self._is_wrong(WrongRow.FUTURE, f"{printable(home)} (row {number}: {latest})")
            self._to_come.append(digest)
            return
        self._newest = max(self._newest, latest)
        is_graded = columns.has_rating(row.grades)
        self._place(home, _Home(latest, _said(row.grades), [digest], number, row, [*read.at_odds], is_graded))

    def _opened(self, seen: _Home | _Seen) -> _Home:
        if isinstance(seen, _Home):
            return seen
        number, digest, tail = seen
        used = ("",) * self.columns.tail + tuple(tail.split(_APART))
        latest, grades = self.columns.latest(used), self.columns.grades(used)
        return _Home(latest, _said(grades), [digest], number, None, is_graded=self.columns.has_rating(grades))

    def _place(self, key: str, row: _Home) -> None:
        """Of several rows of a home the one with the newer date counts, and one with a grade before a later without."""
        if key not in self._homes:
            self._homes[key] = row
            return
        there = self._opened(self._homes[key])
        first, second = (row, there) if (row.day, row.is_graded) > (there.day, there.is_graded) else (there, row)
        if first.day > second.day and second.is_graded and not first.is_graded:
            first, second = second, first
        self._homes[key] = first
        first.digests += second.digests
        if first.day == second.day and first.grades != second.grades:
            first.others.append(second.row)
        later = [one for one in (first.beside, second.beside, second) if one and one.day > first.day]
        first.beside = max(later, key=lambda one: one.day, default=None)

    def _is_wrong(self, wrong: WrongRow, where: str) -> None:
        self._wrong.setdefault(wrong, []).append(where)

    def done(self, areas: tuple[str, ...]) -> ReadTable:
        """What was read."""
        changed: list[RegisterRow] = []
        digests: list[bytes] = []
        for key, home in self._homes.items():
            if isinstance(home, tuple):
                digests.append(home[1])
            elif home.others:
                rows = ", ".join(map(str, sorted({home.row, *home.others[:EXAMPLES]})))
                self._is_wrong(WrongRow.TWICE, f"{printable(key)} (rows {rows})")
            else:
                digests += home.digests
                changed += home.rows
        newest = max(self._newest, *self._days_before(), date.min)
        return ReadTable(
            rows=self._rows,
            homes=len(self._homes),
            areas=areas,
            graded=self._graded(),
            newest=newest if newest > date.min else None,
            changed=tuple(changed),
            digests=packed(digests),
            to_come=packed(self._to_come),
            wrong=tuple(WrongRows(wrong, len(rows), tuple(rows[:EXAMPLES])) for wrong, rows in self._wrong.items()),
        )

    def _graded(self) -> dict[str, int]:
        graded: Counter[str] = Counter()
        for tail, times in self._tails.items():
            used = ("",) * self.columns.first_grade + tail
            for area in self.columns.grades(used):
                graded[area] += times
        return dict(graded)

    def _days_before(self) -> Iterator[date]:
        for cell in self._days:
            with suppress(MonthsFirstError, UnreadableDateError):
                if found := day(cell):
                    yield found


_APART = "\x1f"


def _said(grades: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{area}:{grades[area]}".casefold() for area in sorted(grades))
