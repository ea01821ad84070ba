"""The sheets of an XLSX (ECMA-376, part 1, 18) while they are unpacked; of large and small ones alike.

Texts that cells share are the one thing kept in memory, within a limit.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers.expat import XMLParserType

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.records import Allowance, Row, StreamedTable, evened, where
from watcher.feeds.tables.sizes import MOST_COLUMNS, column_number
from watcher.feeds.tables.written import counted_day, day_as_written, number_as_written
from watcher.feeds.tables.xlsx_styles import styles_of_days
from watcher.feeds.tables.xml_events import local, parse, xml_parser
from watcher.text import printable

_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_MOST_SHARED = 100 * 2**20
"""Bytes of memory for the texts that cells share."""
_TEXT_COSTS = 64
"""Bytes of memory of a text beside its letters."""
_LETTERS = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets of a workbook share."""

    name: str
    shared: list[str]
    days: frozenset[str]
    """The styles of days."""
    from_1904: bool


def xlsx_sheets(name: str, archive: zipfile.ZipFile, allowance: Allowance) -> Iterator[StreamedTable]:
    """The sheets; raises FileRefusedError for damage, and for a workbook without any."""
    with archive:
        links = _links(name, archive)
        sheets, from_1904 = _sheets(name, archive, links)
        shared, styles = (_part(archive, links, kind) for kind in ("sharedStrings", "styles"))
        days = styles_of_days(name, archive, styles) if styles else frozenset()
        book = _Book(name, _shared(name, archive, shared) if shared else [], days, from_1904)
        for sheet, part in sheets:
            yield StreamedTable(sheet, evened(_rows(book, sheet, archive, part), allowance, sheet))


def _links(name: str, archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """What the workbook is linked to, by the number of the link: its kind and the part that holds it."""
    return {
        link.get("Id", ""): (
            link.get("Type", "").rpartition("/")[2],
            posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip("/"),
        )
        for tag, link in _tags(name, archive, _LINKS)
        if tag == "Relationship"
    }


def _part(archive: zipfile.ZipFile, links: dict[str, tuple[str, str]], kind: str) -> str | None:
    """The part of a kind of which a workbook has one at most."""
    names = set(archive.namelist())
    return next((part for linked, part in links.values() if linked == kind and part in names), None)


def _sheets(
    name: str, archive: zipfile.ZipFile, links: dict[str, tuple[str, str]]
) -> tuple[list[tuple[str, str]], bool]:
    """The name of each sheet and the part that holds it, and whether days are counted from 1904."""
    names = set(archive.namelist())
    sheets, from_1904 = [], False
    for tag, said in _tags(name, archive, _BOOK):
        if tag == "sheet":
            link = next((value for mark, value in said.items() if mark.endswith(":id")), "")
            kind, part = links.get(link, ("", ""))
            if kind == "worksheet" and part in names:
                sheets.append((said.get("name", ""), part))
        elif tag == "workbookPr":
            from_1904 = said.get("date1904", "0") in ("1", "true", "on")
    if not sheets:
        raise FileRefusedError(f"{name} cannot be read as a workbook: it has no sheet")
    return sheets, from_1904


def _tags(name: str, archive: zipfile.ZipFile, part: str) -> list[tuple[str, Attributes]]:
    if part not in archive.namelist():
        raise FileRefusedError(f"{name} cannot be read as a workbook: it has no {part}")
    tags: list[tuple[str, Attributes]] = []
    parser = xml_parser(name)
    parser.StartElementHandler = lambda tag, attributes: tags.append((local(tag), attributes))
    with archive.open(part) as file:
        for _ in parse(name, file, parser):
            pass
    return tags


def _shared(name: str, archive: zipfile.ZipFile, part: str) -> list[str]:
    """The texts that cells share, which they name by number."""
    shared: list[str] = []
    texts: list[str] = []
    memory = 0

    def take() -> None:
        nonlocal memory
        shared.append(unescaped("".join(texts)))
        texts.clear()
        memory += _TEXT_COSTS + shared[-1].__sizeof__()
        if memory > _MOST_SHARED:
            what = f"texts that take more than {_MOST_SHARED:,} bytes: give it as CSV or ODS"
            raise FileRefusedError(f"{name} is an XLSX with {what}")

    parser = xml_parser(name)
    _handle_texts(parser, texts, {"si": take})
    with archive.open(part) as file:
        for _ in parse(name, file, parser, lambda: sum(map(len, texts))):
            pass
    return shared


def _handle_texts(parser: XMLParserType, texts: list[str], ends: dict[str, Callable[[], None]]) -> None:
    """Has the parser gather what stands in `t`, but for how it is pronounced, and call what belongs to an end."""
    pronounced = 0

    def start(tag: str, _: Attributes) -> None:
        nonlocal pronounced
        kind = local(tag)
        pronounced += kind == "rPh"
        if kind == "t" and not pronounced:
            parser.CharacterDataHandler = texts.append

    def end(tag: str) -> None:
        nonlocal pronounced
        kind = local(tag)
        pronounced -= kind == "rPh"
        if kind == "t":
            parser.CharacterDataHandler = None
        elif kind in ends:
            ends[kind]()

    parser.StartElementHandler, parser.EndElementHandler = start, end


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold, which an XLSX writes as `_x000D_`."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _rows(book: _Book, sheet: str, archive: zipfile.ZipFile, part: str) -> Iterator[Row]:
    texts: list[str] = []
    found: list[Row] = []
    parser = xml_parser(book.name)
    _handle_cells(parser, texts, found, book, sheet)
    with archive.open(part) as file:
        for _ in parse(book.name, file, parser, lambda: sum(map(len, texts))):
            yield from found
            found.clear()


def _handle_cells(parser: XMLParserType, texts: list[str], found: list[Row], book: _Book, sheet: str) -> None:
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


def _values(book: _Book) -> Callable[[Attributes, str], str]:
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
