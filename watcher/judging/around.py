"""Finds what the history tells around a change; pure functions of the register and a day, to be recomputed at will."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from watcher.facts import regulators
from watcher.facts.inspection import GONE, Home, Inspection
from watcher.facts.owners import same_owner
from watcher.judging.changes import Change, What
from watcher.judging.context import Context, Drop, Owner, Place, Related, Stood
from watcher.judging.judge import expected_by
from watcher.judging.register import (
    Entry,
    Inspected,
    Register,
    Sector,
    drops,
    family,
)
from watcher.judging.registrations import chain, former_registrations, past_of
from watcher.judging.successors import predecessors, successors
from watcher.text import squash

RARE_WITHIN = timedelta(days=365)
"""Within which inadequate inspections of the area and of the country are counted."""
DROPS_WITHIN = timedelta(days=730)
"""Within which other drops of the same owner are told."""
MOST_DROPS = 10
LEAST_SPAN = timedelta(days=90)
"""Over less time nothing is counted: "none since yesterday" is true and says nothing."""

SERIOUS = frozenset(
    {
        What.DROPPED_TO_INADEQUATE,
        What.FIRST_INADEQUATE,
        What.STILL_INADEQUATE,
        What.AREA_INADEQUATE,
        What.GROUP_CONCERN,
    }
)
"""Changes of which a reader wants to know how the owner's and the area's other homes stand."""
_IS_WAITED_FOR = SERIOUS - {What.AREA_INADEQUATE}

Groups = Mapping[str, Sequence[str]]


def around(change: Change, home: Home, register: Register, groups: Groups, day: date) -> Context:
    """What was known on a day around a change, whoever commits meanwhile.

    `register` knows the change's own inspection already.
    """
    return register.source.at_once(lambda: _around(change, home, register, groups, day))


def _around(change: Change, home: Home, register: Register, groups: Groups, day: date) -> Context:
    entry = register.get(home.key)
    inspection = change.inspection
    kind = family(home)
    sector = register.of(regulators.of(home.regulator))
    is_serious = change.what in SERIOUS and bool(kind)
    since = counted_since(sector, day, RARE_WITHIN)
    return Context(
        day=day,
        family=kind,
        stood=stood(entry, inspection, change.before) if entry and _moves(change) else None,
        past=tuple(past_of(visit, former) for visit, former in chain(entry, register) if visit.known <= day)
        if entry
        else (),
        former=former_registrations(home, register),
        owner=owner(home, sector, groups, day) if is_serious else None,
        area=area(home, sector, day, since) if is_serious else None,
        country=country(home, sector, day, since) if is_serious else None,
        counted_since=since if is_serious else None,
        listed=sector.list_before(day) if is_serious else None,
        expected_by=_expected_by(change, home, sector, day),
        related=_related(change, home, sector, day),
    )


def stood(entry: Entry, inspection: Inspection, before: Inspection | None) -> Stood | None:
    """How long the grade before an inspection had stood: since the first of the unbroken run of that grade."""
    if before is None or before.rating is None:
        return None
    earlier = [visit for visit in entry.graded if visit.inspected <= before.day]
    run: list[date] = []
    for visit in reversed(earlier):
        if visit.grade != before.rating.value:
            break
        run.append(visit.known)
    if not run:
        return None
    days = (inspection.became_known - run[-1]).days
    is_all = len(run) == len(earlier)
    return Stood(grade=before.rating.value, since=run[-1], days=days, inspections=len(run), from_the_beginning=is_all)


def owner(home: Home, sector: Sector, groups: Groups, day: date) -> Owner | None:
    """How the homes of the same owner, or of its configured group, stand; None where no other owner is published."""
    if not home.owner or _is_itself(home, home.owner):
        return None
    group, names = group_of(home.owner, groups)
    kind = family(home)
    since = counted_since(sector, day, DROPS_WITHIN)
    others = _drops_of_others(names, home, sector, since, day) if since else []
    return Owner(
        name=home.owner,
        group=group,
        grades=sector.tallied_of(kind, names, day),
        drops=tuple(
            _drop(entry, drop.known, day, is_there=sector.counts(entry, day)) for entry, drop in others[:MOST_DROPS]
        ),
        more_drops=max(len(others) - MOST_DROPS, 0),
        drops_since=since,
        similar=similar(names, sector, kind, day),
    )


def _is_itself(home: Home, called: str) -> bool:
    """Whether a home is what is called so, as an authority is its own area."""
    return home.name is not None and squash(home.name) == squash(called)


def _drops_of_others(
    names: frozenset[str], home: Home, sector: Sector, since: date, day: date
) -> list[tuple[Entry, Inspected]]:
    """The last drop of each other home of some owners, those that have closed too, the latest first."""
    mine = (entry for entry in sector.ever_inadequate(names) if entry.family == family(home))
    last = {entry.home.key: (entry, drop) for entry, drop in drops(mine, since, day) if entry.home.key != home.key}
    return sorted(last.values(), key=lambda pair: (pair[1].known, pair[0].home.key), reverse=True)


def group_of(name: str, groups: Groups) -> tuple[str | None, frozenset[str]]:
    """The configured group that an owner is in, and the names, in one form, of the owners to count."""
    plain = same_owner(name)
    group = groups_by_owner(groups).get(plain)
    return group, frozenset(map(same_owner, groups[group])) if group is not None else frozenset({plain})


def groups_by_owner(groups: Groups) -> Mapping[str, str]:
    """The group of each owner that is in one, by its name in one form; of several the first that is configured."""
    return {same_owner(owner): group for group, owners in reversed(tuple(groups.items())) for owner in owners}


def homes_of(names: frozenset[str], sector: Sector, kind: str, day: date) -> list[Entry]:
    """The graded homes of owners, by their names in one form."""
    return [entry for entry in sector.of_owners(names) if entry.family == kind and sector.counts(entry, day)]


def is_of(entry: Entry, names: frozenset[str], kind: str) -> bool:
    """Whether a home of a family is one of some owners'."""
    return entry.family == kind and entry.home.owner is not None and same_owner(entry.home.owner) in names


