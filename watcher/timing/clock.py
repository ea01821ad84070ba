"""The only place that asks what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time to whoever was handed it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment, unmoved by changes of the wall clock."""
        return time.monotonic()


def awake_or_asleep() -> float:
    """Seconds since some fixed moment that go on while the machine sleeps, as those of other machines do."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class AcceleratedClock:
    """A clock that stands at a given moment until `go`, and then runs `factor` times as fast as the machine's."""

    def __init__(self, start: datetime, factor: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._start = start
        self._factor = factor
        self._machine = monotonic
        self._elapsed = 0.0
        self._went: float | None = None

    def go(self) -> None:
        """Lets time run on."""
        if self._went is None:
            self._went = self._machine()

    def hold(self) -> None:
        """Lets time stand still."""
        self._elapsed = self.monotonic()
        self._went = None

    def now(self) -> datetime:
        """The accelerated moment, aware, in UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Accelerated seconds that this clock has run."""
        return self._elapsed if self._went is None else self._elapsed + (self._machine() - self._went) * self._factor
