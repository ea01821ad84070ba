"""Lengths of time as people write and read them."""

from datetime import timedelta

import pytest

from watcher.timing.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", timedelta(0)),
        ("90s", timedelta(seconds=90)),
        ("1h30m", timedelta(minutes=90)),
        (" 60 D ", timedelta(days=60)),
        ("250ms", timedelta(milliseconds=250)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_a_length_of_time_is_read(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "30", "m", "30 parsecs", "-5m", "1.5h", "5m later", "99999999999999999d"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no length|too long"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("length", "expected"),
    [(timedelta(0), "0s"), (timedelta(days=3, hours=4, minutes=5), "3d 4h"), (timedelta(seconds=-61), "-1m 1s")],
)
def test_a_length_of_time_is_shown_by_its_two_largest_units(length: timedelta, expected: str) -> None:
    assert format_duration(length) == expected
