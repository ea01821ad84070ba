"""Which homes the readers of some watches have, and how those stand now; no network, no clock.

A home is there by the rule of `watcher.judging.standing`, so that `watcher homes` lists the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from watcher.facts import regulators
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.judging.card import stands
from watcher.judging.entry import present_run
from watcher.judging.register import Entry, Register, tally
from watcher.messages.homes_now import MOST_NAMED, HomesInBrief, InadequateNow
from watcher.watching.watches import Watch, label_of, why_not_home

Groups = Mapping[str, Sequence[str]]
Families = Collection[tuple[str, str]]
"""Kinds of homes that are counted together, each with its regulator."""

_ANY_HOME = Home(regulator="", id="")
"""Of which nothing is known: it fits a watch without a filter, and no other."""


def covers_everything(watch: Watch, groups: Groups) -> bool:
    """Whether a watch has no filter."""
    return why_not_home(_ANY_HOME, watch, groups, None) is None


def homes_of(history: History, watches: Sequence[Watch], groups: Groups, day: date) -> list[Entry]:
    """The homes that some of the watches cover and that are there; `day` is not before anything known of them."""
    register = history.register()
    asked = {entry.home.key: entry for watch in watches for entry in covered(register, watch, groups, day)}
    return list(_there(register, asked.values(), day))


def covered(register: Register, watch: Watch, groups: Groups, day: date | None) -> Iterable[Entry]:
    """The homes that a watch covers; all are gone through only where no filter of it names any."""
    if covers_everything(watch, groups):
        return register
    near: Iterable[Entry] = register
    if watch.listed is not None:
        near = register.called(listed.number for listed in watch.listed)
    elif watch.home:
        near = register.called(watch.home)
    elif watch.local_authority:
        near = register.in_areas(watch.local_authority)
    elif watch.owner or watch.group:
        near = register.of_owners(watch.owner or [owner for name in watch.group for owner in groups.get(name, ())])
    return (entry for entry in near if why_not_home(entry.home, watch, groups, day) is None)


def homes_in_brief(history: History, watches: Sequence[Watch], groups: Groups, day: date) -> HomesInBrief | None:
    """How the homes of some watches stand; None without a watch. Where one covers all homes none is named."""
    if not watches:
        return None
    homes = homes_of(history, watches, groups, day)
    if any(covers_everything(watch, groups) for watch in watches):
        return _together(homes, day)
    return replace(
        _together(homes, day, watches),
        missing=_missing(watches, homes, day),
    )


def country_in_brief(history: History, families: Families, day: date) -> HomesInBrief:
    """How all homes of some families stand; none of them is named."""
    register = history.register()
    asked = (entry for entry in register if (entry.home.regulator, entry.family) in families)
    return _together(list(_there(register, asked, day)), day)


def rating_since(entry: Entry) -> date | None:
    """When the first inspection of the unbroken run of the present rating became known; None without a rating."""
    run = present_run(entry.graded)
    return run[0].known if run else None


def _together(homes: Sequence[Entry], day: date, watches: Sequence[Watch] = ()) -> HomesInBrief:
    """How homes stand, of each regulator apart, those first of which there are most.

    With watches as theirs, those named that stand inadequate; without as all of their countries.
    """
    by_regulator: dict[str, list[Entry]] = {}
    for entry in homes:
        by_regulator.setdefault(entry.home.regulator, []).append(entry)
    ordered = sorted(by_regulator.items(), key=lambda one: (-len(one[1]), one[0]))
    first, *others = [_counted(key, mine, day, watches) for key, mine in ordered] or [HomesInBrief()]
    return replace(first, others=tuple(others))


def _counted(key: str, homes: Sequence[Entry], day: date, watches: Sequence[Watch]) -> HomesInBrief:
    grades, regulator = tally(homes, day), regulators.of(key)
    return HomesInBrief(
        grades=grades,
        not_graded=len(homes) - sum(grades.values()),
        inadequate=tuple(_inadequate(homes, watches))[:MOST_NAMED] if watches else (),
        country="" if watches else regulator.country,
        regulator=key,
        thing=regulator.thing_among(entry.family for entry in homes),
    )


def _inadequate(homes: Sequence[Entry], watches: Sequence[Watch]) -> list[InadequateNow]:
    """Those that stand inadequate, the latest first."""
    runs = ((entry, present_run(entry.graded)) for entry in homes)
    found = (
        InadequateNow(home_id=entry.home.id, label=label_of(entry.home, watches), since=run[0].known)
        for entry, run in runs
        if run and run[-1].is_inadequate
    )
    return sorted(found, key=lambda home: (home.since, home.home_id), reverse=True)


def _missing(watches: Sequence[Watch], homes: Sequence[Entry], day: date) -> int:
    known = {name.casefold() for entry in homes for name in (entry.home.key, entry.home.id)}
    return len({name.casefold() for name in _named(watches, day)} - known)


def _named(watches: Sequence[Watch], day: date) -> Iterator[str]:
    """The homes that watches name one by one; other filters of the same watch may leave them out with reason."""
    for watch in watches:
        yield from watch.home
        yield from (listed.id for listed in watch.listed or () if listed.why_not(day, "") is None)


def _there(register: Register, entries: Iterable[Entry], day: date) -> Iterator[Entry]:
    """Those that are there, by the newest list of their regulator."""
    lists: dict[str, date | None] = {}
    for entry in entries:
        key = entry.home.regulator
        if key not in lists:
            lists[key] = register.of(regulators.of(key)).newest_list(day)
        if stands(entry, lists[key]):
            yield entry
