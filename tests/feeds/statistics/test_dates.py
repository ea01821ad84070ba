"""Which day's state a file tells, and what sort of file it is."""

from datetime import date

import pytest

from tests.builders import day
from tests.feeds.statistics.files import NAME, csv_of, excerpt, row
from watcher.feeds.statistics.dates import FileKind, is_plausible
from watcher.feeds.statistics.file import read_file
from watcher.feeds.tables.containers import FileRefusedError


@pytest.mark.parametrize(
    ("name", "kind", "state"),
    [
        ("All_SocCare_inspec_1415.csv", FileKind.IN_YEAR, "2015-03-31"),
        ("All_SocCare_inspec_1718.csv", FileKind.IN_YEAR, "2018-03-31"),
        ("All_SocCare_inspec_2122_fin.csv", FileKind.IN_YEAR, "2022-03-31"),
        ("All_SocCare_inspec_2223.csv", FileKind.IN_YEAR, "2023-03-31"),
        ("Provider_level_in_year_2024-25.csv", FileKind.IN_YEAR, "2025-03-31"),
        ("provider_at_march_2018.csv", FileKind.SNAPSHOT, "2018-03-31"),
        ("provider_at_march_2019.csv", FileKind.SNAPSHOT, "2019-03-31"),
        ("provider_at_march_2024.csv", FileKind.SNAPSHOT, "2024-03-31"),
        ("provider_at_march_2025.csv", FileKind.SNAPSHOT, "2025-03-31"),
        ("provider_at_march_2025.ods", FileKind.BOTH, "2025-03-31"),
    ],
)
def test_a_real_files_state_and_kind(name: str, kind: FileKind, state: str) -> None:
    reading = excerpt(name)
    assert (reading.kind, reading.as_of) == (kind, day(state))


@pytest.mark.parametrize(
    ("title", "state"),
    [
        ("Children's social care data in England 2023 - Provider level in year 2022-23", "2023-03-31"),
        ("Provider level as at 31 March 2024", "2024-03-31"),
        ("Provider level as at 30 September 2025", "2025-09-30"),
        ("Provider level at 30_09_25", "2019-03-31"),
        ("Provider level as at 31 February 2024", "2019-03-31"),
        ("A title that says nothing", "2019-03-31"),
    ],
)
def test_the_title_goes_before_the_rows(title: str, state: str) -> None:
    inspected = row(Inspection_date="17/07/2018")
    assert read_file("file.csv", csv_of(inspected, above=[[title]])).as_of == day(state)


def test_one_typing_error_does_not_move_the_state_of_a_whole_file() -> None:
    rows = [row(URN=f"SC{number:06}") for number in range(40)]
    reading = read_file("file.csv", csv_of(*rows, row(URN="SC900001", Inspection_date="17/07/2081")))
    assert reading.as_of == date(2019, 3, 31)
    assert [(refused.row, refused.reason) for refused in reading.refused] == [
        (42, "the inspection date 2081-07-17 cannot be in a file of 2019-03-31")
    ]


def test_without_a_title_inspections_that_go_far_back_make_a_snapshot() -> None:
    rows = [row(URN=f"SC{n:06}", Inspection_date=f"17/07/{2015 + n % 4}", Publication_date="") for n in range(40)]
    assert read_file("file.csv", csv_of(*rows)).kind is FileKind.SNAPSHOT


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("inspec_1819.csv", "2019-03-31"),
        ("provider_at_march_2018.csv", "2018-03-31"),
        ("in_year_2022-23.csv", "2023-03-31"),
    ],
)
def test_a_file_without_rows_goes_by_its_name(name: str, state: str) -> None:
    header = csv_of(row()).splitlines(keepends=True)[0]
    reading = read_file(name, header)
    assert (reading.as_of, reading.rows, reading.inspections) == (day(state), 0, ())


def test_a_file_that_tells_no_day_is_refused() -> None:
    with pytest.raises(FileRefusedError, match="say which day's state"):
        read_file("file.csv", csv_of(row()).splitlines(keepends=True)[0])


@pytest.mark.parametrize(
    ("text", "plausible"),
    [("1989-12-31", False), ("1990-01-01", True), ("2019-07-01", True), ("2019-07-02", False)],
)
def test_how_far_a_file_may_date(text: str, plausible: bool) -> None:
    assert is_plausible(day(text), date(2019, 3, 31)) is plausible


def test_the_state_depends_on_nothing_but_the_file() -> None:
    content = csv_of(row())
    assert read_file(NAME, content) == read_file(f"/elsewhere/{NAME}.gz", content)
