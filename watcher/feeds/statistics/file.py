"""A whole file: every row accounted for as understood, refused with a reason, or of a home never inspected."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import PurePath

from watcher.facts.inspection import Home, Inspection
from watcher.facts.regulators import OFSTED_FILES
from watcher.facts.sources import Sort, Source
from watcher.feeds.statistics import cells
from watcher.feeds.statistics.dates import FileKind, kind_of, state_of
from watcher.feeds.statistics.headers import Concept, TableLayout, find_layout
from watcher.feeds.statistics.moves import MovesLayout, find_moves, read_move
from watcher.feeds.statistics.rows import Row, RowReader
from watcher.feeds.tables.containers import FileRefusedError, unpack
from watcher.feeds.tables.sizes import Sizes
from watcher.feeds.tables.tables import SEARCHED_RECORDS, Cell, Table, is_blank, read_tables

OFFICIAL = Sizes("statistics file", text=32 * 2**20, workbook=512 * 2**20, cells=10_000_000)
"""The official CSV files have up to 2 MB, the workbook of 2025 has 76 MB and 0.6 million cells, 8.3 million with the
blank ones around them; the longest table has some 8,000 rows, the widest some 60 columns, a line some 2,000 bytes."""
HEADERS = ("urn",)


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that could not be understood: nothing of it was taken."""

    file: str
    row: int
    """Its number in the file or sheet, the first record being 1."""
    reason: str


@dataclass(frozen=True, slots=True)
class DoubtfulRow:
    """A row that was taken, and what is wrong with it."""

    file: str
    row: int
    """Its number in the file or sheet, the first record being 1."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """What a file says; `rows` = `understood` + `without_inspection` + the number of refused rows."""

    name: str
    digest: str
    """SHA-256 of the file's own bytes, after gunzip, in hex."""
    kind: FileKind
    as_of: date
    """The day whose state it tells."""
    rows: int
    """Rows below the header with a cell that is not blank."""
    understood: int
    without_inspection: int
    """Rows of a snapshot that describe a home that was never inspected, and rows of leavers and joiners."""
    homes: tuple[Home, ...]
    """Every differing description of a home, once."""
    inspections: tuple[Inspection, ...]
    """One statement per row, and one more for each block about a previous inspection."""
    refused: tuple[RefusedRow, ...]
    doubts: tuple[DoubtfulRow, ...]


def read_file(name: str, content: bytes) -> FileReading:
    """Reads an official file: CSV, gzipped CSV, ODS or XLSX, told by its content.

    The published forms: "Children's social care in England", in-year files since 2014-15 and states at 31 March since
    2015. The source of every statement is the file's name without folder and `.gz`. Raises FileRefusedError, naming
    the file and what is missing, for anything that is not understood as a whole.
    """
    name = PurePath(name.replace("\\", "/")).name.removesuffix(".gz")
    file = unpack(name, content, OFFICIAL)
    readings = [
        reading for table in read_tables(name, file, HEADERS) if (reading := _read_any(name, table)) is not None
    ]
    if not readings:
        raise FileRefusedError(
            f"{name}: none of its first {SEARCHED_RECORDS} records is a header with a column URN and columns of"
            " inspections; give one of Ofsted's files of inspections in a year or of providers at a day"
        )
    return _together(name, hashlib.sha256(file.content).hexdigest(), readings)


@dataclass(slots=True)
class _TableReading:
    """One table while it is being read."""

    file: str
    kind: FileKind
    as_of: date
    rows: int
    without_inspection: int
    homes: dict[Home, None]
    inspections: list[Inspection]
    refused: list[RefusedRow]
    doubts: list[DoubtfulRow]

    def take(self, number: int, read: Callable[[], Row]) -> None:
        """Takes the next row, which `read` reads, or notes why not."""
        self.rows += 1
        try:
            row = read()
            if not row.inspections and self.kind is FileKind.IN_YEAR:
                raise cells.UnreadableCellError("the row states no inspection")
        except cells.UnreadableCellError as error:
            self.refused.append(RefusedRow(self.file, number, str(error)))
            return
        except cells.MonthFirstError as error:
            raise FileRefusedError(_month_first(self.file, number, error)) from error
        self.homes[row.home] = None
        self.inspections += row.inspections
        self.without_inspection += not row.inspections
        self.doubts += [DoubtfulRow(self.file, number, reason) for reason in row.doubts]


