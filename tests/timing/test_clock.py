"""The clocks tell aware UTC and never run backwards inside."""

from datetime import UTC, datetime, timedelta

from tests.clock import ManualClock
from watcher.timing.clock import AcceleratedClock, SystemClock

START = datetime(2018, 7, 1, tzinfo=UTC)


def test_the_systems_clock_is_aware_and_monotonic() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_an_accelerated_clock_runs_by_its_factor_between_go_and_hold() -> None:
    machine = [100.0]
    clock = AcceleratedClock(START, factor=3600, monotonic=lambda: machine[0])
    machine[0] += 7
    assert clock.now() == START
    clock.go()
    machine[0] += 0.5
    assert clock.now() == START + timedelta(minutes=30)
    clock.hold()
    machine[0] += 7
    assert clock.monotonic() == 1800
    clock.go()
    machine[0] += 0.5
    assert clock.now() == START + timedelta(hours=1)


def test_a_step_of_the_wall_clock_lets_no_time_pass() -> None:
    clock = ManualClock(START)
    clock.advance(timedelta(seconds=5))
    clock.step(START - timedelta(days=1))
    assert (clock.now(), clock.monotonic()) == (START - timedelta(days=1), 5.0)
