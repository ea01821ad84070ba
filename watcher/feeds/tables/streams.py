"""Every table of a file of whatever sort, one record after the other: memory does not grow with the file.

What a file is, its content tells: CSV with any of four separators, ODS, XLSX, a JSON array of objects or an object that
holds one, JSON lines; each also inside a gzip or a zip.
"""

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from pathlib import Path

from watcher.feeds.tables.json_stream import json_records
from watcher.feeds.tables.ods_stream import ods_sheets
from watcher.feeds.tables.records import Allowance, StreamedTable, evened
from watcher.feeds.tables.separated_stream import separated_records
from watcher.feeds.tables.sizes import Sizes
from watcher.feeds.tables.unwrapped import TableShape, unwrap
from watcher.feeds.tables.xlsx_stream import xlsx_sheets

__all__ = ["REGISTERS", "StreamedTable", "stream_tables"]

REGISTERS = Sizes("register", text=512 * 2**20, workbook=2_560 * 2**20, cells=40_000_000)
"""What is read as a stream: the largest register known has 320,000 rows of 26 columns, which are 1 GB inside a workbook
and would be 320 MB as JSON. Rows are as many as a spreadsheet can have."""


def stream_tables(name: str, content: bytes | Path, sizes: Sizes, headers: Collection[str]) -> Iterator[StreamedTable]:
    """Every table of a file, each to be read before the next; what is left of it is passed over.

    `headers` are names of which one stands in the header of a text table, squashed: they tell what separates its cells.
    Raises FileRefusedError for what is no table, here or while records are read: a workbook's damage may show at its
    end only, and what was read of it by then counts for nothing.

    Cells are text as one would write it: days as 2025-03-31 (with `T` and a time if they have one), whole numbers
    without decimals, an error of a spreadsheet as `#N/A`, paragraphs with a line feed between them.
    """
    with ExitStack() as files:
        file = unwrap(name, content, sizes, files)
        allowance = Allowance(name, sizes)
        if file.shape is TableShape.ODS:
            yield from ods_sheets(name, file.archive(), allowance)
        elif file.shape is TableShape.XLSX:
            yield from xlsx_sheets(name, file.archive(), allowance)
        elif file.shape is TableShape.JSON:
            yield StreamedTable("", evened(json_records(name, file.text(), headers), allowance))
        else:
            yield StreamedTable("", evened(separated_records(name, file.text(), headers), allowance))
