"""Time as a test has it pass."""

from datetime import datetime, timedelta


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._elapsed = 0.0

    def now(self) -> datetime:
        """The moment it was last moved to."""
        return self._now

    def monotonic(self) -> float:
        """Seconds it was advanced by; a step of the wall clock does not count."""
        return self._elapsed

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by
        self._elapsed += by.total_seconds()

    def step(self, to: datetime) -> None:
        """Set the wall clock, as NTP or an administrator would; no time passes."""
        self._now = to
