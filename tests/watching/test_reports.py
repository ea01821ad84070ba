"""When a report is due: on local dates, once each, whatever the month's length and the clock."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from watcher.watching.reports import ReportTimes, report_due

LONDON = ZoneInfo("Europe/London")


def times(**facts: Any) -> ReportTimes:
    return ReportTimes.model_validate({"to": "board", **facts})


@pytest.mark.parametrize(
    ("when", "local", "last"),
    [
        ({"day": 1}, "2026-03-01T08:00", "2026-03-01"),
        ({"day": 1}, "2026-03-01T07:59", "2026-02-01"),
        ({"day": 1}, "2026-02-28T23:00", "2026-02-01"),
        ({"day": 31}, "2026-02-28T08:00", "2026-02-28"),
        ({"day": 31}, "2026-03-30T08:00", "2026-02-28"),
        ({"day": 31}, "2026-03-31T08:00", "2026-03-31"),
        ({"day": 29}, "2028-02-29T09:00", "2028-02-29"),
        ({"day": 30}, "2028-03-01T09:00", "2028-02-29"),
        ({"day": 15}, "2026-01-03T09:00", "2025-12-15"),
        ({"weekday": "mon"}, "2026-03-02T08:00", "2026-03-02"),
        ({"weekday": "mon"}, "2026-03-02T07:00", "2026-02-23"),
        ({"weekday": "mon"}, "2026-03-08T23:00", "2026-03-02"),
        ({"weekday": "sun", "at": "01:30"}, "2026-03-29T02:05", "2026-03-29"),  # the hour that is skipped
        ({"weekday": "sun", "at": "01:30"}, "2026-10-25T01:30", "2026-10-25"),  # the hour that comes twice
    ],
)
def test_the_latest_that_is_due(when: dict[str, Any], local: str, last: str) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=LONDON).astimezone(UTC)
    assert times(**when).last_due(LONDON, now) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("when", "day", "begins"),
    [
        ({"day": 1}, "2026-03-01", "2026-02-01"),
        ({"day": 31}, "2026-02-28", "2026-01-31"),
        ({"day": 31}, "2026-03-31", "2026-02-28"),
        ({"weekday": "fri"}, "2026-03-06", "2026-02-27"),
    ],
)
def test_it_tells_of_the_time_since_the_one_before(when: dict[str, Any], day: str, begins: str) -> None:
    assert times(**when).begins(date.fromisoformat(day)) == date.fromisoformat(begins)


MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("last", "first", "was_made", "due"),
    [
        (APRIL, None, False, False),
        (APRIL, APRIL, True, False),
        (APRIL, MARCH, False, True),
        (APRIL, MARCH, True, False),
        (MARCH, APRIL, False, False),
    ],
)
def test_the_first_comes_at_its_time_and_none_twice(last: date, first: date | None, was_made: bool, due: bool) -> None:
    assert report_due(last, first, was_made=was_made) is due


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ({}, "either day = 1"),
        ({"day": 1, "weekday": "mon"}, "either day = 1"),
        ({"day": 32}, "less than or equal to 31"),
        ({"day": 0}, "greater than or equal to 1"),
        ({"weekday": "monday"}, "'mon'"),
        ({"day": 1, "at": "8"}, "07:30"),
        ({"day": 1, "to": []}, "is empty"),
    ],
)
def test_what_cannot_be_meant_is_refused(when: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        times(**when)
