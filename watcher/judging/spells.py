"""How long a home was inadequate, and when that number of days would mislead: nobody looked, or nobody could know.

A spell lasts from the first of an unbroken run of inadequate inspections to the one that ended it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from watcher.facts.inspection import Inspection
from watcher.judging.gaps import paused
from watcher.judging.judge import before, days_inadequate, inadequate_since
from watcher.judging.register import Sector

DORMANT_AFTER = timedelta(days=548)
"""Eighteen months: an inadequate home that nobody visited for longer had nobody living in it, or was not one."""


@dataclass(frozen=True, slots=True)
class Spell:
    """The time for which a home stood inadequate until it recovered."""

    since: date
    """The first day of the first inadequate inspection."""
    until: date
    """The first day of the inspection that found it better."""
    days: int
    """As alerts tell it: from publication to publication, where both are known."""
    unvisited: timedelta
    """The longest time within it without a visit of any kind."""


def spell(known: Sequence[Inspection], recovery: Inspection) -> Spell | None:
    """The spell that an inspection ended, given everything else known of its home; None where it ended none."""
    previous = before(known, recovery)
    if previous is None or previous.rating is None or not previous.rating.is_inadequate:
        return None
    first = inadequate_since(known, previous)
    since, until = first.day, recovery.day
    visits = (visit.day for visit in known)
    return Spell(since, until, days_inadequate(first, recovery), _longest_unvisited(since, until, visits))


def _longest_unvisited(since: date, until: date, visits: Iterable[date]) -> timedelta:
    days = sorted({since, until, *(visit for visit in visits if since < visit < until)})
    return max((later - earlier for earlier, later in pairwise(days)), default=timedelta())


def why_not_counted(spell: Spell, sector: Sector) -> str | None:
    """Why the days of a spell are no measure of how long a home was inadequate, as a sentence; None where they are."""
    pause = paused(sector.regulator.pauses, spell.since, spell.until)
    if pause is not None:
        return "the inspections paused meanwhile"
    if sector.complete_since(spell.until, spell.since) != spell.since:
        return "not everything published meanwhile is known"
    if spell.unvisited > DORMANT_AFTER:
        return "the home was not visited for more than 18 months"
    return None
