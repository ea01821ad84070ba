"""How long to wait before trying again."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from watcher.timing.backoff import delay, not_before, parse_retry_after, with_jitter

NOW = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
BASE = timedelta(seconds=30)
CAP = timedelta(hours=6)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (-1, 0), (1, 30), (2, 60), (3, 120), (10, 15_360), (11, 21_600), (12, 21_600), (10_000, 21_600)],
)
def test_the_wait_doubles_up_to_the_cap_and_never_overflows(failures: int, seconds: int) -> None:
    assert delay(failures, base=BASE, cap=CAP) == timedelta(seconds=seconds)


def test_a_base_beyond_the_cap_is_cut_to_the_cap() -> None:
    assert delay(1, base=timedelta(days=2), cap=CAP) == CAP


def test_a_base_of_nothing_waits_for_nothing() -> None:
    assert delay(10_000, base=timedelta(), cap=CAP) == timedelta()


def test_jitter_spreads_later_and_never_earlier() -> None:
    rng = Random(4)
    waits = [with_jitter(timedelta(minutes=10), 0.1, rng) for _ in range(1_000)]
    assert timedelta(minutes=10) <= min(waits) < timedelta(minutes=10, seconds=2)
    assert timedelta(minutes=10, seconds=58) < max(waits) <= timedelta(minutes=11)


@pytest.mark.parametrize(
    ("failures", "asked", "expected"),
    [
        (0, None, NOW),
        (2, None, NOW + 2 * BASE),
        (2, NOW + timedelta(hours=9), NOW + timedelta(hours=9)),
        (2, NOW + timedelta(seconds=1), NOW + 2 * BASE),
        (2, NOW - DAY, NOW + 2 * BASE),
    ],
)
def test_the_later_of_own_back_off_and_what_was_asked_for_counts(
    failures: int, asked: datetime | None, expected: datetime
) -> None:
    assert not_before(NOW, failures, asked, BASE, CAP) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("0", NOW),
        ("120", NOW + timedelta(seconds=120)),
        (" 120 ", NOW + timedelta(seconds=120)),
        ("86401", NOW + DAY),
        ("9" * 5_000, NOW + DAY),
        ("Mon, 03 Aug 2026 12:30:00 GMT", NOW + timedelta(minutes=30)),
        ("Monday, 03-Aug-26 12:30:00 GMT", NOW + timedelta(minutes=30)),
        ("Mon Aug  3 12:30:00 2026", NOW + timedelta(minutes=30)),
        ("Mon, 03 Aug 2026 13:30:00 +0100", NOW + timedelta(minutes=30)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", NOW + DAY),
    ],
)
def test_retry_after_is_read_in_all_its_forms_and_a_day_at_most(header: str, expected: datetime) -> None:
    assert parse_retry_after(header, NOW) == expected


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "soon",
        "-5",
        "1.5",
        "1e3",
        "٣",
        "Sun, 02 Aug 2026 12:00:00 GMT",
        "Mon, 03 Aug 20260 12:30:00 GMT",
        "Mon, 99 Aug 2026 12:30:00 GMT",
        "Mon, 03 Aug 2026 12:30:00 +99999999999",
        "Fri, 31 Dec 9999 23:59:59 -2359",
    ],
)
def test_retry_after_that_is_missing_rubbish_negative_or_past_is_none(header: str | None) -> None:
    assert parse_retry_after(header, NOW) is None
