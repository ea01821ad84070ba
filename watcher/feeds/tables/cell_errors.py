"""Where a workbook shows a spreadsheet's error: what reads its values makes a blank of it, and a blank is a statement.

ODS (OpenDocument 1.3, part 3, 19.385 ff., with LibreOffice's `calcext`) marks such a cell by its type `error`, XLSX
(ECMA-376, 18.18.11) by `t="e"`. A workbook without the mark is not looked at any further.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse, parse

from watcher.feeds.tables.sizes import column_number

BrokenXMLError = ParseError
"""Raised for a part that is no XML."""

CellErrors = Mapping[tuple[int, int], str]
"""The errors of one sheet by row and column, each from 0."""

_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NUM!|NULL!|NAME\?|SPILL!|CALC!|FIELD!|BLOCKED!|###*)|Err:\d{3}")
_ODS = "content.xml"
_MARK_OF_ODS = re.compile(rb"""value-type\s*=\s*["']error""")
_MARK_OF_XLSX = re.compile(rb"""\st\s*=\s*["']e["']""")
_MARK_OF_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f[\s>/]", re.ASCII)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_OVERLAP = 100
"""Bytes of one piece that are looked at once more with the next: the mark may be cut in two."""


def error_in(cell: object) -> str | None:
    """The spreadsheet's error that a cell holds in place of a value, such as `#N/A`; None for every other cell."""
    if not isinstance(cell, str) or not cell.lstrip().startswith(("#", "Err:")):
        return None
    match = _ERROR.fullmatch(cell.strip())
    return match[0] if match else None


def unworked_formula(content: bytes) -> tuple[str, int] | None:
    """The sheet and the row, from 1, of a formula in an XLSX that nobody has worked out: it would read as a blank."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for sheet, part in _sheets(archive, set(archive.namelist())):
            if _is_marked(archive, part, _MARK_OF_FORMULA):
                for (row, _), cell in _cells(archive, part):
                    if _is_unworked(cell):
                        return sheet, row + 1
    return None


def _is_unworked(cell: Element) -> bool:
    """Whether a formula has no result; one of type `str` may be an empty text."""
    is_formula = cell.find(f"{_MAIN}f") is not None and cell.get("t") != "str"
    return is_formula and not (cell.findtext(f"{_MAIN}v") or "").strip()


def cell_errors(content: bytes) -> Mapping[str, CellErrors]:
    """The errors in a workbook's cells, by the name of the sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if _ODS in names:
            return _of_ods(archive) if _is_marked(archive, _ODS, _MARK_OF_ODS) else {}
        return {
            sheet: {place: _shown(cell) for place, cell in _cells(archive, part) if cell.get("t") == "e"}
            for sheet, part in _sheets(archive, names)
            if _is_marked(archive, part, _MARK_OF_XLSX)
        }


def _is_marked(archive: zipfile.ZipFile, part: str, mark: re.Pattern[bytes]) -> bool:
    before = b""
    with archive.open(part) as file:
        while piece := file.read(2**20):
            if mark.search(before + piece):
                return True
            before = piece[-_OVERLAP:]
    return False


def _of_ods(archive: zipfile.ZipFile) -> dict[str, CellErrors]:
    found: dict[str, dict[tuple[int, int], str]] = {}
    sheet, row, column = "", 0, 0
    with archive.open(_ODS) as file:
        for event, element in _walk(file):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    sheet, row = element.get(f"{_TABLE}name", ""), 0
                elif element.tag == f"{_TABLE}table-row":
                    column = 0
            elif element.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                times = _times(element, "columns")
                if any(name.endswith("value-type") and kind == "error" for name, kind in element.items()):
                    shown = " ".join("".join(text.itertext()) for text in element.iter(f"{_TEXT}p")).strip()
                    # A repeated one is noted once: its row is listed for the first of them.
                    found.setdefault(sheet, {})[row, column] = shown or "#N/A"
                column += times
                element.clear()
            elif element.tag == f"{_TABLE}table-row":
                row += _times(element, "rows")
                element.clear()
    return dict(found)


def _times(element: Element, what: str) -> int:
    times = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(times) if times.isdecimal() and len(times) < 9 else 1


def _sheets(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """The name of each sheet of an XLSX and the part that holds it."""
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, links} <= names:
        return
    targets = {link.get("Id"): link.get("Target", "") for link in _tree(archive, links)}
    for sheet in _tree(archive, book).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATED), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            yield sheet.get("name", ""), part


def _shown(cell: Element) -> str:
    return (cell.findtext(f"{_MAIN}v") or "#N/A").strip()


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[tuple[int, int], Element]]:
    """Row and column of each cell of a sheet of an XLSX, from 0, and the cell until the next is asked for."""
    row = column = -1
    with archive.open(part) as file:
        for event, element in _walk(file):
            if event == "start" and element.tag == f"{_MAIN}row":
                number = element.get("r", "")
                row, column = int(number) - 1 if number.isdecimal() and len(number) < 9 else row + 1, -1
            elif event == "end" and element.tag == f"{_MAIN}c":
                place = _REFERENCE.fullmatch(element.get("r", ""))
                column = column_number(place[1].encode()) - 1 if place else column + 1
                yield (row, column), element
                element.clear()


def _walk(file: IO[bytes]) -> Iterator[tuple[str, Element]]:
    """The elements as they begin and end; expat fetches nothing, and refuses entities that multiply."""
    yield from iterparse(file, events=("start", "end"))  # noqa: S314  # as just said, and under the worker's limits


def _tree(archive: zipfile.ZipFile, part: str) -> Element:
    with archive.open(part) as file:
        return parse(file).getroot()  # noqa: S314  # as above
