"""Any table in a stream: every dress says the same, what is no table is refused, and memory does not grow."""

import gzip
import io
import json
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feeds.statistics.files import zip_of
from tests.feeds.tables.dresses import (
    DRESSES,
    MANIFEST,
    NAME,
    WRAPPINGS,
    Records,
    cell,
    line,
    numbered,
    ods,
    ods_of,
    read,
    separated,
    xlsx_sharing,
    zipped,
)
from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.streams import REGISTERS, stream_tables

TABLE = [
    ["ID", "Name", "Grade", "Note"],
    ["1-101", "Élm House; the old", "Good", ""],
    ["1-102", "Oak | Ash, <Yew> & Co", "", "two lines,\nof which this is one"],
    ["007", 'The "Elms"', "Requires improvement", "x"],
]


@pytest.mark.parametrize("wrap", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES)
def test_every_dress_says_the_same(dress: Callable[[Records], bytes], wrap: Callable[[bytes], bytes]) -> None:
    assert numbered(wrap(dress(TABLE))) == list(enumerate(TABLE, 1))


LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp"), exclude_characters="\ufffe\uffff\ufeff")
TEXTS = st.text(LETTERS, max_size=8).map(str.strip)


@settings(max_examples=15)
@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=4))
def test_any_texts_come_back_from_every_dress(cells: list[tuple[str, str, str]]) -> None:
    table = [["id", "b", "c", "d"], *([f"{number}", *record] for number, record in enumerate(cells, 1))]
    for what, dress in DRESSES.items():
        assert (len(table) == 1 and what.startswith("JSON")) or next(iter(read(dress(table)).values())) == table, what


def test_a_file_on_the_disk_is_read_like_its_bytes(tmp_path: Path) -> None:
    for dress in (separated, ods_of, lambda table: gzip.compress(separated(table))):
        file = tmp_path / "register"
        file.write_bytes(dress(TABLE))
        (table,) = [list(table.records) for table in stream_tables("register", file, REGISTERS, ("id",))]
        assert [list(cells) for _, cells in table] == TABLE


def test_blank_records_are_left_out_and_the_others_keep_their_numbers_and_width() -> None:
    content = b"Register of homes\n\nid,name,,\n , ,\n1,Elm\n2,Oak,x,y,z\n3\n,,,\n"
    assert numbered(content) == [
        (1, ["Register of homes"]),
        (3, ["id", "name"]),
        (5, ["1", "Elm"]),
        (6, ["2", "Oak", "x", "y", "z"]),
        (7, ["3", "", "", "", ""]),
    ]


def test_a_byte_that_the_encoding_does_not_know_costs_that_letter_alone() -> None:
    assert read(b"id,name\n1,\x9dlm \xc9\n") == {"": [["id", "name"], ["1", "�lm É"]]}


@pytest.mark.parametrize(
    ("content", "line_number"),
    [
        (separated(TABLE) + b'9,"never closed,Good,\n10,Oak,Good,x\n', 6),
        (b'id,a,b,c,d\n1,"Elm,Good,x,y\n2,Oak",Good,x,y\n', 2),
        (b'id,a,b,c\n1,2,3,4\n1,2,3,4\n1,2,3,"x\n2,Oak",Good,y\n', 4),
        (b'id,a,b,c\n1,"2"3,3,4\n', 2),
        (b'id,name\n1,"' + b"Elm\n" * 60_000, 2),
    ],
    ids=["never closed", "closed in the same column", "closed further left", "in mid-cell", "to the end"],
)
def test_a_quotation_mark_that_swallows_rows_is_noticed(content: bytes, line_number: int) -> None:
    with pytest.raises(FileRefusedError, match=rf"^{NAME}, line {line_number}: a quotation mark there swallows"):
        read(content)


def test_prose_of_several_lines_is_no_swallowed_row() -> None:
    said = "Clean the kitchen, the hall,\nthe stairs, the attic, and so on, and so forth, daily."
    assert read(separated([["id", "note", "x"], ["1", said, ""]]))[""][1] == ["1", said, ""]


