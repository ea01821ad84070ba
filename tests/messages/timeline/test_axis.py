"""Where points and years stand: in the order of time, never on top of each other, never outside."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from watcher.messages.timeline.axis import labels, places

DAYS = st.lists(st.dates(date(2005, 1, 1), date(2035, 1, 1)), min_size=2, max_size=30).map(sorted)
ROUNDING = 0.001


@given(DAYS)
def test_points_keep_their_order_and_their_distance_within_the_bounds(days: list[date]) -> None:
    found = places(days, 200, 500, 24)
    least = min(24, 300 / (len(days) - 1))
    assert all(after - before >= least - ROUNDING for before, after in pairwise(found))
    assert found[0] >= 200 - ROUNDING
    assert found[-1] <= 500 + ROUNDING


@given(DAYS)
def test_no_label_touches_another_and_the_last_is_always_there(days: list[date]) -> None:
    at = places(days, 200, 500, 24)
    found = labels(days, at, 512)
    assert found[-1] == (len(days) - 1, f"{days[-1]:%b} {days[-1].year}")
    centres = [at[index] for index, _ in found[:-1]]
    assert all(after - before >= 34 + 6 for before, after in pairwise(centres))
    assert all(centre + 17 <= 512 - 58 - 6 for centre in centres)


@given(DAYS)
def test_the_first_year_is_shown(days: list[date]) -> None:
    assert labels(days, places(days, 200, 500, 24), 512)[0] == (0, str(days[0].year))


def test_time_is_in_proportion_where_there_is_room() -> None:
    assert places([date(2015, 1, 1), date(2016, 1, 1), date(2018, 12, 31)], 0, 400, 24) == [0, 100, 400]


def test_inspections_of_one_week_stand_side_by_side() -> None:
    first = date(2018, 7, 17)
    found = places([date(2014, 1, 1), first, first + timedelta(days=7)], 0, 300, 24)
    assert found == [0, 276, 300]


def test_a_single_point_stands_where_the_newest_stands() -> None:
    assert places([date(2018, 7, 17)], 200, 500, 24) == [500]
    assert labels([date(2018, 7, 17)], [500], 512) == [(0, "Jul 2018")]
