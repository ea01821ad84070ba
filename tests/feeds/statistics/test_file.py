"""The whole official files: every row accounted for, and Ofsted's own counts found again."""

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from tests.builders import day
from tests.history.bundled.test_bundle import OFFICIAL
from tests.shared_data import IN_YEAR, SNAPSHOTS, WORKBOOK, official
from watcher.facts.inspection import Inspection, Kind
from watcher.facts.records import gather_records
from watcher.facts.regulators import CHILDRENS_HOMES, OFSTED
from watcher.facts.sources import Sort
from watcher.feeds.statistics.dates import FileKind
from watcher.feeds.statistics.file import FileReading, read_file

ROWS = (4086, 4416, 4455, 3488, 3480, 3463, 3612, 3767, 4160, 4921)
ROWS_OF_SNAPSHOTS = (2797, 2864, 3876, 5600)


@cache
def reading_of(name: str) -> FileReading:
    return read_file(name, official(name).read_bytes())


@pytest.mark.parametrize(
    ("name", "rows"), [*zip(IN_YEAR, ROWS, strict=True), *zip(SNAPSHOTS, ROWS_OF_SNAPSHOTS, strict=True)]
)
def test_every_row_is_understood(name: str, rows: int) -> None:
    reading = reading_of(name)
    assert (reading.rows, reading.understood + reading.without_inspection) == (rows, rows)
    assert reading.refused == ()
    assert reading.without_inspection == (1257 if "march_2025" in name else 0)
    assert reading.kind is (FileKind.IN_YEAR if name in IN_YEAR else FileKind.SNAPSHOT)


def test_the_only_doubts_are_the_five_known_ones() -> None:
    doubts = {
        (name, doubt.row, doubt.reason.split(",")[0])
        for name in (*IN_YEAR, *SNAPSHOTS)
        for doubt in reading_of(name).doubts
    }
    assert doubts == {
        ("All_SocCare_inspec_1718.csv.gz", 2288, "published on 2017-07-27"),
        ("All_SocCare_inspec_2223.csv.gz", 610, "the event number '1.02E+07' is spoiled"),
        ("All_SocCare_inspec_2223.csv.gz", 1389, "the event number '1.02E+07' is spoiled"),
        ("All_SocCare_inspec_2223.csv.gz", 3767, "published on 2022-03-17"),
        ("provider_at_march_2018.csv.gz", 1845, "published on 2017-07-27"),
    }


@pytest.mark.parametrize("name", IN_YEAR)
def test_the_inadequate_homes_of_a_year_are_as_many_as_ofsted_says(name: str) -> None:
    reading = reading_of(name)
    homes = {home.key for home in reading.homes if OFSTED.family(home.type) == CHILDRENS_HOMES.name}
    inadequate = [
        inspection
        for inspection in _own(reading)
        if inspection.kind is Kind.FULL
        and inspection.home in homes
        and inspection.rating
        and inspection.rating.is_inadequate
    ]
    assert abs(len(inadequate) - OFFICIAL[reading.as_of.year]) <= 1


def _own(reading: FileReading) -> list[Inspection]:
    """Without the blocks of previous inspections: each of those lies before the year, or is a row of it."""
    began = reading.as_of.replace(year=reading.as_of.year - 1)
    own = {inspection.key: inspection for inspection in reading.inspections if inspection.day > began}
    return list(own.values())


def test_home_and_event_number_are_unique_over_all_years() -> None:
    assert sum(reading_of(name).rows for name in IN_YEAR) == 39_848
    own = [inspection for name in IN_YEAR for inspection in _own(reading_of(name))]
    assert len(own) == 39_848
    numbered = Counter((inspection.home, inspection.event) for inspection in own if inspection.event)
    assert set(numbered.values()) == {1}
    assert len(numbered) == 39_848 - 13 - 2


def test_325_dates_moved_between_the_years_and_the_snapshot_of_2019() -> None:
    years = {
        inspection.key: inspection.day for name in IN_YEAR for inspection in _own(reading_of(name)) if inspection.event
    }
    both = [
        (years[inspection.key], inspection.day)
        for inspection in reading_of(SNAPSHOTS[1]).inspections
        if inspection.key in years
    ]
    moved = [(before, after) for before, after in both if before != after]
    assert (len(both), len(moved)) == (2838, 325)
    assert all(1 <= (before - after).days <= 9 and before < day("2018-04-10") for before, after in moved)


def test_no_visit_stands_twice_in_all_files_together() -> None:
    statements: dict[str, list[Inspection]] = {}
    for name in (*IN_YEAR, *SNAPSHOTS):
        for inspection in reading_of(name).inspections:
            statements.setdefault(inspection.home, []).append(inspection)
    repeated = []
    for stated in statements.values():
        found = [record.inspection for record in gather_records(stated)]
        for one, other in pairwise(found):
            near = one.kind is other.kind and (other.day - one.day).days <= 10
            if near and not {source.name for source in one.sources} & {source.name for source in other.sources}:
                repeated.append((one.key, other.key))
    assert repeated == []


def test_the_workbook_says_what_the_csv_files_of_its_sheets_say() -> None:
    name = "one name for all"
    workbook = read_file(name, official(WORKBOOK).read_bytes())
    sheets = [read_file(name, official(file).read_bytes()) for file in (SNAPSHOTS[3], IN_YEAR[-1])]
    assert workbook.kind is FileKind.BOTH
    assert sum(sheet.rows for sheet in sheets) == 10_521
    assert workbook.rows == 10_521 + 1_529  # leavers and joiners
    assert workbook.inspections == tuple(inspection for sheet in sheets for inspection in sheet.inspections)
    listed = {home for home in workbook.homes if home.source and home.source.sort is not Sort.MOVES}
    assert listed == {home for sheet in sheets for home in sheet.homes}
    assert workbook.refused == ()
