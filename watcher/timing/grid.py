"""What is due when: pure functions of persisted times, so that no restart, jitter or clock step moves the grid."""

import zlib
from datetime import UTC, datetime, timedelta

SMALL_STEP = timedelta(minutes=5)
"""A wall clock is put right by so much in the ordinary course; by more it was set, or the machine slept."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def due_at(name: str, every: timedelta, began: datetime | None, not_before: datetime | None, now: datetime) -> datetime:
    """When a feed is to be read next: the grid point after its last reading, or later if it asked for that.

    The grid is fixed by the feed's name, so that feeds don't all begin at once. A last reading in the future (the clock
    was set back) does not count, nor what it asked for; longer than a day after a reading nobody is waited for.
    """
    if began is not None and began > now + SMALL_STEP:
        return now
    if began is None or began > now:
        due = now
    else:
        offset = timedelta(seconds=zlib.crc32(name.encode()) % max(1, int(every.total_seconds())))
        steps = (began - _EPOCH - offset) // every + 1
        due = _EPOCH + offset + steps * every
    latest_sane = (began or now) + timedelta(days=1)
    return max(due, min(not_before, latest_sane)) if not_before else due
