"""Leavers and joiners: who was registered, who has gone and since when; known to the history, told to nobody."""

from datetime import date

import pytest

from tests.feeds.statistics.files import EXCERPTS
from tests.shared_data import FOLDER
from watcher.facts.sources import Sort
from watcher.feeds.statistics.dates import FileKind
from watcher.feeds.statistics.file import read_file
from watcher.feeds.tables.containers import FileRefusedError

TITLE = "Children's social care data in England 2023 - Leavers and Joiners at 31 March 2023\n\n"
HEADER = (
    "URN,Provision type,Government Office Region,Local authority,Parliamentary constituency,Sector,Places,"
    "First effective date (that the provider became active),First effective date (that the provider became resigned),"
    "First effective date (that the provider closed),First effective date (that the provider became cancelled),"
    "Joiner status,Leaver status,Registration status (as at 1 April 2022),Registration status (as at 31 March 2023),"
    "Name,Reason\n"
)
LEFT = (
    "SC000001,Children's home,East Midlands,Derby,Derby South,Private,4,25/04/2014,31/08/2022,31/08/2022,,,Leaver,"
    "Active,Resigned,REDACTED,\n"
)
JOINED = (
    "1270001,Children's home,East Midlands,Derby,Derby South,Local Authority,4,01/09/2022,,,,Joiner,,,Active,"
    "REDACTED,\n"
)


def test_a_leaver_has_gone_since_its_day_and_a_joiner_was_registered_on_its() -> None:
    reading = read_file("joiners_leavers_23.csv", (TITLE + HEADER + LEFT + JOINED).encode())
    left, joined = reading.homes
    assert (left.status, left.registered, left.closed_on) == ("resigned", date(2014, 4, 25), date(2022, 8, 31))
    assert (joined.status, joined.registered, joined.closed_on) == ("active", date(2022, 9, 1), None)
    assert (joined.local_authority, joined.places, joined.name) == ("Derby", 4, None)
    assert (left.constituency, left.sector, joined.sector) == ("Derby South", "private", "local authority")
    assert left.source is not None
    assert (left.source.as_of, left.source.sort) == (date(2023, 3, 31), Sort.MOVES)
    assert (reading.kind, reading.rows, reading.without_inspection) == (FileKind.MOVES, 2, 2)
    assert (reading.inspections, reading.refused, reading.doubts) == ((), (), ())


def test_rows_that_are_not_understood_are_listed() -> None:
    odd = LEFT.replace("SC000001", "somewhere") + LEFT.replace("31/08/2022", "") + JOINED.replace("01/09/2022", "soon")
    reading = read_file("joiners_leavers_23.csv", (TITLE + HEADER + odd).encode())
    assert [(refused.row, "is no URN" in refused.reason) for refused in reading.refused] == [(4, True)]
    assert [(doubt.row, doubt.reason[:30]) for doubt in reading.doubts] == [
        (5, "it is resigned, and no day is "),
        (6, "the day since when it is activ"),
    ]


def test_a_list_that_does_not_say_its_year_is_refused() -> None:
    with pytest.raises(FileRefusedError, match="which year's leavers and joiners"):
        read_file("list.csv", (HEADER + LEFT).encode())


def test_the_sheet_of_a_workbook_is_read_too() -> None:
    workbook = read_file("provider_at_march_2025.ods", (EXCERPTS / "provider_at_march_2025.ods").read_bytes())
    moved = [home for home in workbook.homes if home.source and home.source.sort is Sort.MOVES]
    assert [(home.id, home.status, home.closed_on) for home in moved] == [
        ("1236453", "resigned", date(2025, 1, 13)),
        ("2807199", "active", None),
        ("2781227", "active", None),
    ]


def test_the_real_list_of_2023() -> None:
    file = FOLDER / "ofsted" / "joiners_leavers_23.csv"
    if not file.exists():
        pytest.skip("the official files are not beside this checkout: ../shared/data/ofsted")
    reading = read_file(file.name, file.read_bytes())
    gone = [home for home in reading.homes if home.closed_on]
    assert (reading.rows, len(reading.refused), len(gone)) == (575, 0, 168)
    assert [doubt.reason for doubt in reading.doubts] == ["it is resigned, and no day is given since when"]
