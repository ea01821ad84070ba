"""How a line to Slack stands, and how patiently it is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from watcher.timing.backoff import delay, with_jitter


@dataclass(frozen=True, slots=True)
class LineState:
    """How a line stands, in an operator's words."""

    is_connected: bool
    since: datetime
    """When it was opened, or lost."""
    trouble: str = ""
    """One sentence: what happened, what to do; empty while all is well."""
    is_refused: bool = False
    """Whether nothing but an operator mends it; it is tried again all the same, slowly."""
    app_id: str = ""
    """The app it belongs to, once Slack has said it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a line waits for what."""

    first_wait: timedelta = timedelta(seconds=1)
    """Between the first failure and the next try; twice as long after each."""
    longest_wait: timedelta = timedelta(minutes=1)
    first_wait_refused: timedelta = timedelta(minutes=1)
    longest_wait_refused: timedelta = timedelta(minutes=15)
    settled: timedelta = timedelta(minutes=1)
    """A line that lasted so long is opened again at once."""
    opening: timedelta = timedelta(seconds=20)
    """From the call to an open connection, and from there to Slack's greeting."""
    silence: timedelta = timedelta(seconds=10)
    """After which Slack is asked whether it is still there."""
    answer: timedelta = timedelta(seconds=20)
    """In which anything at all has to come."""
    farewell: timedelta = timedelta(seconds=15)
    """In which the old connection is listened to beside the new one."""

    def wait(
        self, failures: int, rng: Random, *, is_refused: bool = False, at_least: timedelta | None = None
    ) -> timedelta:
        """How long the next try waits after so many failures in a row; up to a quarter longer, as chance has it."""
        base = self.first_wait_refused if is_refused else self.first_wait
        cap = self.longest_wait_refused if is_refused else self.longest_wait
        own = delay(max(failures, 1) if is_refused else failures, base=base, cap=cap)
        return with_jitter(max(own, at_least or timedelta()), 0.25, rng)
