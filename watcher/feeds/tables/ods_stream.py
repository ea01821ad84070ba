"""The sheets of an ODS (OpenDocument 1.3, part 3) while its content is unpacked: a gigabyte takes half a minute.

Blanks that are repeated to the end of a sheet are counted, not made; what is repeated with content is.
"""

import zipfile
from collections.abc import Callable, Iterator
from xml.parsers.expat import XMLParserType

from watcher.feeds.tables.cell_errors import error_in
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.records import Allowance, Row, StreamedTable, evened, where
from watcher.feeds.tables.sizes import MOST_COLUMNS
from watcher.feeds.tables.written import day_as_written, number_as_written
from watcher.feeds.tables.xml_events import parse, xml_parser

Cell = dict[str, str]
"""The attributes of a cell."""
_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
_MOST_BLANKS = 10_000
"""Blanks in one mark of a text, at most."""


def ods_sheets(name: str, archive: zipfile.ZipFile, allowance: Allowance) -> Iterator[StreamedTable]:
    """The sheets, each to be read before the next; raises FileRefusedError for damage, and where there is none."""
    found = _found(name, archive)
    sheet: str | None = None
    for sheet in found.sheets():
        yield StreamedTable(sheet, evened(found.rows(), allowance, sheet))
    if sheet is None:
        raise FileRefusedError(f"{name} is a document without a sheet: give a workbook")


class _Found:
    """Sheets and rows in the order in which they are found."""

    def __init__(self, found: Iterator[str | Row]) -> None:
        self._found = found
        self._next: str | None = None

    def sheets(self) -> Iterator[str]:
        """The name of each sheet; what was not read of the one before is passed over."""
        while True:
            for _ in self.rows():
                pass
            if self._next is None:
                return
            sheet, self._next = self._next, None
            yield sheet

    def rows(self) -> Iterator[Row]:
        """The rows up to the next sheet."""
        if self._next is not None:
            return
        for found in self._found:
            if isinstance(found, str):
                self._next = found
                return
            yield found


def _found(name: str, archive: zipfile.ZipFile) -> _Found:
    return _Found(_walk(name, archive))


def _walk(name: str, archive: zipfile.ZipFile) -> Iterator[str | Row]:
    content = _Content(name)
    with archive, archive.open("content.xml") as part:
        for _ in parse(name, part, content.parser, content.held):
            yield from content.found
            content.found.clear()


class _Content:
    """What the parser calls. Names keep the prefix of this file: to resolve each would take half as long again."""

    def __init__(self, name: str) -> None:
        self.parser: XMLParserType = xml_parser(name)
        self.found: list[str | Row] = []
        self._name = name
        self._texts: list[str] = []
        self.parser.StartElementHandler = self._root

    def held(self) -> int:
        """Characters of the cell that has not ended yet."""
        return sum(map(len, self._texts))

    def _root(self, _: str, attributes: Cell) -> None:
        declared = {address: mark.partition(":")[2] for mark, address in attributes.items() if mark.startswith("xmlns")}
        prefixes = {known: declared.get(address, known) for known, address in _NAMES.items()}
        _handle(self, self._name, self._texts, lambda known, local: f"{prefixes[known]}:{local}".lstrip(":"))


