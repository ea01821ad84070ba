"""A clock that stood ahead and is right again: what was put off until its days, or dated by it, is brought back; pure.

Nobody can tell how far ahead it stood, nor since when. So all that waits is taken up at once, and what was dated by it
counts as of the newest day that the publisher's own list has shown, which is never later than the true one.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from watcher.feeds.ofsted_site.cursor import Again, Progress, WatchedFile
from watcher.feeds.ofsted_site.files import LOOKS, WEEK, next_look
from watcher.feeds.ofsted_site.plan import AGAIN, FUTURE, LAGGING, LASTING, PASSING
from watcher.feeds.ofsted_site.poll import GONE_FOR
from watcher.feeds.ofsted_site.slow import EVERY
from watcher.timing.grid import SMALL_STEP

LONGEST_FAILURE = max(*PASSING, *LASTING, *LAGGING)


def bring_back(progress: Progress, look_back: timedelta, now: datetime, today: date) -> bool:
    """Takes back what a clock that has been set back since had put off or dated; whether it was set back.

    Then no home, file or part of the list waits any longer because of the former clock, whatever could not be read is
    tried now, and nothing published since the list was read last is taken for older than the first reading or than the
    last good one. A file that was read well is looked at again within days, from its first look on. A clock that went
    on as it should, or was put right by minutes, alters nothing.
    """
    if not _was_set_back(progress, now, today):
        return False
    _end_waits(progress, now, today)
    newest = _newest_shown(progress, today)
    if newest is not None:  # else it is the present clock that is wrong, and what is dated is right
        _date_anew(progress, look_back, newest, today)
    _look_again(progress, now, today)
    return True


def _was_set_back(progress: Progress, now: datetime, today: date) -> bool:
    """Whether the reading before began after now; of one that did not note it, whether it left what lies too far ahead.

    No wait is longer than the longest that there is.
    """
    if progress.noted is not None:
        return progress.noted > now + SMALL_STEP
    waits = [(failure.due, LONGEST_FAILURE) for failure in progress.failures.values()]
    waits += [(again.due, max(AGAIN)) for again in progress.again.values()]
    waits += [(missing.due, max(*LASTING, WEEK)) for missing in progress.missing.values()]
    waits += [(watched.due, max(LOOKS)) for watched in progress.watched.values()]
    waits += [(progress.slow.due, EVERY)] if progress.slow.due is not None else []
    waits += [(progress.read, timedelta())] if progress.read is not None else []
    begun = progress.baseline.begun if progress.baseline is not None else today
    return (
        any(due > now + wait + SMALL_STEP for due, wait in waits)
        or any(day > today + GONE_FOR for day in progress.not_before.values())
        or begun > today
    )


def _end_waits(progress: Progress, now: datetime, today: date) -> None:
    progress.failures = {urn: replace(one, due=min(one.due, now)) for urn, one in progress.failures.items()}
    progress.missing = {
        name: replace(file, due=min(file.due, now), since=min(file.since, today))
        for name, file in progress.missing.items()
    }
    progress.watched = {name: _watched_anew(file, now) for name, file in progress.watched.items()}
    progress.not_before = {urn: day for urn, day in progress.not_before.items() if day <= today}
    if progress.slow.due is not None:
        progress.slow = replace(progress.slow, due=min(progress.slow.due, now))


def _watched_anew(file: WatchedFile, now: datetime) -> WatchedFile:
    """A file whose next look lies further ahead than it is ever put off: its looks, of which some are spent, begin."""
    if file.due <= now + next_look(file.looks):
        return file
    return replace(file, looks=0, due=now + next_look(0))


def _newest_shown(progress: Progress, today: date) -> date | None:
    """The newest day that the list has shown, or today for want of one; None if several lie ahead of today."""
    shown = list(progress.homes.items())
    shown += [(entry.urn, entry.latest) for page in progress.pages for entry in page.entries if entry.latest]
    ahead = {urn for urn, day in shown if day > today + FUTURE}
    if len(ahead) > 1:
        return None
    return min(max((day for _, day in shown if day <= today + FUTURE), default=today), today)


def _date_anew(progress: Progress, look_back: timedelta, newest: date, today: date) -> None:
    progress.homes = {urn: latest for urn, latest in progress.homes.items() if latest <= today + FUTURE}
    if progress.read is not None:
        progress.read = min(progress.read, datetime.combine(newest, time(), UTC))
    baseline = progress.baseline
    if baseline is None or baseline.begun <= newest:
        return
    if baseline.complete and baseline.since <= today:
        progress.baseline = replace(baseline, begun=newest)
    else:  # of days to come it has seen nothing
        since = min(baseline.since, newest - look_back)
        progress.baseline = replace(baseline, since=since, begun=newest, complete=False)


def _look_again(progress: Progress, now: datetime, today: date) -> None:
    """At the homes of these days: to a clock that stood ahead they were homes of long ago."""
    fresh = (urn for urn, latest in progress.homes.items() if latest >= today - timedelta(days=1))
    progress.again = dict.fromkeys((*progress.again, *fresh), Again(0, now))
