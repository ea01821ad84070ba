"""What is due is decided from persisted times on a fixed grid."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.timing.grid import due_at

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)


def test_a_feed_never_read_is_due_at_once() -> None:
    assert due_at("ofsted", EVERY, None, None, NOON) <= NOON


def test_after_a_reading_the_next_grid_point_is_due_and_jitter_does_not_move_it() -> None:
    first = due_at("ofsted", EVERY, NOON, None, NOON)
    assert timedelta(0) < first - NOON <= EVERY
    for late in (timedelta(0), timedelta(seconds=29), timedelta(minutes=29)):
        assert due_at("ofsted", EVERY, first + late, None, first + late) == first + EVERY


@given(st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)), st.integers(1, 10_000))  # noqa: DTZ001 - made aware below
def test_every_grid_point_is_hit_once(began: datetime, minutes: int) -> None:
    every, start = timedelta(minutes=minutes), began.replace(tzinfo=UTC)
    due = due_at("ofsted", every, start, None, start)
    assert start < due <= start + every
    assert due_at("ofsted", every, due, None, due) == due + every


def test_feeds_do_not_all_begin_at_once() -> None:
    assert due_at("ofsted", EVERY, NOON, None, NOON) != due_at("cqc", EVERY, NOON, None, NOON)


def test_after_an_outage_it_is_due_at_once_and_only_once() -> None:
    restarted = NOON + timedelta(days=3)
    assert due_at("ofsted", EVERY, NOON, None, restarted) <= restarted
    assert due_at("ofsted", EVERY, restarted, None, restarted) > restarted


@pytest.mark.parametrize(
    ("wait", "expected"), [(timedelta(hours=2), timedelta(hours=2)), (timedelta(days=400), timedelta(days=1))]
)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=90), timedelta(hours=23)])
def test_a_publisher_that_asks_to_wait_is_heeded_but_never_for_ever(
    wait: timedelta, expected: timedelta, later: timedelta
) -> None:
    assert due_at("ofsted", EVERY, NOON, NOON + wait, NOON + later) == NOON + expected


@pytest.mark.parametrize("ahead", [timedelta(hours=20), timedelta(days=31), timedelta(days=1400)])
@pytest.mark.parametrize("wait", [None, timedelta(minutes=30), timedelta(days=2)])
def test_a_clock_set_back_does_not_silence_a_feed(ahead: timedelta, wait: timedelta | None) -> None:
    asked = None if wait is None else NOON + ahead + wait
    for later in (timedelta(0), timedelta(hours=1), timedelta(days=6)):
        assert due_at("ofsted", EVERY, NOON + ahead, asked, min(NOON + later, NOON + ahead - EVERY)) <= NOON + later


def test_what_a_publisher_asked_for_holds_where_the_clock_is_corrected_by_seconds() -> None:
    asked = NOON + timedelta(hours=2)
    assert due_at("ofsted", EVERY, NOON + timedelta(seconds=3), asked, NOON) == asked
