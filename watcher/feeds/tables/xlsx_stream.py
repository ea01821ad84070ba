"""The sheets of an XLSX (ECMA-376, part 1, 18) while they are unpacked; of large and small ones alike.

Texts that cells share are the one thing kept in memory, within a limit.
"""

import zipfile
from collections.abc import Iterator

from watcher.feeds.tables.records import Allowance, Row, StreamedTable, evened
from watcher.feeds.tables.xlsx_book import XLSXBook, opened_book
from watcher.feeds.tables.xlsx_cells import handle_sheet
from watcher.feeds.tables.xml_events import parse, xml_parser


def xlsx_sheets(name: str, archive: zipfile.ZipFile, allowance: Allowance) -> Iterator[StreamedTable]:
    """The sheets; raises FileRefusedError for damage, and for a workbook without any."""
    with archive:
        book, sheets = opened_book(name, archive)
        for sheet, part in sheets:
            yield StreamedTable(sheet, evened(_rows(book, sheet, archive, part), allowance, sheet))


def _rows(book: XLSXBook, sheet: str, archive: zipfile.ZipFile, part: str) -> Iterator[Row]:
    texts: list[str] = []
    found: list[Row] = []
    parser = xml_parser(book.name)
    handle_sheet(parser, texts, found, book, sheet)
    for _ in parse(book.name, archive, part, parser, lambda: sum(map(len, texts))):
        yield from found
        found.clear()
