"""From when to when the history holds every inspection that was published: what may be counted over a span of time.

The official files of a year hold all inspections of that year whose reports came out within a month of its end; a feed
holds everything since it was first read, however long an outage lasted. That somebody's old inspections are known says
nothing about the others'.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from watcher.timing.working_days import Span

AFTER_ITS_YEAR = timedelta(days=30)
_A_YEAR = timedelta(days=365)
_A_DAY = timedelta(days=1)


def covered(years_until: Iterable[date], watched_since: date | None, pauses: Sequence[Span]) -> tuple[Span, ...]:
    """The spans of publication without a gap, in order; `years_until` are the days on which the files' years end.

    While the inspectors pause nothing is missed, so a pause is no gap; alone it covers nothing.
    """
    spans = [(end - _A_YEAR, end + AFTER_ITS_YEAR) for end in years_until]
    spans += pauses
    if watched_since is not None:
        spans.append((watched_since, date.max))
    return tuple(span for span in joined(spans) if span not in pauses)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same days in order, as spans of which none touches the next."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first - _A_DAY <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def paused(pauses: Iterable[Span], first: date, last: date) -> Span | None:
    """The first pause that has a day in common with a span of time; None where there is none."""
    return next((pause for pause in sorted(pauses) if pause[0] <= last and first <= pause[1]), None)


def complete_since(spans: Iterable[Span], day: date, earliest: date) -> date | None:
    """From when on, not before `earliest`, everything published until a day is known; None if that day is in a gap."""
    return next((max(first, earliest) for first, last in spans if first <= day <= last), None)


def known_until(spans: Iterable[Span], day: date) -> date | None:
    """The last day until a given one of which all that was published is known; None if there is none."""
    return max((min(last, day) for first, last in spans if first <= day), default=None)


def days_lost(spans: Iterable[Span], first: date, last: date, pauses: Sequence[Span]) -> timedelta:
    """How much of the time from one day to another is in no span, or within a pause."""
    whole = last - first
    known = sum((_overlap(span, (first, last)) for span in spans), timedelta())
    resting = [_common(span, pause) for span in spans for pause in pauses]
    paused = sum((_overlap(rest, (first, last)) for rest in resting), timedelta())
    return whole - known + paused


def _common(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _overlap(one: Span, other: Span) -> timedelta:
    first, last = _common(one, other)
    return max(last - first, timedelta())
