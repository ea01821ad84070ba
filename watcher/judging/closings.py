"""When a home that stood inadequate closed: the day itself where somebody says it, else as near as can be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from watcher.judging.register import INADEQUATE_FOR, Entry, Sector
from watcher.timing.working_days import Span


@dataclass(frozen=True, slots=True)
class Lists:
    """The days of a regulator's lists of all homes, in order, and when it paused."""

    days: tuple[date, ...]
    pauses: tuple[Span, ...] = ()

    @classmethod
    def of(cls, sector: Sector) -> Self:
        """The lists that name any of its homes."""
        return cls(tuple(sorted(sector.lists)), sector.regulator.pauses)


def closed_inadequate(entry: Entry, lists: Lists) -> date | None:
    """The day on which a home that stood inadequate closed; None for one that did not, as far as is known.

    It is the day that its regulator says. Where only a list or a status tells that it has gone, it went between the
    last day on which it is known and that: since an inadequate home is visited again within weeks, no later than
    `INADEQUATE_FOR` after the last visit or list that has it, pauses apart.
    """
    rating = entry.present(date.max)
    if rating is None or not rating.is_inadequate:
        return None
    if entry.gone is not None and entry.home.closed_on is not None:
        return entry.home.closed_on
    last = max(*(visit.inspected for visit in entry.visits), *entry.listed, date.min)
    without = next((day for day in lists.days if day > last), None)
    told = min((day for day in (entry.gone, without) if day is not None), default=None)
    return None if told is None else min(told, _unvisited_for(min(last, told), INADEQUATE_FOR, lists.pauses))


def _unvisited_for(last: date, time: timedelta, pauses: Sequence[Span]) -> date:
    """The day on which so much time has gone by in which there were visits at all."""
    until = last + time
    for first, end in sorted(pauses):
        if first <= until and last <= end:
            until += end - max(first, last)
    return until
