"""What is handed on of any table: its filled records, all as wide as the widest before them, within limits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.sizes import MOST_COLUMNS, MOST_ROWS, Sizes
from watcher.text import printable

Row = tuple[int, int, list[str]]
"""The number of the first record that reads so, from 1, how many do so one after the other, and their cells."""


@dataclass(frozen=True, slots=True)
class StreamedTable:
    """One text table or sheet, whose records are read while they are asked for."""

    sheet: str
    """The sheet's name; empty for text and JSON."""
    records: Iterator[tuple[int, Sequence[str]]]
    """The number of each record in the file or sheet, from 1, and its cells as text; wholly blank ones are left out.

    The header and the lines above it are among them. Blank cells at the end are left out, then each is filled up with
    blanks to the width of the widest before it: what stands below a header has a cell for each of its names.
    """


@dataclass(slots=True)
class Allowance:
    """What one file may still hold."""

    name: str
    sizes: Sizes
    cells: int = 0

    def take(self, sheet: str, row: Row, width: int) -> None:
        """Counts filled records; raises FileRefusedError where they are more than any well-meant file holds."""
        number, times, cells = row
        self.cells += times * max(len(cells), width)
        rows = number + times - 1
        if rows > MOST_ROWS or len(cells) > MOST_COLUMNS:
            what = f"{rows:,} rows or {len(cells):,} columns (at most {MOST_ROWS:,} and {MOST_COLUMNS:,} are read)"
        elif self.cells > self.sizes.cells:
            what = f"more than {self.sizes.cells:,} cells"
        else:
            return
        raise FileRefusedError(f"{where(self.name, sheet)} has {what}: that is no {self.sizes.what}")


def where(name: str, sheet: str) -> str:
    """The file, and the sheet if it has a name."""
    return f"{name}, sheet {printable(sheet)}," if sheet else name


def evened(rows: Iterable[Row], allowance: Allowance, sheet: str = "") -> Iterator[tuple[int, Sequence[str]]]:
    """The filled records of a table, as `StreamedTable` promises them."""
    width = 0
    for row in rows:
        number, times, cells = row
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        allowance.take(sheet, row, width)
        if len(cells) < width:
            cells.extend([""] * (width - len(cells)))
        width = len(cells)
        for at in range(number, number + times):
            yield at, cells
