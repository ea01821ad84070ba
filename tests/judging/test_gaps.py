"""What may be counted over a span of time: only where all that was published in it is known."""

from datetime import date

import pytest

from tests.builders import day
from watcher.facts.regulators import PANDEMIC
from watcher.judging.gaps import complete_since, covered, days_lost

PAUSES = (PANDEMIC,)
MARCHES = [date(year, 3, 31) for year in (2018, 2019, 2020, 2022, 2023)]


def test_years_that_follow_each_other_are_one_span_and_the_pandemic_is_no_gap() -> None:
    assert covered(MARCHES, None, PAUSES) == ((day("2017-03-31"), day("2023-04-30")),)


def test_a_missing_year_is_a_gap_and_a_feed_covers_all_since_it_was_first_read() -> None:
    spans = covered([date(2018, 3, 31), date(2023, 3, 31)], day("2026-11-24"), PAUSES)
    assert [first for first, _ in spans] == [day("2017-03-31"), day("2022-03-31"), day("2026-11-24")]
    assert spans[-1][1] == date.max


def test_nothing_known_covers_nothing() -> None:
    assert covered([], None, PAUSES) == ()
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
    spans = covered(MARCHES, day("2026-11-24"), PAUSES)
    assert complete_since(spans, day(on), day(earliest)) == (day(since) if since else None)


def test_old_inspections_of_some_homes_cover_nothing_for_the_others() -> None:
    """A new installation reads the whole past of the homes that it visits, and of no others."""
    spans = covered(MARCHES, day("2024-07-15"), PAUSES)
    assert complete_since(spans, day("2024-07-20"), day("2023-07-20")) == day("2024-07-15")


def test_days_without_inspections_are_lost() -> None:
    spans = covered(MARCHES, None, PAUSES)
    assert days_lost(spans, day("2018-01-01"), day("2019-01-01"), PAUSES).days == 0
    assert days_lost(spans, day("2020-01-01"), day("2022-01-01"), PAUSES) == PANDEMIC[1] - PANDEMIC[0]
    assert days_lost(spans, day("2023-04-30"), day("2024-04-30"), PAUSES).days == 366


def test_where_the_inspectors_never_paused_a_missing_year_is_a_gap() -> None:
    spans = covered(MARCHES, None, ())
    assert [first for first, _ in spans] == [day("2017-03-31"), day("2021-03-31")]
    assert days_lost(spans, day("2020-05-01"), day("2021-01-01"), ()) == day("2021-01-01") - day("2020-05-01")
