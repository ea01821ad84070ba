"""Working days between two days."""

from datetime import date

import pytest

from tests.builders import day
from watcher.timing.working_days import working_days_between


@pytest.mark.parametrize(
    ("earlier", "later", "days"),
    [
        ("2026-11-27", "2026-11-27", 0),
        ("2026-11-27", "2026-11-30", 0),  # Friday to Monday
        ("2026-11-27", "2026-12-01", 1),
        ("2026-11-27", "2026-12-14", 10),
        ("2026-12-01", "2026-11-27", 0),
        ("2022-09-08", "2022-09-21", 8),
    ],
)
def test_neither_of_the_two_days_counts_nor_a_weekend(earlier: str, later: str, days: int) -> None:
    assert working_days_between(day(earlier), day(later)) == days


def test_pauses_do_not_count() -> None:
    pause = (date(2022, 9, 9), date(2022, 9, 19))
    assert working_days_between(day("2022-09-08"), day("2022-09-21"), (pause,)) == 1
