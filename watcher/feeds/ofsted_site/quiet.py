"""Until when a reading that found nothing new would find nothing new again, were all answers the same; pure."""

from datetime import datetime

from watcher.feeds.feed import Cursor
from watcher.feeds.ofsted_site.cursor import load


def quiet_until(cursor: Cursor, now: datetime) -> datetime | None:
    """The moment at which a page, a file or a part of the whole list is looked at anew; None if one is due by now.

    Days are not reckoned here: what is due on another day is due with the first reading of that day.
    """
    progress = load(cursor)
    if "others" in cursor or progress.baseline is None or not progress.baseline.complete or progress.slow.due is None:
        return None
    if progress.failures or progress.runs or progress.slow.waiting:  # something is wrong, and may be tried at any poll
        return None
    looks = [again.due for again in progress.again.values()]
    looks += [missing.due for missing in progress.missing.values()]
    looks += [watched.due for watched in progress.watched.values()]
    due = min(progress.slow.due, *looks) if looks else progress.slow.due
    return due if due > now else None
