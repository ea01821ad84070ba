"""What may be counted over a span of time: only where all that was published in it is known."""

from datetime import date

import pytest

from tests.builders import day
from watcher.facts.sources import holds_a_year, lists_all, source_name
from watcher.judging.gaps import PANDEMIC, complete_since, covered, days_lost

MARCHES = [date(year, 3, 31) for year in (2018, 2019, 2020, 2022, 2023)]


def test_years_that_follow_each_other_are_one_span_and_the_pandemic_is_no_gap() -> None:
    assert covered(MARCHES, None) == ((day("2017-03-31"), day("2023-04-30")),)


def test_a_missing_year_is_a_gap_and_a_feed_covers_all_since_it_was_first_read() -> None:
    spans = covered([date(2018, 3, 31), date(2023, 3, 31)], day("2026-11-24"))
    assert [first for first, _ in spans] == [day("2017-03-31"), day("2022-03-31"), day("2026-11-24")]
    assert spans[-1][1] == date.max


def test_nothing_known_covers_nothing() -> None:
    assert covered([], None) == ()
    assert complete_since((), day("2024-01-01"), day("2023-01-01")) is None


@pytest.mark.parametrize(
    ("on", "earliest", "since"),
    [
        ("2019-06-01", "2018-06-01", "2018-06-01"),
        ("2017-06-01", "2016-06-01", "2017-03-31"),
        ("2025-06-15", "2024-06-15", None),
        ("2026-11-30", "2025-11-30", "2026-11-24"),
    ],
)
def test_since_when_all_is_known(on: str, earliest: str, since: str | None) -> None:
    spans = covered(MARCHES, day("2026-11-24"))
    assert complete_since(spans, day(on), day(earliest)) == (day(since) if since else None)


def test_old_inspections_of_some_homes_cover_nothing_for_the_others() -> None:
    """A new installation reads the whole past of the homes that it visits, and of no others."""
    spans = covered(MARCHES, day("2024-07-15"))
    assert complete_since(spans, day("2024-07-20"), day("2023-07-20")) == day("2024-07-15")


def test_days_without_inspections_are_lost() -> None:
    spans = covered(MARCHES, None)
    assert days_lost(spans, day("2018-01-01"), day("2019-01-01")).days == 0
    assert days_lost(spans, day("2020-01-01"), day("2022-01-01")) == PANDEMIC[1] - PANDEMIC[0]
    assert days_lost(spans, day("2023-04-30"), day("2024-04-30")).days == 366


@pytest.mark.parametrize(
    ("name", "year", "lists"),
    [
        ("All_SocCare_inspec_1819.csv", True, False),
        ("All_SocCare_inspec_2122_fin.csv", True, False),
        ("Provider_level_in_year_2024-25.csv", True, False),
        ("provider_at_march_2018.csv", False, True),
        ("Provider_level_at_31_Mar_2025", False, True),
        ("ofsted", False, False),
        ("ofsted report history", False, False),
    ],
)
def test_a_files_own_name_says_what_it_holds(name: str, *, year: bool, lists: bool) -> None:
    assert (holds_a_year(name), lists_all(name)) == (year, lists)


@pytest.mark.parametrize("file", ["release.ods", "provider_at_march_2026.ods", "All_SocCare_inspec_2526.xlsx", "a.csv"])
@pytest.mark.parametrize("is_sheet", [True, False])
def test_where_it_does_not_the_reader_of_the_file_adds_it(file: str, *, is_sheet: bool) -> None:
    assert lists_all(source_name(file, is_sheet=is_sheet, is_list=True)) or file.startswith("All_SocCare")
    assert holds_a_year(source_name(file, is_sheet=is_sheet, is_list=False))
