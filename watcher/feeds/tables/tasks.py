"""What the worker is asked for when somebody's own workbook is read."""

from dataclasses import dataclass
from datetime import date, datetime

from watcher.feeds.tables.cell_errors import BrokenXMLError, unworked_formula
from watcher.feeds.tables.containers import FileRefusedError, unpack
from watcher.feeds.tables.sizes import Sizes
from watcher.feeds.tables.tables import Cell, read_tables
from watcher.feeds.worker.task import MEGABYTE, Limits, Task

_UNWORKED = "a formula there has no value: open the file in a spreadsheet and save it"


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet of a workbook, each cell as text."""

    name: str
    first: int
    """The number of the first row given, counted from 1."""
    rows: tuple[tuple[str, ...], ...]
    """Days as 2025-03-31, whole numbers without decimals."""


def workbook(content: bytes, name: str, what: str, text: int, inside: int, cells: int) -> tuple[WorkbookSheet, ...]:
    """The sheets of an XLSX or ODS in which anything stands; sizes as in `Sizes`. Raises FileRefusedError."""
    file = unpack(name, content, Sizes(what, text, inside, cells))
    try:
        if file.is_workbook and (unworked := unworked_formula(file.content)) is not None:
            sheet, row = unworked
            raise FileRefusedError(f"{name}, sheet {sheet}, row {row}: {_UNWORKED}")
    except BrokenXMLError as error:
        raise FileRefusedError(f"{name} cannot be read as a workbook: {error}") from error
    return tuple(
        WorkbookSheet(table.sheet, table.first, tuple(tuple(map(written, record)) for record in table.records()))
        for table in read_tables(name, file, ())
    )


def written(cell: Cell) -> str:
    """A cell as one would write it."""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


# A list of 100,000 rows takes some 3 seconds, most of them to count what is in it before anything is made.
WORKBOOK = Task(workbook, FileRefusedError, Limits(seconds=20, memory=1024 * MEGABYTE, answer=64 * MEGABYTE))
