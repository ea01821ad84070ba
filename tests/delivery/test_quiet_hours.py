"""When it is quiet: by local clocks, over midnight, on the days named, and on both days when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from watcher.delivery.channels.email.options import EmailDigestOptions
from watcher.delivery.quiet_hours import QuietHours

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)


def quiet(begins: str = "20:00", ends: str = "07:00", **more: object) -> QuietHours:
    return QuietHours.model_validate({"from": begins, "to": ends, **more})


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WINTER_NIGHT = at("2026-11-30 07:00")


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-11-29 19:59:59", None),
        ("2026-11-29 20:00", WINTER_NIGHT),
        ("2026-11-30 00:00", WINTER_NIGHT),
        ("2026-11-30 06:59:59.999999", WINTER_NIGHT),
        ("2026-11-30 07:00", None),
        ("2026-07-01 18:59", None),  # 19:59 in summer
        ("2026-07-01 19:00", at("2026-07-02 06:00")),
    ],
)
def test_over_midnight_the_first_moment_is_quiet_and_the_last_is_not(moment: str, end: datetime | None) -> None:
    assert quiet().end(at(moment), LONDON) == end


def test_within_a_day() -> None:
    siesta = quiet("13:00", "15:30")
    assert siesta.end(at("2026-11-29 13:00"), LONDON) == at("2026-11-29 15:30")
    assert siesta.end(at("2026-11-29 12:59"), LONDON) is None
    assert siesta.end(at("2026-11-29 15:30"), LONDON) is None


def test_the_days_are_those_on_which_it_begins() -> None:
    friday = quiet(days="fri")
    assert friday.end(at("2026-11-28 03:00"), LONDON) == at("2026-11-28 07:00"), "the night to Saturday"
    assert friday.end(at("2026-11-27 03:00"), LONDON) is None, "the night to Friday"
    assert friday.end(at("2026-11-28 21:00"), LONDON) is None


CLOCKS = [
    # Clocks go forward at 01:00 UTC of 29 March: 01:00 to 02:00 are skipped.
    ("20:00", "07:00", "2026-03-28 20:00", "2026-03-29 06:00"),
    ("20:00", "01:30", "2026-03-28 20:00", "2026-03-29 01:30"),  # 01:30 is not shown: it is 02:30
    ("01:30", "07:00", "2026-03-29 01:30", "2026-03-29 06:00"),
    # They go back at 01:00 UTC of 25 October: 01:00 to 02:00 are shown twice.
    ("20:00", "07:00", "2026-10-24 19:00", "2026-10-25 07:00"),
    ("20:00", "01:30", "2026-10-24 19:00", "2026-10-25 00:30"),
    ("01:30", "07:00", "2026-10-25 00:30", "2026-10-25 07:00"),
    ("01:15", "01:45", "2026-10-25 00:15", "2026-10-25 00:45"),
]  # fmt: skip


@pytest.mark.parametrize(("begins", "ends", "first", "last"), CLOCKS)
def test_when_clocks_change_it_is_quiet_once(begins: str, ends: str, first: str, last: str) -> None:
    hours, minute = quiet(begins, ends), timedelta(minutes=1)
    start, end = at(first), at(last)
    night = [start - timedelta(hours=5) + number * minute for number in range(20 * 60)]
    silent = [moment for moment in night if hours.end(moment, LONDON) == end]
    assert (silent[0], silent[-1]) == (start, end - minute)
    assert len(silent) == (end - start) / minute, "without a gap"


def test_quiet_hours_that_the_change_of_clocks_swallows_hold_nothing() -> None:
    hours = quiet("01:30", "02:15")
    moments = (at("2026-03-29 00:00") + timedelta(minutes=number) for number in range(180))
    assert {hours.end(moment, LONDON) for moment in moments} == {None}


TIMES = st.times().map(lambda time: f"{time:%H:%M}")


@given(TIMES, TIMES, st.integers(0, 10 * 365 * 24 * 60))
def test_what_is_quiet_ends_within_a_day_and_stays_so_until_then(begins: str, ends: str, minutes: int) -> None:
    moment = at("2020-01-01") + timedelta(minutes=minutes)
    if begins == ends:
        return
    hours = quiet(begins, ends)
    end = hours.end(moment, LONDON)
    if end is not None:
        assert moment < end <= moment + DAY + timedelta(hours=1)
        assert hours.end(end - timedelta(microseconds=1), LONDON) == end
        assert hours.end(end, LONDON) != end


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"from": "20:00", "to": "20:00"}, "from and to are the same time"),
        ({"from": "8pm", "to": "07:00"}, 'write the time of day as "07:30"'),
        ({"from": "24:00", "to": "07:00"}, 'write the time of day as "07:30"'),
        ({"from": "20:00"}, "Field required"),
        ({"from": "20:00", "to": "07:00", "days": []}, "name at least one"),
        ({"from": "20:00", "to": "07:00", "days": ["monday"]}, "Input should be 'mon'"),
        ({"from": "20:00", "to": "07:00", "until": "x"}, "Extra inputs"),
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        QuietHours.model_validate(given)


def test_a_digest_has_its_own_hours() -> None:
    mail = {"smtp": "smtp://mail.invalid", "from": "watcher@example.org", "to": ["desk@example.org"]}
    with pytest.raises(ValidationError, match="leave it out: a digest waits anyhow"):
        EmailDigestOptions.model_validate({**mail, "quiet": {"from": "20:00", "to": "07:00"}})
