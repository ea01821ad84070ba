"""Years from April to March, and which of them can be counted."""

import pytest

from tests.builders import day, home, inspection
from watcher.facts.regulators import OFSTED
from watcher.facts.statements import HomeRecord
from watcher.judging.register import Entry, Sector
from watcher.judging.years import Coverage, Year

TODAY = day("2026-01-15")
FILES = (
    ("All_inspec_2019.csv", "2019-03-31"),
    ("All_inspec_2020.csv", "2020-03-31"),
    ("All_inspec_2022.csv", "2022-03-31"),
)


def sector(*files: tuple[str, str], watched: str | None = None) -> Sector:
    found = [inspection("2018-06-01", "good", source=name, as_of=as_of) for name, as_of in files]
    entry = Entry.of(HomeRecord.of(home()), found, watched_since=day(watched) if watched else None)
    return Sector(OFSTED, [entry])


@pytest.mark.parametrize(
    ("on", "name"),
    [("2024-03-31", "2023-24"), ("2024-04-01", "2024-25"), ("1999-12-31", "1999-00"), ("2009-04-01", "2009-10")],
)
def test_a_year_begins_on_the_first_of_april(on: str, name: str) -> None:
    year = Year.of(day(on))
    assert year.name == name
    assert year.first <= day(on) <= year.last
    assert Year.of(year.last) == Year.of(year.first) == year


def test_the_years_of_the_files_count_whole_and_the_pause_between_them_not_at_all() -> None:
    coverage = Coverage.of(sector(*FILES), TODAY)
    assert [year.name for year in coverage.years if coverage.is_whole(year)] == ["2018-19", "2019-20", "2021-22"]
    assert [(year.name, why) for year, why in coverage.gaps()] == [
        ("2020-21", "inspections paused from 17 March 2020 to 12 April 2021"),
        ("2022-23", "the history does not reach so far"),
        ("2023-24", "the history does not reach so far"),
        ("2024-25", "the history does not reach so far"),
        ("2025-26", "the history does not reach so far"),
    ]
    assert [year.name for year in coverage.years if coverage.is_paused(year)] == ["2020-21"]


def test_a_year_without_a_file_between_others_is_a_gap() -> None:
    coverage = Coverage.of(sector(("All_inspec_2017.csv", "2017-03-31"), FILES[0]), day("2019-03-31"))
    assert [(year.name, why) for year, why in coverage.gaps()] == [("2017-18", "the history has a gap there")]


def test_a_year_that_is_watched_from_its_middle_is_covered_in_part() -> None:
    coverage = Coverage.of(sector(*FILES, watched="2025-06-10"), TODAY, watched_until=day("2026-01-12"))
    year = Year(2025)
    assert coverage.counts(year)
    assert not coverage.is_whole(year)
    assert list(coverage.days(year)) == [(day("2025-06-10"), day("2026-01-12"))]


def test_files_and_watching_that_meet_are_one_span() -> None:
    coverage = Coverage.of(sector(FILES[2], watched="2022-04-01"), TODAY)
    assert list(coverage.spans) == [(day("2021-04-01"), TODAY)]


def test_a_history_without_files_that_is_not_watched_covers_nothing() -> None:
    coverage = Coverage.of(sector(), TODAY)
    assert coverage.years == []
    assert coverage.gaps() == []
    assert not coverage.counts(Year(2025))


def test_a_file_of_a_calendar_year_covers_that_year() -> None:
    coverage = Coverage.of(sector(("All_inspec_2019.csv", "2019-12-31"), ("All_inspec_2024.csv", "2024-02-28")), TODAY)
    assert list(coverage.spans) == [(day("2019-01-01"), day("2019-12-31")), (day("2023-02-28"), day("2024-02-28"))]
