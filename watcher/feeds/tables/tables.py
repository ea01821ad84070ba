"""The tables inside a file: records of cells, from CSV text or from the sheets of a workbook."""

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from watcher.feeds.tables.cell_errors import BrokenXMLError, CellErrors, cell_errors
from watcher.feeds.tables.containers import FileRefusedError, Unpacked
from watcher.feeds.tables.separated import read_separated

Cell = str | int | float | bool | date | time | timedelta
"""Text in CSV; in a workbook also what the cell holds."""

SEARCHED_RECORDS = 10
"""How far down a header may stand; up to five records have been seen."""


@dataclass(frozen=True, slots=True)
class Table:
    """Records of one CSV file or sheet, as they stand."""

    sheet: str
    """The sheet's name; empty for CSV."""
    first: int
    """The number in the file of the first record given, counted from 1."""
    head: Sequence[Sequence[Cell]]
    """The records among which the header must stand."""
    records: Callable[[], Sequence[Sequence[Cell]]]
    """Gives all records, the head too."""


def read_tables(name: str, file: Unpacked, headers: Collection[str]) -> Iterator[Table]:
    """Every table of a file, each to be read before the next; raises FileRefusedError if it cannot be taken apart.

    `headers` are names of which one stands in the header of a text table, squashed: they tell what separates its cells.
    """
    if file.is_workbook:
        yield from _sheets(name, file.content)
    else:
        yield _csv(name, file.content, headers)


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing."""
    return isinstance(cell, str) and not cell.strip()


def _csv(name: str, content: bytes, headers: Collection[str]) -> Table:
    records = read_separated(name, content, headers)
    return Table("", 1, records[:SEARCHED_RECORDS], lambda: records)


def _sheets(name: str, content: bytes) -> Iterator[Table]:
    try:
        errors = cell_errors(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for sheet in workbook.sheet_names:
                found = workbook.get_sheet_by_name(sheet)
                if found.start is not None:
                    head = found.to_python(nrows=SEARCHED_RECORDS)
                    yield Table(sheet, found.start[0] + 1, head, partial(_records, found, errors.get(sheet, {})))
    except (CalamineError, BrokenXMLError) as error:
        raise FileRefusedError(f"{name} cannot be read as a workbook: {error}") from error


def _records(sheet: CalamineSheet, errors: CellErrors) -> Sequence[Sequence[Cell]]:
    """The records of a sheet, with its errors where their cells are."""
    records = sheet.to_python()
    top, left = sheet.start or (0, 0)
    for (row, column), error in errors.items():
        if 0 <= row - top < len(records) and 0 <= column - left < len(records[row - top]):
            records[row - top][column - left] = error
    return records
