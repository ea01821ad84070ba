"""Text tables in whichever dress: other separators, other encodings, and quotation marks that swallow rows."""

import csv
import io

import pytest

from tests.feeds.statistics.files import NAME, csv_of, row
from watcher.feeds.statistics.file import read_file
from watcher.feeds.tables.containers import FileRefusedError

ROWS = [row(Organisation=f"Élm Homes {number} Limited", URN=f"SC00000{number}") for number in range(1, 6)]
PLAIN = csv_of(*ROWS)


def separated_by(separator: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(csv.reader(io.StringIO(PLAIN.decode(), newline="")))
    return text.getvalue().encode()


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_say_the_same(separator: str) -> None:
    assert read_file(NAME, separated_by(separator)).inspections == read_file(NAME, PLAIN).inspections


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_other_encodings_say_the_same(encoding: str) -> None:
    assert read_file(NAME, PLAIN.decode().encode(encoding)).homes == read_file(NAME, PLAIN).homes


@pytest.mark.parametrize("order", ["le", "be"])
def test_both_orders_of_bytes_are_known_by_their_mark(order: str) -> None:
    assert read_file(NAME, ("\ufeff" + PLAIN.decode()).encode(f"utf-16-{order}")).rows == len(ROWS)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PLAIN.decode().encode("utf-16-le"), "is no text, or UTF-16 without its mark"),
        (b"\xff\xfe" + PLAIN.decode().encode("utf-16-le")[:-1], "begins as UTF-16 and does not go on so"),
        (b"\xef\xbb\xbf" + PLAIN + b"\xff", "begins as UTF-8 and does not go on so"),
    ],
)
def test_what_is_not_sure_to_be_text_is_refused_by_name(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefusedError, match=f"{NAME} {reason}"):
        read_file(NAME, content)


@pytest.mark.parametrize(
    ("spoiled", "line"),
    [
        (PLAIN.replace("Élm Homes 2 Limited".encode(), '"Élm Homes 2 Limited'.encode()), 3),  # to the end of the file
        (PLAIN.replace(b"Homes 4", b'Homes 4"').replace("Élm Homes 2".encode(), '"Élm Homes 2'.encode()), 3),
        (
            PLAIN.replace("Élm Homes 2 Limited".encode(), '"Élm Homes'.encode()).replace(
                "Élm Homes 4 Limited".encode(), b'Elm Homes"'
            ),
            3,
        ),
    ],
    ids=["never closed", "closed in mid-cell", "closed at the end of a cell two rows further down"],
)
def test_a_stray_quotation_mark_that_swallows_rows_is_noticed(spoiled: bytes, line: int) -> None:
    with pytest.raises(FileRefusedError, match=f"{NAME}, line {line}: a quotation mark there swallows"):
        read_file(NAME, spoiled)


def test_a_cell_of_several_lines_is_no_stray_quotation_mark() -> None:
    said = row(Organisation="Elm Homes,\nLimited, of Derby")
    assert read_file(NAME, csv_of(said)).homes[0].owner == "Elm Homes, Limited, of Derby"