def similar(names: frozenset[str], sector: Sector, kind: str, day: date) -> dict[str, int]:
    """Other owners whose names differ by region or legal form alone, as published, with how many homes each has."""
    found: dict[str, dict[str, int]] = {}
    for printed, homes in sector.owners_akin(kind, names, day).items():
        found.setdefault(same_owner(printed), {})[printed] = homes
    return {max(printed): sum(printed.values()) for _, printed in sorted(found.items())}


def area(home: Home, sector: Sector, day: date, since: date | None) -> Place | None:
    """How the homes of the same local authority stand; None where none is published, or the home is that itself."""
    if not home.local_authority or _is_itself(home, home.local_authority):
        return None
    kind = family(home)
    area = home.local_authority
    inadequate = sector.inadequate_in(kind, area, since, day) if since is not None else None
    return Place(name=area, grades=sector.tallied_in(kind, area, day), inadequate=inadequate)


def country(home: Home, sector: Sector, day: date, since: date | None) -> Place:
    """How all homes of the same kind and regulator stand."""
    kind = family(home)
    found = sector.inadequate_between(kind, since, day) if since is not None else None
    return Place(name=sector.regulator.country, grades=sector.tallied(kind, day), inadequate=found)


def counted_since(sector: Sector, day: date, within: timedelta) -> date | None:
    """From when on everything is known up to a day; None if much is not, or if that is too short a time to count."""
    since = sector.complete_since(day, day - within)
    return since if since is not None and day - since >= LEAST_SPAN else None


def _expected_by(change: Change, home: Home, sector: Sector, day: date) -> date | None:
    """By when news of a home that stands inadequate is to be expected; None where it is not, is so already, or is gone.

    That the inspectors return within weeks is promised of some kinds of homes alone.
    """
    promise = sector.regulator.promise(home.type)
    if change.what not in _IS_WAITED_FOR or promise is None or _is_gone(home, day):
        return None
    due = expected_by(change.inspection.day, promise, sector.usual_delay(promise))
    return due if due > day else None


def _is_gone(home: Home, day: date) -> bool:
    """Whether a home was gone on a day, as far as is known: that it is gone now says nothing of years ago."""
    told = home.source.as_of if home.source is not None else day
    return home.status in GONE and (home.closed_on or told) <= day


def _moves(change: Change) -> bool:
    return change.what in (*SERIOUS, What.RECOVERED, What.DROPPED, What.IMPROVED)


def _related(change: Change, home: Home, sector: Sector, day: date) -> tuple[Related, ...]:
    if change.what is What.CLOSED:
        return successors(home, sector, day)
    return predecessors(home, sector, day) if change.what is What.FIRST_INADEQUATE else ()


def _drop(entry: Entry, known: date, day: date, *, is_there: bool) -> Drop:
    present = entry.present(day) if is_there else None
    return Drop(
        home_id=entry.home.id,
        local_authority=entry.home.local_authority,
        known=known,
        now=present.grade if present else "",
    )


def is_in(entry: Entry, local_authority: str) -> bool:
    """Whether a home is in a local authority, by its exact name."""
    return entry.home.local_authority is not None and _area(entry.home.local_authority) == _area(local_authority)


_area = lru_cache(maxsize=1024)(squash)
"""An area's name in one form: thousands of homes are in some two hundred of them."""
