"""The records of CSV and its relatives while the text is read."""

import csv
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import IO

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.records import Row
from watcher.feeds.tables.separated import SEARCHED_LINES, separator_of
from watcher.feeds.tables.sizes import LONGEST_LINE
from watcher.feeds.tables.text_source import TextSource

_SEEN_OFTEN = 3
"""Records of one width make it the table's own."""
_LEAST_SWALLOWED = 3
"""Separators in a cell that make it look like rows."""


def separated_records(name: str, text: TextSource, headers: Collection[str]) -> Iterator[Row]:
    """The records of CSV and its relatives; raises FileRefusedError where a quotation mark swallows rows."""
    with text.open_text() as file:
        head = "".join(islice(_lines(name, file), SEARCHED_LINES))
    separator = separator_of(head, headers)
    with text.open_text() as file:
        yield from _records(name, _lines(name, file), separator)


def _lines(name: str, file: IO[str]) -> Iterator[str]:
    """The lines with their ends; one without end is not read into memory."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise FileRefusedError(f"{name} has a line of more than {LONGEST_LINE:,} characters: that is no table")
        yield line


def _records(name: str, lines: Iterator[str], separator: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    widths = _Widths()
    begins = 1
    try:
        for number, record in enumerate(reader, 1):
            if reader.line_num > begins and _has_swallowed(record, separator, widths):
                raise FileRefusedError(_swallowed(name, begins))
            widths.see(len(record))
            begins = reader.line_num + 1
            yield number, 1, record
    except csv.Error as error:
        raise FileRefusedError(_swallowed(name, begins, str(error))) from error


class _Widths:
    """How wide the records of a table were so far."""

    def __init__(self) -> None:
        self.widest = 0
        self.usual = 0
        """The largest that was seen several times; 0 at the beginning."""
        self._times: Counter[int] = Counter()

    def see(self, width: int) -> None:
        """Takes in one record."""
        self.widest = max(self.widest, width)
        self._times[width] += 1
        if self._times[width] == _SEEN_OFTEN:
            self.usual = max(self.usual, width)


def _has_swallowed(record: list[str], separator: str, widths: _Widths) -> bool:
    """Whether a cell of several lines holds rows, as after a quotation mark that nothing closes.

    In prose a blank follows a comma. What closes the mark in the next row makes a record wider than the table is.
    """
    cells = [cell for cell in record if "\n" in cell or "\r" in cell]
    if cells and widths.usual >= _LEAST_SWALLOWED and len(record) > widths.widest:
        return True
    least = max(_LEAST_SWALLOWED, min((widths.usual or len(record)) // 2, 10))
    return any(_bare(cell, separator) >= least for cell in cells)


def _bare(cell: str, separator: str) -> int:
    """Separators in a cell that no white space follows."""
    followed: Iterable[str] = cell[1:] + "\n"
    return (
        sum(char == separator and not after.isspace() for char, after in zip(cell, followed, strict=True))
        if separator != "\t"
        else cell.count(separator)
    )


def _swallowed(name: str, line: int, error: str = "") -> str:
    said = f" ({error})" if error else ""
    return (
        f"{name}, line {line}: a quotation mark there swallows what comes after it, perhaps many rows{said}. Nothing "
        "of the file was taken: mend that line, or export the file anew"
    )
