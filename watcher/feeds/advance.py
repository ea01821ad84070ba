"""How far a reading has come, while it is under way; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.messages.numbers import counted


@dataclass(frozen=True, slots=True)
class Advance:
    """The pages of a reading: how many are done, of how many that are due, since when."""

    done: int
    due: int
    began: datetime

    def left(self, now: datetime) -> timedelta | None:
        """How long it goes on at the pace so far; None where there is no pace yet, or the clock was set back."""
        so_far = now - self.began
        return so_far / self.done * (self.due - self.done) if self.done and so_far > timedelta(0) else None

    def sentence(self, now: datetime) -> str:
        """The same for people, such as "131 of 349 pages, about 9 minutes left"."""
        pages, left = f"{self.done:,} of {counted(self.due, 'page')}", self.left(now)
        if left is None or self.done == self.due:
            return pages
        minutes = round(left.total_seconds() / 60)
        return f"{pages}, about {counted(minutes, 'minute')} left" if minutes else f"{pages}, less than a minute left"


OnAdvance = Callable[[str, Advance | None], None]
"""Called with a feed's name at each page of its reading, and with None when the reading has ended."""


def unnoticed(_: str, __: Advance | None) -> None:
    """For whom nobody waits."""
