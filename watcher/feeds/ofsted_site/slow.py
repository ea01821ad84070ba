"""The slow pass over the whole list: what has appeared under a date that no reading looks at any more.

A reading asks for what was published in the last weeks. A report that was withheld and released, or listed again,
appears under its own old date. So the rest of the list is gone through as well, in spans of days from late to early
ones, each read whole with the count that the site gives it, a few a day; a pass takes some two weeks. A home is due
whose latest report there is later than anything that is known of it.

The first pass is a baseline of its own: what it finds was there before anybody looked, and is background, unless it was
published since the watcher began. After a complete first pass everything on the list is known; what is later than that
has appeared meanwhile, and is told, under whatever date. A span that is not believed is read again, never passed over.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from watcher.feeds.feed import Problem, Trouble
from watcher.feeds.ofsted_site.access import SiteAccess
from watcher.feeds.ofsted_site.cursor import Progress, SlowSweep
from watcher.feeds.ofsted_site.markup import UnexpectedPageError
from watcher.feeds.ofsted_site.plan import Due
from watcher.feeds.ofsted_site.remit import Remit
from watcher.feeds.ofsted_site.search import ROWS, SearchEntry
from watcher.feeds.ofsted_site.sweep import Sweep, sweep
from watcher.feeds.web.http import FetchFailed

EVERY = timedelta(hours=8)
"""From one span to the next."""
SOON = timedelta(hours=1)
"""After the network or the publisher has failed."""
OVERLAP = timedelta(days=7)
"""So many days are asked for that other readings look at too: a site that doesn't show them has not understood."""
EARLIEST = date(2004, 1, 1)
"""There is no report on a home from before."""
MOST_HOMES = 6
"""Of those found, as many are read at one poll."""
LONGEST_SPAN = 3_650
TOLD_FOR = timedelta(days=1)


async def step(
    site: SiteAccess,
    remit: Remit,
    progress: Progress,
    fast: Sequence[SearchEntry],
    since: date,
    latest_published: Callable[[str], date | None],
    now: datetime,
) -> tuple[Problem, ...]:
    """Reads one more span if it is time; `since` is the day from which every reading looks, and `fast` what it saw.

    Notes in `progress` which homes wait to be read; what can't be told is for the operator.
    """
    slow = progress.slow
    if slow.due is None:
        progress.slow = replace(slow, due=now + EVERY)
        return ()
    if slow.waiting or now < slow.due:
        return ()
    until = slow.until or since + OVERLAP
    first = max(EARLIEST, until - timedelta(days=slow.days - 1))
    try:
        found = await sweep(site, remit, progress.categories, first, (), until)
    except FetchFailed:
        progress.slow = replace(slow, due=now + SOON)
        return ()
    except UnexpectedPageError as error:
        return _not_believed(remit, progress, first, until, str(error), now)
    doubt = found.doubt or _why_not_understood(found, fast, first, until)
    if doubt is not None:
        return _not_believed(remit, progress, first, until, doubt, now)
    waiting = tuple(entry for entry in found.entries if _is_later(entry, progress, latest_published, now.date()))
    days = _days_after(slow.days, len(found.entries))
    progress.slow = replace(slow, until=first - timedelta(days=1), days=days, due=now + EVERY, waiting=waiting)
    _end_pass(progress)
    return ()


def _days_after(days: int, entries: int) -> int:
    """How many days are asked for next: as many as fill one page or two."""
    if entries > 2 * ROWS:
        return max(days // 2, 1)
    return min(days * 2, LONGEST_SPAN) if entries < ROWS else days


def _is_later(
    entry: SearchEntry, progress: Progress, latest_published: Callable[[str], date | None], today: date
) -> bool:
    read = progress.homes.get(entry.urn)
    if entry.latest is None or entry.latest > today or (read is not None and read >= entry.latest):
        return False
    known = latest_published(entry.urn)
    return known is None or entry.latest > known


def _why_not_understood(found: Sweep, fast: Sequence[SearchEntry], first: date, until: date) -> str | None:
    """Why a span is not believed that shows none of those homes that are known to be in it."""
    expected = {entry.urn for entry in fast if entry.latest is not None and first <= entry.latest <= until}
    if not expected or expected & {entry.urn for entry in found.entries}:
        return None
    return f"it shows none of {len(expected)} homes that the list of the last weeks has on these days"


def _not_believed(
    remit: Remit, progress: Progress, first: date, until: date, why: str, now: datetime
) -> tuple[Problem, ...]:
    progress.slow = replace(progress.slow, due=now + EVERY)
    what = (
        f"the list of reports from {first} to {until} is not believed: {why}. What appears there under an old date "
        f"is not noticed meanwhile; it is tried again by itself"
    )
    where = f"whole list{remit.beside}"
    return (Problem(where=where, what=what, trouble=Trouble.LIST, lasts=TOLD_FOR),)


def _end_pass(progress: Progress) -> None:
    """Begins anew once all has been read, the pages of the homes found too."""
    slow = progress.slow
    if slow.until is not None and slow.until < EARLIEST and not slow.waiting:
        progress.slow = SlowSweep(passes=slow.passes + 1, due=slow.due)


def slowly_due(progress: Progress, due: Collection[str]) -> list[Due]:
    """The homes found whose pages are read at this poll; those that are `due` anyway are not among them."""
    cared_for = {*due, *progress.failures}
    waiting = tuple(entry for entry in progress.slow.waiting if entry.urn not in cared_for)
    progress.slow = replace(progress.slow, waiting=waiting)
    _end_pass(progress)
    return [Due(entry.urn, entry.category, entry.latest, moved=True, late=True) for entry in waiting[:MOST_HOMES]]


def visited(slow: SlowSweep, urn: str) -> SlowSweep:
    """After the page of a home was asked for: if it could not be read, that is remembered elsewhere."""
    if not slow.waiting:
        return slow
    return replace(slow, waiting=tuple(entry for entry in slow.waiting if entry.urn != urn))
