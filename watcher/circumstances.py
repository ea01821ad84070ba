"""Finds what the history tells around a change; pure functions of the register and a day, to be recomputed at will."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from statistics import median

from watcher.changes import Change, What, expected_by
from watcher.context import Context, Drop, Owner, Past, Place, Related, Stood
from watcher.grades import squash
from watcher.inspection import Home, Inspection
from watcher.owners import group_stem, same_owner
from watcher.register import (
    LEAST_CASES,
    USUAL_DELAY,
    Entry,
    Register,
    Visit,
    drops,
    family,
    tally,
)
from watcher.relations import predecessors, successors

RARE_WITHIN = timedelta(days=365)
"""Within which inadequate inspections of the area and of the country are counted."""
DROPS_WITHIN = timedelta(days=730)
"""Within which other drops of the same owner are told."""
MOST_DROPS = 10

SERIOUS = frozenset({What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.AREA_INADEQUATE})
"""Changes of which a reader wants to know how the owner's and the area's other homes stand."""
_IS_WAITED_FOR = frozenset({What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.OVERDUE})

Groups = Mapping[str, Sequence[str]]


def around(change: Change, home: Home, register: Register, groups: Groups, day: date) -> Context:
    """What was known on a day around a change; `register` knows the change's own inspection already."""
    entry = register.get(home.key)
    inspection = change.inspection
    kind = family(home.type)
    is_serious = change.what in SERIOUS
    since = counted_since(register, day, RARE_WITHIN)
    return Context(
        day=day,
        family=kind,
        between=(inspection.inspected - change.before.inspected).days if change.before else None,
        stood=stood(entry, inspection, change.before) if entry and _moves(change) else None,
        past=tuple(Past(inspected=one.inspected, grade=one.grade) for one in entry.rated if one.known <= day)
        if entry
        else (),
        owner=owner(home, register, groups, day) if is_serious else None,
        area=area(home, register, day, since) if is_serious else None,
        country=country(home, register, day, since) if is_serious else None,
        counted_since=since if is_serious else None,
        listed=register.list_before(day) if is_serious else None,
        expected_by=_expected_by(change, register),
        related=_related(change, home, register, day),
    )


def stood(entry: Entry, inspection: Inspection, before: Inspection | None) -> Stood | None:
    """How long the grade before an inspection had stood: since the first of the unbroken run of that grade."""
    if before is None or before.rating is None:
        return None
    earlier = [one for one in entry.rated if one.inspected <= before.inspected]
    run: list[date] = []
    for one in reversed(earlier):
        if one.grade != before.rating.value:
            break
        run.append(one.known)
    if not run:
        return None
    days = (inspection.became_known - run[-1]).days
    is_all = len(run) == len(earlier)
    return Stood(grade=before.rating.value, since=run[-1], days=days, inspections=len(run), from_the_beginning=is_all)


def owner(home: Home, register: Register, groups: Groups, day: date) -> Owner | None:
    """How the homes of the same owner, or of its configured group, stand; None where no owner is published."""
    if not home.owner:
        return None
    group, names = group_of(home.owner, groups)
    homes = homes_of(names, register, family(home.type), day)
    since = counted_since(register, day, DROPS_WITHIN)
    found = [] if since is None else [pair for pair in drops(homes, since, day) if pair[0].home.key != home.key]
    found.sort(key=lambda pair: (pair[1].known, pair[0].home.key), reverse=True)
    return Owner(
        name=home.owner,
        group=group,
        grades=tally(homes, day),
        drops=tuple(_drop(one, rated.known, day) for one, rated in found[:MOST_DROPS]),
        drops_since=since,
        similar=similar(names, register, family(home.type), day),
    )


def group_of(name: str, groups: Groups) -> tuple[str | None, frozenset[str]]:
    """The configured group that an owner is in, and the names, in one form, of the owners to count."""
    plain = same_owner(name)
    for group, members in groups.items():
        if plain in {same_owner(member) for member in members}:
            return group, frozenset(map(same_owner, members))
    return None, frozenset({plain})


def homes_of(names: frozenset[str], register: Register, kind: str, day: date) -> list[Entry]:
    """The graded homes of owners, by their names in one form."""
    return [one for one in register.counted(kind, day) if one.home.owner and same_owner(one.home.owner) in names]


def similar(names: frozenset[str], register: Register, kind: str, day: date) -> dict[str, int]:
    """Other owners whose names differ by region or legal form alone, as published, with how many homes each has."""
    stems = {stem for name in names if (stem := group_stem(name))}
    found: dict[str, list[str]] = {}
    for one in register.counted(kind, day) if stems else ():
        published = one.home.owner
        if published and same_owner(published) not in names and group_stem(published) in stems:
            found.setdefault(same_owner(published), []).append(published)
    return {max(printed): len(printed) for _, printed in sorted(found.items())}


def area(home: Home, register: Register, day: date, since: date | None) -> Place | None:
    """How the homes of the same local authority stand; None where none is published."""
    if not home.local_authority:
        return None
    kind = family(home.type)
    homes = [one for one in register.counted(kind, day) if is_in(one, home.local_authority)]
    found = (pair for pair in register.inadequate if pair[0].family == kind and is_in(pair[0], home.local_authority))
    return Place(name=home.local_authority, grades=tally(homes, day), inadequate=_count(found, since, day))


def country(home: Home, register: Register, day: date, since: date | None) -> Place:
    """How all homes of the same kind stand."""
    kind = family(home.type)
    found = (pair for pair in register.inadequate if pair[0].family == kind)
    return Place(name="England", grades=tally(register.counted(kind, day), day), inadequate=_count(found, since, day))


def counted_since(register: Register, day: date, within: timedelta) -> date | None:
    """From when on the history is complete up to a day; None if it does not reach that day."""
    return register.complete_since(day, day - within) if register.covers(day) else None


def usual_delay(register: Register) -> timedelta:
    """From a visit to an inadequate home to its publication: the median of the history, where it has enough cases."""
    delays = register.delays
    return timedelta(days=round(median(delays))) if len(delays) >= LEAST_CASES else USUAL_DELAY


def _expected_by(change: Change, register: Register) -> date | None:
    """By when news of a home that stands inadequate is to be expected; None where it does not."""
    return expected_by(change.inspection, usual_delay(register)) if change.what in _IS_WAITED_FOR else None


def _moves(change: Change) -> bool:
    return change.what in (*SERIOUS, What.RECOVERED, What.DROPPED, What.IMPROVED)


def _related(change: Change, home: Home, register: Register, day: date) -> tuple[Related, ...]:
    if change.what is What.CLOSED:
        return successors(home, register, day)
    return predecessors(home, register, day) if change.what is What.FIRST_INADEQUATE else ()


def _drop(entry: Entry, known: date, day: date) -> Drop:
    present = entry.present(day)
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


def _count(found: Iterable[tuple[Entry, Visit]], since: date | None, day: date) -> int | None:
    return None if since is None else sum(1 for _, rated in found if since <= rated.known <= day)