def _read_any(name: str, table: Table) -> _TableReading | None:
    """What a table of inspections, or of leavers and joiners, says; None for any other."""
    if (moves := find_moves(table)) is not None:
        return _read_moves(name, table, moves)
    layout = find_layout(name, table)
    return None if layout is None else _read_table(name, table, layout)


def _read_moves(name: str, table: Table, layout: MovesLayout) -> _TableReading:
    where = f"{name}, sheet {table.sheet}" if table.sheet else name
    below = layout.header + 1
    state = state_of(layout, table.sheet, tuple, name)
    if state is None:
        raise FileRefusedError(
            f"{where}: neither its title nor its name says which year's leavers and joiners it lists"
        )
    reading = _TableReading(where, FileKind.MOVES, state, 0, 0, {}, [], [], [])
    source = Source(state, f"{name} (leavers and joiners)", Sort.MOVES)
    for number, record in enumerate(table.records()[below:], table.first + below):
        if not all(map(is_blank, record)):
            reading.take(number, partial(read_move, layout, record, source))
    return reading


def _read_table(name: str, table: Table, layout: TableLayout) -> _TableReading:
    where = f"{name}, sheet {table.sheet}" if table.sheet else name
    below = layout.header + 1
    records = table.records()[below:]
    days = cache(lambda: list(_days(records, layout.columns[Concept.INSPECTED])))
    state = state_of(layout, table.sheet, days, name)
    if state is None:
        raise FileRefusedError(f"{where}: neither its title nor its rows nor its name say which day's state it tells")
    kind = kind_of(layout, table.sheet, days, state)
    reading = _TableReading(where, kind, state, 0, 0, {}, [], [], [])
    sort = Sort.LISTING if kind is FileKind.SNAPSHOT else Sort.YEAR
    source = Source(state, source_name(name, sort, is_sheet=bool(table.sheet)), sort)
    reader = RowReader(layout, source)
    for number, record in enumerate(records, table.first + below):
        if not all(map(is_blank, record)):
            reading.take(number, partial(reader.read, record))
    return reading


def source_name(file: str, sort: Sort, *, is_sheet: bool) -> str:
    """What a source that is a file, or a sheet of one, is called: its name, and what it holds unless the name says it.

    These are the names under which a file has been known ever since: it can be imported again, and says nothing new.
    """
    if OFSTED_FILES.sort(file) is sort and not is_sheet:
        return file
    return f"{file} (providers at that day)" if sort is Sort.LISTING else f"{file} (inspections in year)"


def _month_first(where: str, row: int, date_found: cells.MonthFirstError) -> str:
    return (
        f"{where}, row {row}: the date {date_found} has its month first, so dates such as 03/04/2024 would be read "
        f"wrongly too. Nothing of the file was taken: export it with dates as dd/mm/yyyy, or give the workbook itself"
    )


def _days(records: Sequence[Sequence[Cell]], column: int) -> Iterator[date]:
    for record in records:
        try:
            day = cells.day(record[column]) if column < len(record) else None
        except (cells.UnreadableCellError, cells.MonthFirstError):
            continue
        if day is not None:
            yield day


def _together(name: str, digest: str, tables: Sequence[_TableReading]) -> FileReading:
    kinds: set[FileKind] = {table.kind for table in tables if table.kind is not FileKind.MOVES} or {FileKind.MOVES}
    without_inspection = sum(table.without_inspection for table in tables)
    refused = tuple(row for table in tables for row in table.refused)
    rows = sum(table.rows for table in tables)
    return FileReading(
        name=name,
        digest=digest,
        kind=kinds.pop() if len(kinds) == 1 else FileKind.BOTH,
        as_of=max(table.as_of for table in tables),
        rows=rows,
        understood=rows - without_inspection - len(refused),
        without_inspection=without_inspection,
        homes=tuple(dict.fromkeys(home for table in tables for home in table.homes)),
        inspections=tuple(inspection for table in tables for inspection in table.inspections),
        refused=refused,
        doubts=tuple(row for table in tables for row in table.doubts),
    )
