"""When several homes of one owner or group are found inadequate within a year; pure functions of the register.

A home is found inadequate by a drop, or at the first inspection that is known of it: one that is inadequate once more
was found so already, and brings no concern of its own, though the inspection counts where another home is found so.
Whose a home is, is told by its present owner, as everywhere else.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from watcher.facts.inspection import Dated, Home
from watcher.facts.owners import same_owner
from watcher.judging.around import Groups
from watcher.judging.changes import NEWLY_INADEQUATE, Change, Concern, FoundInadequate, What
from watcher.judging.register import Entry, Inspected, Sector

WITHIN = timedelta(days=365)
"""Between the days on which two homes were found inadequate, both published."""


def group_concerns(
    change: Change, home: Home, sector: Sector, groups: Groups, known_before: Sector | None = None
) -> tuple[Change, ...]:
    """The concerns that a change of a home brings: one for each configured group of its owner, or else for the owner.

    Of two groups with the same other homes the first that is configured is told. Each pair of homes is told once: with
    the one that was published later, of one day with the later key. What `known_before` has counts whenever it was
    published: a live reading may bring the earlier of two reports after the later one.
    """
    if change.what not in NEWLY_INADEQUATE or not home.owner:
        return ()
    told: dict[frozenset[str], Concern] = {}
    for group, owners in _whose(home.owner, groups):
        pairs = [pair for owner in sorted(owners) for pair in _others(change, owner, sector, known_before)]
        others = tuple(_found(entry, visit) for entry, visit in sorted(pairs, key=_newest, reverse=True))
        homes = frozenset(other.home for other in others)
        if others and homes not in told:
            told[homes] = Concern(group=group or home.owner, is_owner=group is None, others=others)
    return tuple(
        Change(what=What.GROUP_CONCERN, inspection=change.inspection, before=change.before, concern=concern)
        for concern in told.values()
    )


def _whose(owner: str, groups: Groups) -> Iterator[tuple[str | None, frozenset[str]]]:
    """Every group that an owner is in, with the names of its owners in one form; None and the owner's own without."""
    plain, is_in_one = same_owner(owner), False
    for group, members in groups.items():
        names = frozenset(map(same_owner, members))
        if plain in names:
            is_in_one = True
            yield group, names
    if not is_in_one:
        yield None, frozenset({plain})


def _others(
    change: Change, owner: str, sector: Sector, known_before: Sector | None
) -> Iterator[tuple[Entry, Inspected]]:
    mine = (change.inspection.became_known, change.home)
    before = {_visit(*pair) for pair in known_before.inadequate_of(owner)} if known_before else frozenset()
    for entry, visit in sector.inadequate_of(owner):
        is_earlier = (visit.known, entry.home.key) < mine or _visit(entry, visit) in before
        if entry.home.key != change.home and is_earlier and abs(visit.known - mine[0]) <= WITHIN:
            yield entry, visit


def _visit(entry: Entry, visit: Inspected) -> tuple[str, date]:
    return entry.home.key, visit.inspected


def _newest(pair: tuple[Entry, Inspected]) -> tuple[date, date, str]:
    entry, visit = pair
    return visit.known, visit.inspected, entry.home.key


def _found(entry: Entry, visit: Inspected) -> FoundInadequate:
    return FoundInadequate(
        home=entry.home.key,
        local_authority=entry.home.local_authority,
        inspected=visit.visited,
        published=visit.published,
        seen=visit.inspected if visit.dated is Dated.SEEN else None,
    )
