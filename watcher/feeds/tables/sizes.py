"""How large a file and its tables may be, counted in its bytes before any is made: a small file may claim billions.

A spreadsheet's table is as large as the rectangle up to its last filled cell, however few are filled. The count is of
well-meant files: one that is written to deceive it is stopped by the limits of the worker.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from typing import IO

MOST_ROWS = 2**20
"""As many as a spreadsheet can have."""
MOST_COLUMNS = 2**14
"""As many as a spreadsheet can have."""
LONGEST_LINE = 100_000
"""Bytes of a line of text."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a file of one sort may be; nobody makes a larger one."""

    what: str
    """Such as `statistics file`."""
    text: int
    """Bytes of a file of text."""
    workbook: int
    """Bytes of everything inside a workbook."""
    cells: int
    """Of all tables together, the blank ones around them too."""


_PIECE = 2**20
_ROW = b"<table:table-row"
_CELLS = (b"<table:table-cell", b"<table:covered-table-cell")
_SHEET = b"<table:table "
_ENDS_OF_FILLED = (b"</table:table-cell", b"</table:covered-table-cell", b" office:")
"""What a blank cell has none of."""
_ROWS_REPEATED = re.compile(rb"number-rows-repeated\s*=\s*[\"']\s*(\d{1,9})")
_COLUMNS_REPEATED = re.compile(rb"number-columns-repeated\s*=\s*[\"']\s*(\d{1,9})")
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s([^<>]{0,2000})>", re.ASCII)
_PLACE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Z]{1,3})(\d{1,9})[\"']")


def why_text_is_too_large(content: bytes, most_cells: int) -> str | None:
    """Why a file of text is no table that anybody published; None if it may be one."""
    rows = content.count(b"\n") + content.count(b"\r")
    cells = rows + sum(map(content.count, (b",", b";", b"\t")))
    if rows > 2 * MOST_ROWS or cells > most_cells:
        return f"has more than {MOST_ROWS:,} lines or {most_cells:,} cells"
    longest = max(map(len, content.splitlines()), default=0)
    return f"has a line of {longest:,} bytes (at most {LONGEST_LINE:,} are read)" if longest > LONGEST_LINE else None


def why_sheets_are_too_large(part: IO[bytes], most_cells: int) -> str | None:
    """Why a part of a workbook has no sheet that anybody published; None if it may have. Reads it to its end."""
    ods, xlsx = _Rectangle(most_cells), _Placed(most_cells)
    before = rest = b""
    has_rows = False
    while piece := part.read(_PIECE):
        *rows, before = (before + piece).split(_ROW)
        has_rows = has_rows or bool(rows)
        if not has_rows:  # an XLSX, or what stands before the first row
            before = before[-_PIECE:]
        tags, mark, rest = (rest + piece).rpartition(b"<")
        rest = (mark + rest)[-_PIECE:]
        if (why := ods.why_too_large(rows) or xlsx.why_too_large(_cells(tags))) is not None:
            return why
        if len(before) > 8 * _PIECE:
            return f"has a row of more than {8 * _PIECE:,} bytes"
    return ods.why_too_large([before]) or xlsx.why_too_large(_cells(rest))


@dataclass(slots=True)
class _Rectangle:
    """The sheet of an ODS that is being counted."""

    most_cells: int
    rows: int = 0
    blank: int = 0
    """Rows since the last filled one."""
    columns: int = 0
    before: int = 0
    """Cells of the sheets before it: all of them are in memory at once."""

    def why_too_large(self, rows: list[bytes]) -> str | None:
        """Counts the rows, each from behind the name of its tag up to that of the next."""
        for row in rows:
            repeated = _ROWS_REPEATED.search(row.partition(b">")[0])
            self.blank += int(repeated[1]) if repeated else 1
            if width := _width(row):
                self.rows, self.blank, self.columns = self.rows + self.blank, 0, max(self.columns, width)
                if (why := _why_too_large(self.most_cells, self.rows, self.columns, self.before)) is not None:
                    return why
            if _SHEET in row:
                self.before += self.rows * self.columns
                self.rows = self.blank = self.columns = 0
        return None


def _width(row: bytes) -> int:
    """Columns up to the last filled cell of an ODS row."""
    filled = row[: max(map(row.rfind, _ENDS_OF_FILLED)) + 1]
    repeated = sum(int(number) - 1 for number in _COLUMNS_REPEATED.findall(filled)) if b"-repeated" in filled else 0
    return sum(map(filled.count, _CELLS)) + repeated


@dataclass(slots=True)
class _Placed:
    """The sheet of an XLSX that is being counted: each of its cells says where it stands."""

    most_cells: int
    top: int = MOST_ROWS
    bottom: int = 0
    left: int = MOST_COLUMNS
    right: int = 0

    def why_too_large(self, cells: list[bytes]) -> str | None:
        """Counts the cells, each the attributes of its tag."""
        for row, column in _places(cells):
            self.top, self.bottom = min(self.top, row), max(self.bottom, row)
            self.left, self.right = min(self.left, column), max(self.right, column)
        if not self.bottom:
            return None
        return _why_too_large(self.most_cells, self.bottom - self.top + 1, self.right - self.left + 1)


def _cells(tags: bytes) -> list[bytes]:
    """The attributes of each cell of an XLSX; other parts are told at once."""
    return _CELL.findall(tags) if b"c r=" in tags else []


def _places(cells: list[bytes]) -> Iterator[tuple[int, int]]:
    """Row and column of each filled cell."""
    for attributes in cells:
        if not attributes.endswith(b"/") and (place := _PLACE.search(attributes)):
            yield int(place[2]), column_number(place[1])


def column_number(letters: bytes) -> int:
    """The number of a column by its letters, from 1 for `A`."""
    return reduce(lambda number, letter: 26 * number + letter - ord("A") + 1, letters, 0)


def _why_too_large(most_cells: int, rows: int, columns: int, cells_before: int = 0) -> str | None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        most = f"at most {MOST_ROWS:,} and {MOST_COLUMNS:,} are read"
        return f"has a sheet of {rows:,} rows and {columns:,} columns ({most})"
    cells = cells_before + rows * columns
    return f"has {cells:,} cells or more (at most {most_cells:,} are read)" if cells > most_cells else None
