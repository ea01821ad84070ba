"""Registrations that may be of one home: a change of owner or form means a new number, and the history does not follow.

A pair is offered with its reasons and never merged. Where their regulator names the other one nothing is guessed.
In 2024-25, 74 homes left and another of the same kind joined in
the same area within a month.
"""

from datetime import date, timedelta

from watcher.facts.inspection import Home
from watcher.facts.owners import group_stem, same_owner
from watcher.judging.context import SAID_BY_REGULATOR, Related
from watcher.judging.register import Entry, Sector, family

WITHIN = timedelta(days=92)
"""How long before or after a home is known to be gone another one of the same owner may be registered."""
WITHIN_OF_AREA = timedelta(days=31)
"""The same where no owner speaks for it, but the area and the number of places do."""
LONGEST_UNSEEN = timedelta(days=550)
"""Between the last visit of a home and the list without it, for its end to be dated at all."""
MOST = 3


def successors(closed: Home, sector: Sector, day: date) -> tuple[Related, ...]:
    """Homes registered near the day on which a home closed, or was found to be gone, the likeliest first."""
    if closed.successors:
        return _said(closed.successors, sector)
    found = []
    kind = family(closed)
    end, what = (day, "it was found to be gone") if closed.closed_on is None else (closed.closed_on, "it closed")
    for entry in sector.akin(closed):
        other = entry.home
        if other.registered is None or other.key == closed.key or entry.family != kind or entry.gone:
            continue
        apart = abs(other.registered - end)
        if reasons := _shared(closed, other, apart, apart):
            when = _apart(other.registered, end, what)
            found.append((-len(reasons), apart, other.key, _related(entry, (*reasons, when))))
    return tuple(related for *_, related in sorted(found, key=lambda likeness: likeness[:3]))[:MOST]


def predecessors(new: Home, sector: Sector, day: date) -> tuple[Related, ...]:
    """Homes that were last visited before a home was registered, and were gone by about then, the likeliest first."""
    if new.predecessors:
        return _said(new.predecessors, sector)
    if new.registered is None or day - new.registered > timedelta(days=730):
        return ()
    found = []
    kind = family(new)
    for entry in sector.akin(new, gone=True):
        if entry.gone is None:
            continue
        other = entry.home
        gone = other.closed_on or entry.gone
        is_other = other.key != new.key and entry.family == kind
        if gone is None or not is_other or not entry.visits:
            continue
        last = entry.visits[-1].inspected
        if not last < new.registered or gone - last > LONGEST_UNSEEN:
            continue
        # Lists tell only that it was gone by their day: it went at some time between its last visit and that day.
        at_most_apart = abs(new.registered - gone) if other.closed_on else new.registered - last
        if reasons := _shared(other, new, new.registered - gone, at_most_apart):
            when = f"last visited {(new.registered - last).days} days before the new registration"
            found.append((-len(reasons), new.registered - last, other.key, _related(entry, (*reasons, when))))
    return tuple(related for *_, related in sorted(found, key=lambda likeness: likeness[:3]))[:MOST]


def _said(keys: tuple[str, ...], sector: Sector) -> tuple[Related, ...]:
    """The registrations that a regulator itself names; of one that is not known no more than its number is told."""
    named = {key: entry for key in keys if (entry := sector.get(key)) is not None}
    reasons = (SAID_BY_REGULATOR,)
    return tuple(
        _related(named[key], reasons)
        if key in named
        else Related(home_id=key.partition(":")[2], owner=None, local_authority=None, registered=None, reasons=reasons)
        for key in keys[:MOST]
    )


def _shared(one: Home, other: Home, apart: timedelta, at_most_apart: timedelta) -> tuple[str, ...]:
    """What two homes have in common that speaks for one home; empty where neither the owner nor all the rest does."""
    owner, area = _owners(one, other), bool(one.local_authority) and one.local_authority == other.local_authority
    places = one.places is not None and one.places == other.places
    is_alike = area and places and at_most_apart <= WITHIN_OF_AREA
    if not is_alike and not (owner and apart <= WITHIN):
        return ()
    return tuple(
        reason
        for reason, holds in (
            (owner, bool(owner)),
            (f"same area ({one.local_authority})", area),
            (f"same number of places ({one.places})", places),
        )
        if holds
    )


def _owners(one: Home, other: Home) -> str:
    if not one.owner or not other.owner:
        return ""
    if same_owner(one.owner) == same_owner(other.owner):
        return "same owner"
    is_near = (stem := group_stem(one.owner)) is not None and stem == group_stem(other.owner)
    return "the owners' names differ by region or legal form alone" if is_near else ""


def _apart(registered: date, day: date, what: str) -> str:
    days = (registered - day).days
    if days == 0:
        return f"registered on the day {what}"
    return f"registered {abs(days)} day{'' if abs(days) == 1 else 's'} {'after' if days > 0 else 'before'} {what}"


def _related(entry: Entry, reasons: tuple[str, ...]) -> Related:
    home = entry.home
    return Related(
        home_id=home.id,
        owner=home.owner,
        local_authority=home.local_authority,
        registered=home.registered,
        reasons=reasons,
    )