def _handle(content: _Content, name: str, texts: list[str], tag_of: Callable[[str, str], str]) -> None:
    """Gives the parser what it calls for each tag, millions of times: closures, for they are the fastest there is."""
    parser, found, append = content.parser, content.found, texts.append
    table_tag, row_tag = tag_of("table", "table"), tag_of("table", "table-row")
    cell_tags = frozenset({tag_of("table", "table-cell"), tag_of("table", "covered-table-cell")})
    columns, rows = tag_of("table", "number-columns-repeated"), tag_of("table", "number-rows-repeated")
    paragraph_tag, kind_name, sheet_name = tag_of("text", "p"), tag_of("office", "value-type"), tag_of("table", "name")
    marks = {tag_of("text", "s"): " ", tag_of("text", "tab"): "\t", tag_of("text", "line-break"): "\n"}
    inline, beside = tag_of("text", ""), frozenset({tag_of("text", "note"), tag_of("text", "ruby-text")})
    value_of = _values(name, tag_of)
    repeated_blanks = tag_of("text", "c")
    sheet = ""
    number = 0
    gap = 0
    row: list[str] = []
    row_attributes: Cell = {}
    cell: Cell | None = None
    paragraphs = 0
    in_paragraph = False
    skipped = 0

    def start(tag: str, attributes: Cell) -> None:
        nonlocal cell, row, row_attributes, paragraphs, in_paragraph, gap
        if skipped:
            start_other(tag, attributes)
        elif tag == paragraph_tag and cell is not None and not in_paragraph:
            if paragraphs:
                append("\n")
            paragraphs += 1
            in_paragraph = True
            parser.CharacterDataHandler = append
        elif tag in cell_tags and cell is None:
            cell, paragraphs = attributes, 0
            texts.clear()
        elif tag == row_tag and cell is None:
            row, row_attributes, gap = [], attributes, 0
        else:
            start_other(tag, attributes)

    def start_other(tag: str, attributes: Cell) -> None:
        nonlocal skipped, sheet, number
        if skipped:
            skipped += 1
        elif cell is None:
            if tag == table_tag:
                sheet, number = attributes.get(sheet_name, ""), 1
                found.append(sheet)
        elif in_paragraph and tag in marks:
            append(marks[tag] * min(_times(attributes.get(repeated_blanks)), _MOST_BLANKS))
        elif (
            not in_paragraph or not tag.startswith(inline) or tag in beside
        ):  # a remark, a picture, a table within the cell
            skipped = 1
            parser.CharacterDataHandler = None

    def end(tag: str) -> None:
        nonlocal cell, gap, number, in_paragraph
        if skipped:
            end_skipped()
        elif tag == paragraph_tag:
            in_paragraph = False
            parser.CharacterDataHandler = None
        elif cell is not None and tag in cell_tags:
            text = texts[0] if len(texts) == 1 else "".join(texts)
            value = text if text and cell.get(kind_name) == "string" else value_of(cell, text, sheet, number)
            times = _times(cell[columns]) if columns in cell else 1
            cell = None
            if not value:
                gap += times
                return
            if gap + times + len(row) > MOST_COLUMNS:
                what = f"row {number:,} has more than {MOST_COLUMNS:,} columns: that is no table"
                raise FileRefusedError(f"{where(name, sheet)} {what}")
            if gap:
                row.extend([""] * gap)
                gap = 0
            if times == 1:
                row.append(value)
            else:
                row.extend([value] * times)
        elif tag == row_tag and cell is None:
            times = _times(row_attributes.get(rows))
            if row:
                found.append((number, times, row))
            number += times

    def end_skipped() -> None:
        nonlocal skipped
        skipped -= 1
        if not skipped and in_paragraph:
            parser.CharacterDataHandler = append

    parser.StartElementHandler, parser.EndElementHandler = start, end


def _times(repeated: str | None) -> int:
    return int(repeated) if repeated is not None and repeated.isdecimal() and 0 < len(repeated) < 9 else 1


def _values(name: str, tag_of: Callable[[str, str], str]) -> Callable[[Cell, str, str, int], str]:
    """What says which text stands for a cell, of its attributes and what it shows, and where it stands."""
    kind_name, formula = tag_of("office", "value-type"), tag_of("table", "formula")
    of_kind = {
        "date": (tag_of("office", "date-value"), day_as_written),
        "float": (tag_of("office", "value"), number_as_written),
        "currency": (tag_of("office", "value"), number_as_written),
        "percentage": (tag_of("office", "value"), number_as_written),
    }
    shown_kinds = {
        "boolean": tag_of("office", "boolean-value"),
        "time": tag_of("office", "time-value"),
        "string": tag_of("office", "string-value"),
    }

    def value_of(cell: Cell, text: str, sheet: str, number: int) -> str:
        kind = cell.get(kind_name, "")
        if not kind and not text and formula in cell:
            what = "a formula there has no value: open the file in a spreadsheet and save it"
            raise FileRefusedError(f"{where(name, sheet)} row {number}: {what}")
        if text and (kind not in of_kind or error_in(text)):
            return text
        if any(mark.endswith("value-type") and said == "error" for mark, said in cell.items()):
            return text or "#N/A"
        if kind in of_kind:
            attribute, written = of_kind[kind]
            return written(cell[attribute]) if attribute in cell else text
        return cell.get(shown_kinds.get(kind, ""), "")

    return value_of
