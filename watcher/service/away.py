"""Tells the operator of a database that is away, past the outbox: once, and once more when it is back."""

from collections.abc import Callable
from datetime import datetime, timedelta

from watcher.delivery.operators import sender
from watcher.messages.message import Notice
from watcher.service.announcements import notice_of
from watcher.service.past_the_outbox import LastResort
from watcher.service.self_watch import matter_of_refusal
from watcher.timing.durations import format_duration

SOON = timedelta(seconds=10)
"""A restart and a short pause are nobody's concern."""

WHO_STOOD_BY = timedelta(minutes=5)
"""After so long a service tells of it that did not lead: whoever led may be gone with the database."""


class AwayWatch:
    """What one service knows of the database being away."""

    def __init__(self, last_resort: Callable[[], LastResort], *, soon: timedelta = SOON) -> None:
        self._last_resort, self._soon = last_resort, soon
        self.since: datetime | None = None
        """Since when it is away; None while it answers."""
        self._told: Notice | None = None

    def look(self, why: str, now: datetime, *, has_led: bool) -> None:
        """Notes why it is away, empty while it answers; tells whoever is to know. Called every second."""
        if not why:
            self._note_back(now)
            return
        self.since = self.since or now
        if self._told is None and now - self.since >= (self._soon if has_led else WHO_STOOD_BY):
            self._told = notice_of(matter_of_refusal(why), now, sender())
            self._last_resort().tell(self._told, now)

    def _note_back(self, now: datetime) -> None:
        told, since = self._told, self.since
        self._told = self.since = None
        if told is not None and since is not None:
            text = f"It lasted {format_duration(now - since)}."
            over = Notice(f"over: {told.title}", text, topic=told.topic, is_over=True, sender=sender())
            self._last_resort().tell(over, now)
