"""The tables inside a file: records of cells, from CSV text or from the sheets of a workbook."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from watcher.feeds.statistics.containers import FileRefusedError, Unpacked

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


def read_tables(name: str, file: Unpacked) -> Iterator[Table]:
    """Every table of a file, each to be read before the next; raises FileRefusedError if it cannot be taken apart."""
    if file.is_workbook:
        yield from _sheets(name, file.content)
    else:
        yield _csv(name, file.content)


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing."""
    return isinstance(cell, str) and not cell.strip()


def _csv(name: str, content: bytes) -> Table:
    try:
        records = list(csv.reader(io.StringIO(_decode(content), newline="")))
    except csv.Error as error:
        raise FileRefusedError(f"{name} cannot be read as CSV: {error}") from error
    return Table("", 1, records[:SEARCHED_RECORDS], lambda: records)


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # One file is Mac Roman; it differs from cp1252 in its title line alone.
        return content.decode("cp1252", errors="replace")


def _sheets(name: str, content: bytes) -> Iterator[Table]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for sheet in workbook.sheet_names:
                found = workbook.get_sheet_by_name(sheet)
                if found.start is not None:
                    yield Table(sheet, found.start[0] + 1, found.to_python(nrows=SEARCHED_RECORDS), found.to_python)
    except CalamineError as error:
        raise FileRefusedError(f"{name} cannot be read as a workbook: {error}") from error