BOMB = gzip.compress(b"," * 3_000_000)
SMALL = replace(REGISTERS, text=100_000, workbook=200_000, cells=10_000)
WORKBOOK = ods_of(TABLE)


NO_TABLES = {
    "nothing": (b"", "is empty"),
    "blanks": (b" \n\n ", "is empty"),
    "a page": (b"\n<!DOCTYPE  html><html><title>Sign in</title>", r"is a page for browsers \(HTML\), perhaps one"),
    "a page in zip": (zipped(b"<html>"), r"^register.csv \(a.bin\) is a page for browsers"),
    "a page behind words": (b"Please wait<html>", "is a page for browsers"),
    "XML": (b"<?xml version='1.0'?><rows/>", "is XML"),
    "PDF": (b"%PDF-1.7\nabc", "is a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9, "is no text"),
    "UTF-16 cut in a letter": ("\ufeffid,name".encode("utf-16-le")[:-1], "begins as UTF-16 and does not go on so"),
    "locked XLSX or XLS": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "locked with a password, or one of an",
    ),
    "locked ODS": (
        zip_of({"content.xml": "x", MANIFEST: "<m><encryption-data/></m>"}),
        "is locked with a password: save it without",
    ),
    "locked ODS of today": (
        zip_of({"mimetype": "x", "encrypted-package": "x", MANIFEST: "<m><encryption-data/></m>"}),
        "is locked with a password: save it without",
    ),
    "UTF-8 cut in a letter": ("id,name\n1,Élm É".encode()[:-1], "ends in the middle of a letter: it is cut off"),
    "another document": (zip_of({"[Content_Types].xml": "", "word/document.xml": ""}), "but no workbook"),
    "several files": (zipped(b"a", "a.csv", "b.csv", "c/"), r"is a zip with 2 files \(a.csv, b.csv\)"),
    "an empty zip": (zip_of({}), "is a zip with no file"),
    "packed too often": (gzip.compress(gzip.compress(gzip.compress(b"id"))), "packed more than 2 times over"),
    "gzip cut": (gzip.compress(separated(TABLE))[:-9], "is cut off, damaged or locked"),
    "gzip with a wrong sum": (gzip.compress(separated(TABLE))[:-8] + bytes(8), "is cut off, damaged or locked"),
    "zip cut": (zipped(separated(TABLE))[:-30], "is cut off, damaged or locked"),
    "ODS cut": (WORKBOOK[: len(WORKBOOK) // 2], "is cut off, damaged or locked"),
    "ODS with wrong bytes": (WORKBOOK.replace(b"content.xml", b"content.xmm"), "no file|2 files|3 files"),
    "gzip bomb": (BOMB, "has more than 100,000 bytes: that is no register"),
    "zip bomb by its claim": (zipped(b"," * 3_000_000), "unpacks to more than 100,000 bytes"),
    "zip in gzip bomb": (gzip.compress(zipped(b"," * 3_000_000)), "unpacks to more than 100,000 bytes"),
    "workbook by its claim": (ods(line(cell("x" * 200_000))), "unpacks to more than 200,000 bytes"),
    "a long line": (b"id," + b"x" * 100_001, r"has more than 100,000 bytes"),
    "too many cells": (b",\n,x\n" * 5_100, "has more than 10,000 cells: that is no register"),
}


@pytest.mark.parametrize(("content", "reason"), NO_TABLES.values(), ids=NO_TABLES)
def test_what_is_no_table_or_too_much_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=reason):
        read(content, SMALL)


def test_a_last_letter_of_another_encoding_is_no_cut() -> None:
    assert read("id,name\n1,Caf\xc9".encode("cp1252"))[""][1] == ["1", "CafÉ"]


def test_a_line_without_end_is_not_read_into_memory() -> None:
    with pytest.raises(FileRefusedError, match="a line of more than 100,000 characters"):
        read(b"id," + b"x" * 300_000)


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.8, 0.99])
@pytest.mark.parametrize("what", ["JSON", "JSON in an object", "ODS", "XLSX"])
def test_a_file_that_ends_in_the_middle_is_refused(what: str, cut: float) -> None:
    content = DRESSES[what](TABLE)
    with pytest.raises(FileRefusedError, match="cut off"):
        read(content[: int(len(content) * cut)])


