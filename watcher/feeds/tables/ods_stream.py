"""The sheets of an ODS (OpenDocument 1.3, part 3) while its content is unpacked: a gigabyte takes half a minute.

Blanks that are repeated to the end of a sheet are counted, not made; what is repeated with content is.
"""

import zipfile
from collections.abc import Iterator
from xml.parsers.expat import XMLParserType

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.ods_cells import handle_cells
from watcher.feeds.tables.records import Allowance, Row, StreamedTable, evened
from watcher.feeds.tables.xml_events import parse, xml_parser

_NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}


def ods_sheets(name: str, archive: zipfile.ZipFile, allowance: Allowance) -> Iterator[StreamedTable]:
    """The sheets, each to be read before the next; raises FileRefusedError for damage, and where there is none."""
    found = _Found(_walk(name, archive))
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


def _walk(name: str, archive: zipfile.ZipFile) -> Iterator[str | Row]:
    content = _Content(name)
    with archive:
        for _ in parse(name, archive, "content.xml", content.parser, content.held):
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

    def _root(self, _: str, attributes: dict[str, str]) -> None:
        declared = {address: mark.partition(":")[2] for mark, address in attributes.items() if mark.startswith("xmlns")}
        prefixes = {known: declared.get(address, known) for known, address in _NAMES.items()}
        handle_cells(
            self.parser,
            self.found,
            self._texts,
            self._name,
            lambda known, local: f"{prefixes[known]}:{local}".lstrip(":"),
        )
