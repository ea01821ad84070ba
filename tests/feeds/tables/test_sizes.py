"""A small file that claims to be a large one is refused by its claim, in a sentence, within the worker's limits."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bombs import GZIP, bomb
from tests.feeds.statistics.files import EXCERPTS, NAME, csv_of, row, xlsx_of, zip_of
from tests.shared_data import WORKBOOK, official
from watcher.feeds.statistics.file import FileReading, read_file
from watcher.feeds.statistics.tasks import FILE
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.worker.task import MEGABYTE, Limits
from watcher.feeds.worker.worker import Worker

pytestmark = pytest.mark.anyio

TIGHT = Limits(seconds=10, memory=512 * MEGABYTE, answer=8 * MEGABYTE)
_NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"' for prefix in ("office", "table", "text")
)
FILLED = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
BLANK = "<table:table-cell{}/>"


async def read(content: bytes, name: str = NAME, limits: Limits | None = TIGHT) -> FileReading:
    worker = Worker(limits)
    try:
        return await worker.do(FILE, content, name)
    finally:
        await worker.close()


def ods(*rows: str) -> bytes:
    """A workbook of one sheet, each of whose rows is given as markup."""
    sheet = f'<table:table table:name="S">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    return zip_of(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {_NAMES}>{body}</office:document-content>",
            "META-INF/manifest.xml": "<manifest:manifest/>",
        }
    )


def line(*cells: str, times: int = 1) -> str:
    """A row, repeated so many times."""
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def wide(cell: str, times: int) -> str:
    """A cell, repeated so many times."""
    return cell.format(f' table:number-columns-repeated="{times}"')


def xlsx(*cells: str) -> bytes:
    """A workbook of one sheet whose cells say where they stand."""
    placed = "".join(f'<row><c r="{place}"><v>1</v></c></row>' for place in cells)
    sheet = xlsx_of({"S": [["here"]]})
    return _replaced(sheet, "xl/worksheets/sheet1.xml", placed)


def _replaced(workbook: bytes, name: str, rows: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        parts = {part: archive.read(part).decode() for part in archive.namelist()}
    head, _, rest = parts[name].partition("<sheetData>")
    parts[name] = f"{head}<sheetData>{rows}</sheetData>{rest.partition('</sheetData>')[2]}"
    return zip_of(parts)


TOO_LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "rows and cells repeated": (
        lambda: ods(*[line(wide(FILLED, 999), times=999)] * 20),
        r"has 10,\d{3},\d{3} cells or more \(at most 10,000,000 are read\)",
    ),
    "a row repeated": (
        lambda: ods(line(FILLED.format(""), times=1_100_000)),
        "has a sheet of 1,100,000 rows and 1 columns",
    ),
    "a cell repeated": (lambda: ods(line(wide(FILLED, 20_000))), "has a sheet of 1 rows and 20,000 columns"),
    "a cell far to the right": (lambda: ods(line(wide(BLANK, 900_000), FILLED.format(""))), "900,001 columns"),
    "a row far down": (lambda: ods(line(BLANK.format(""), times=9_000_000), line(FILLED.format(""))), "9,000,001 rows"),
    "a number in a cell far to the right": (
        lambda: ods(line(wide(BLANK, 900_000), '<table:table-cell office:value-type="float" office:value="1"/>')),
        "900,001 columns",
    ),
    "cells in opposite corners": (lambda: xlsx("A1", "XFD1048576"), r"has 17,179,869,184 cells or more"),
    "a cell that can't be": (lambda: xlsx("A1", "ZZZ1"), "18,278 columns"),
    "a long line": (
        lambda: b"URN," + b"x" * 30_000_000,
        r"has a line of 30,000,004 bytes \(at most 100,000 are read\)",
    ),
    "a very long line": (lambda: bomb((b"x" * 1_000_000, 120), envelope=GZIP), "unpacks to more than 33,554,432 bytes"),
    "a million lines": (lambda: b"\n" * 3_000_000, "has more than 1,048,576 lines"),
    "ten million cells": (lambda: (b"," * 20_000 + b"\n") * 600, "or 10,000,000 cells"),
}


@pytest.mark.parametrize(("content", "reason"), TOO_LARGE.values(), ids=TOO_LARGE)
async def test_what_claims_to_be_larger_than_any_official_file_is_refused(
    content: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(FileRefusedError, match=f"^{NAME} .*{reason}.*that is no statistics file"):
        await read(content())


async def test_blank_cells_around_a_table_are_no_part_of_it() -> None:
    filler = line(wide(BLANK, 16_384), times=1_048_000)
    said = [line(FILLED.format(""), wide(BLANK, 16_383)), filler]
    with pytest.raises(FileRefusedError, match="none of its first 10 records is a header"):
        await read(ods(*said))


async def test_markup_that_repeats_without_end_takes_no_longer_than_its_length() -> None:
    hostile = ods(' s-repeated="1111' * 500_000, '<table:table-row table:number-rows-repeated="1111"' * 100_000)
    with pytest.raises(FileRefusedError):
        await read(hostile, limits=Limits(seconds=3, memory=512 * MEGABYTE, answer=MEGABYTE))


async def test_a_file_that_needs_more_memory_than_any_official_one_is_refused() -> None:
    filled = ods(*[line(wide(FILLED, 1_000))] * 4_000)
    with pytest.raises(FileRefusedError, match="256 MB of memory"):
        await read(filled, limits=Limits(seconds=30, memory=256 * MEGABYTE, answer=MEGABYTE))


async def test_every_form_of_a_file_says_in_the_worker_what_it_says_outside_it() -> None:
    for file in (*sorted(EXCERPTS.glob("provider_at_march_20*")), Path("inspec_1819.csv")):
        content = file.read_bytes() if file.exists() else csv_of(row())
        assert await read(content, file.name) == read_file(file.name, content)


async def test_the_largest_official_workbook_is_read_within_the_limits() -> None:
    content = official(WORKBOOK).read_bytes()
    assert (await read(content, WORKBOOK, limits=None)).rows == 10_521 + 1_529  # and leavers and joiners