def test_a_part_that_holds_other_than_it_claims_is_refused() -> None:
    content = bytearray(zipped(separated(TABLE)))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.rindex(mark) + place
        content[start : start + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefusedError, match="damaged"):
        read(bytes(content))


def test_a_damaged_workbook_is_refused_at_its_end_at_the_latest() -> None:
    content = ods_of([["id", "name"], *([str(number), "Elm"] for number in range(2_000))])
    for part in (len(content) // 3, len(content) // 2):
        with pytest.raises(FileRefusedError):
            read(content[:part] + bytes([content[part] ^ 0xFF]) + content[part + 1 :])


@pytest.mark.parametrize("dress", DRESSES)
def test_whatever_is_changed_in_a_file_it_is_read_or_refused(dress: str) -> None:
    content, chance = DRESSES[dress](TABLE), Random(dress)
    outcomes = {"read": 0, "refused": 0}
    for _ in range(150):
        try:
            said = read(_spoiled(content, chance))
        except FileRefusedError:
            outcomes["refused"] += 1
        else:
            outcomes["read"] += 1
            assert all(cell.encode() is not None for table in said.values() for cells in table for cell in cells)
    assert outcomes["refused"]


def _spoiled(content: bytes, chance: Random) -> bytes:
    """The file with a few bytes that are others, gone or twice there; in half the workbooks inside a part."""
    if content.startswith(b"PK") and chance.random() < 0.5:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
        return zip_of({**parts, name: _spoiled(parts[name].encode(), chance).decode("utf-8", "replace")})
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(spoiled) - 1)
        spoiled[at : at + chance.choice((0, 1, 1, 9))] = chance.choice(
            (b"", b"<", b'"', b"\xff", b"0", spoiled[:at][-9:])
        )
    return bytes(spoiled)


def _many(rows: int) -> list[list[str]]:
    return [["id", "name", "grade"], *([str(number), f"Home {number}", "Good"] for number in range(rows))]


@pytest.mark.parametrize("dress", ["CSV", "JSON", "JSON lines", "ODS", "XLSX"])
def test_memory_does_not_grow_with_the_file(dress: str) -> None:
    few, many = (_peak(DRESSES[dress](_many(rows))) for rows in (2_000, 8_000))
    assert many < few + 200_000


def _peak(content: bytes) -> int:
    """Bytes that were in use at most beside the file itself."""
    tracemalloc.start()
    try:
        for table in stream_tables(NAME, content, REGISTERS, ("id",)):
            for _ in table.records:
                pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_texts_that_cells_share_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watcher.feeds.tables.xlsx_book._MOST_SHARED", 1_000)
    with pytest.raises(FileRefusedError, match="give it as CSV or ODS"):
        read(xlsx_sharing([["id"], *([str(number)] for number in range(20))]))


def test_a_deep_json_and_a_bomb_in_a_gzip_of_it_are_refused() -> None:
    with pytest.raises(FileRefusedError, match="cannot be read as JSON"):
        read(b'[{"a":' + b"[" * 100_000)
    packer = zlib.compressobj(9, wbits=31)
    with pytest.raises(FileRefusedError, match="a value of more than 4,194,304 characters"):
        read(packer.compress(b'[{"a":"' + b"x" * 9_000_000) + packer.flush())


def test_json_is_read_whatever_its_encoding() -> None:
    text = json.dumps([{"id": "1", "name": "Élm"}], ensure_ascii=False)
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert read(text.encode(encoding)) == {"": [["id", "name"], ["1", "Élm"]]}
