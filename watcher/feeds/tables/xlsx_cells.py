"""What the markup of an XLSX says of rows and cells."""

import re
from collections.abc import Callable
from xml.parsers.expat import XMLParserType

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.records import Row, where
from watcher.feeds.tables.sizes import MOST_COLUMNS, column_number
from watcher.feeds.tables.written import counted_day, day_as_written, number_as_written
from watcher.feeds.tables.xlsx_book import Attributes, XLSXBook, unescaped
from watcher.feeds.tables.xml_events import local
from watcher.text import printable

_LETTERS = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def handle_sheet(parser: XMLParserType, texts: list[str], found: list[Row], book: XLSXBook, sheet: str) -> None:
    """Gives the parser what it calls for each tag: closures, for they are the fastest there is."""
    append = texts.append
    value_of = _values(book)
    kinds: dict[str, str] = {}
    columns: dict[str, int] = {}
    number = column = pronounced = 0
    row: list[str] = []
    cell: Attributes = {}
    has_formula = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal cell, column, number, row, has_formula, pronounced
        kind = kinds.get(tag) or kinds.setdefault(tag, local(tag))
        if kind == "c":
            cell, has_formula = attributes, False
            texts.clear()
            column = _column(attributes.get("r"), columns) or column + 1
            if column > MOST_COLUMNS:
                raise FileRefusedError(
                    f"{where(book.name, sheet)} has more than {MOST_COLUMNS:,} columns: no table has"
                )
        elif kind in ("v", "t"):
            if not pronounced:
                parser.CharacterDataHandler = append
        elif kind == "row":
            said = attributes.get("r", "")
            number, column, row = int(said) if said.isdecimal() and len(said) < 9 else number + 1, 0, []
        elif kind == "f":
            has_formula = True
        elif kind == "rPh":
            pronounced += 1

    def end(tag: str) -> None:
        nonlocal pronounced
        kind = kinds.get(tag)
        if kind in ("v", "t"):
            parser.CharacterDataHandler = None
        elif kind == "c":
            if value := value_of(cell, "".join(texts)):
                _put(row, column, value)
            elif has_formula and cell.get("t") != "str":
                what = "a formula there has no value: open the file in a spreadsheet and save it"
                raise FileRefusedError(f"{where(book.name, sheet)} row {number}: {what}")
        elif kind == "row":
            if row:
                found.append((number, 1, row))
        elif kind == "rPh":
            pronounced -= 1

    parser.StartElementHandler, parser.EndElementHandler = start, end


def _put(row: list[str], column: int, value: str) -> None:
    if column == len(row) + 1:
        row.append(value)
    else:
        row.extend([""] * (column - len(row)))
        row[column - 1] = value


def _column(place: str | None, known: dict[str, int]) -> int | None:
    """The number of the column, from 1, that a cell says it stands in."""
    match = _LETTERS.fullmatch(place) if place else None
    if match is None:
        return None
    letters = match[1]
    return known.get(letters) or known.setdefault(letters, column_number(letters.encode()))


def _values(book: XLSXBook) -> Callable[[Attributes, str], str]:
    shared, days, from_1904 = book.shared, book.days, book.from_1904

    def value_of(cell: Attributes, text: str) -> str:
        kind = cell.get("t", "n")
        if kind == "s":
            if not text.isdecimal() or len(text) > 9 or int(text) >= len(shared):
                raise FileRefusedError(
                    f"{book.name} is damaged: a cell names the text {printable(text)}, which is not there"
                )
            return shared[int(text)]
        if kind == "n":
            return counted_day(text, from_1904) if text and cell.get("s") in days else number_as_written(text)
        if kind == "e":
            return text.strip() or "#N/A"
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(text, text.upper())
        return day_as_written(text) if kind == "d" else unescaped(text)

    return value_of
