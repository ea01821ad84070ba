"""Why an alert is sent once more."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.facts.stored import ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Why an alert is sent once more: it is the n-th reminder, or nobody acknowledged it for a while."""

    number: int = field(default=0, metadata=ALWAYS)
    """0 for an escalation."""
    after_seconds: float | None = None
    """How long nobody had acknowledged it; None for a numbered reminder."""
    alert: datetime
    """When the alert itself was made."""

    @property
    def after(self) -> timedelta | None:
        """`after_seconds` as a time."""
        return None if self.after_seconds is None else timedelta(seconds=self.after_seconds)
