"""How long after a visit to an inadequate home its report comes out."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from watcher.judging.register import CHILDRENS_HOMES, Entry

USUAL_DELAY = timedelta(days=39)
"""The median of the inspections that come with the package: 743 cases, nine of ten within 51 days."""
LEAST_CASES = 30
"""With fewer, the history's own median says little, and `USUAL_DELAY` holds."""
PRESENT_PRACTICE = date(2020, 1, 1)
"""Before, reports came out some two weeks earlier."""
YEARS = 5
"""The practice of later years shows in the history itself."""


def delays_after_inadequate(entries: Iterable[Entry]) -> Sequence[int]:
    """Days from visit to publication of the next visit after an inadequate inspection of a children's home, sorted.

    Visits since the January five years before the newest one count, and none before 2020.
    """
    homes = [entry for entry in entries if entry.family == CHILDRENS_HOMES and entry.visits]
    newest = max((entry.visits[-1].inspected for entry in homes), default=PRESENT_PRACTICE)
    since = max(PRESENT_PRACTICE, date(newest.year - YEARS, 1, 1))
    found = []
    for entry in homes:
        inadequate = {one.inspected for one in entry.graded if one.is_inadequate}
        for former, then in pairwise(entry.visits):
            if former.inspected in inadequate and then.delay is not None and then.inspected >= since:
                found.append(then.delay)
    return sorted(found)


def usual_delay(delays: Sequence[int]) -> timedelta:
    """The median of sorted delays, where there are enough of them."""
    return timedelta(days=round(median(delays))) if len(delays) >= LEAST_CASES else USUAL_DELAY
