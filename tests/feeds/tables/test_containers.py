"""A file is what its content says; what is damaged, locked or unpacks beyond measure is refused, never half read."""

import gzip
import io
import zipfile
import zlib
from dataclasses import replace

import pytest

from tests.feeds.statistics.files import EXCERPTS, NAME, csv_of, row, xlsx_of, zip_of
from watcher.feeds.statistics.file import OFFICIAL, read_file
from watcher.feeds.tables.containers import FileRefusedError

ODS = (EXCERPTS / "provider_at_march_2025.ods").read_bytes()


@pytest.mark.parametrize("name", [NAME, f"{NAME}.gz", "inspec_1819.ods", "inspec_1819.xlsx"])
def test_the_content_tells_what_a_file_is_not_its_name(name: str) -> None:
    plain = csv_of(row())
    assert read_file(name, plain).inspections == read_file(name, gzip.compress(plain)).inspections != ()


def test_a_workbook_is_recognised_under_any_name() -> None:
    assert read_file("provider.csv", ODS).rows == 18


def test_an_xlsx_says_the_same_as_the_csv() -> None:
    said = row(URN="1027077")
    cells: list[str | int] = [int(cell) if cell.isdigit() else cell for cell in said.values()]
    workbook = xlsx_of({"Cover": [["Cover sheet"]], "In year": [["a title"], [], list(said), cells, []]})
    reading = read_file("inspec_1819.csv", workbook)
    plain = read_file("inspec_1819.csv", csv_of(said))
    assert [replace(inspection, sources=()) for inspection in reading.inspections] == [
        replace(inspection, sources=()) for inspection in plain.inspections
    ]
    assert reading.inspections[0].sources[0].name == "inspec_1819.csv (inspections in year)"
    assert (reading.rows, reading.understood) == (1, 1)


def test_the_digest_is_of_the_unpacked_file() -> None:
    plain = csv_of(row())
    assert read_file(NAME, plain).digest == read_file(NAME, gzip.compress(plain)).digest


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(csv_of(row()))[:-9], "ends in the middle"),
        (b"\x1f\x8b is no gzip", "is damaged"),
        (gzip.compress(csv_of(row()))[:-8] + b"checksum", "is damaged"),
        (gzip.compress(gzip.compress(csv_of(row()))), "is no text"),
        (ODS[:3000], "damaged or locked"),
        (ODS[:200] + b"\0" * 50 + ODS[250:], "damaged"),
        (zip_of({"holiday.jpg": "no workbook"}), "cannot be read as a workbook"),
        (xlsx_of({"Cover": [["Cover sheet"]]}), "none of its first 10 records"),
    ],
)
def test_damaged_and_foreign_files_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=reason):
        read_file(NAME, content)


@pytest.mark.parametrize("cut", range(0, len(ODS), 997))
def test_a_workbook_cut_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(FileRefusedError):
        read_file("provider_at_march_2025.ods", ODS[:cut])


def test_a_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    packer = zlib.compressobj(9, wbits=31)
    megabyte = b"," * 2**20
    bomb = b"".join(packer.compress(megabyte) for _ in range(OFFICIAL.text // 2**20 + 1)) + packer.flush()
    with pytest.raises(FileRefusedError, match="unpacks to more than 33,554,432 bytes"):
        read_file(NAME, bomb)


def test_a_workbook_that_claims_too_much_is_refused_unread() -> None:
    claims = bytearray(zip_of({"content.xml": "<a/>"}))
    directory = claims.rindex(b"PK\x01\x02")
    claims[directory + 24 : directory + 28] = (OFFICIAL.workbook + 1).to_bytes(4, "little")
    with pytest.raises(FileRefusedError, match="unpacks to more than 536,870,912 bytes"):
        read_file("bomb.ods", bytes(claims))


def test_a_workbook_that_holds_more_than_it_claims_is_refused() -> None:
    lies = bytearray(zip_of({"content.xml": "x" * 100_000}))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = lies.rindex(mark) + place
        lies[start : start + 4] = (10).to_bytes(4, "little")
    with pytest.raises(FileRefusedError, match="damaged"):
        read_file("bomb.ods", bytes(lies))


def test_two_parts_of_one_name_are_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("content.xml", "<a/>")
        archive.writestr("content.xmm", "<b/>")
    with pytest.raises(FileRefusedError, match="two parts of one name"):
        read_file("twice.ods", packed.getvalue().replace(b"content.xmm", b"content.xml"))
