"""The registrations that a home had before, as its regulator states them: one home under several numbers; pure."""

from collections.abc import Iterator
from datetime import date

from watcher.facts.inspection import Home
from watcher.judging.context import Former, Past
from watcher.judging.register import Entry, Inspected, Register

MOST = 10
"""Registrations that are followed back."""


def former_registrations(home: Home, register: Register) -> tuple[Former, ...]:
    """Each registration before this one, the latest first; a chain that leads back into itself ends there."""
    found: dict[str, Former] = {}
    _follow(home, register, found, {home.key})
    return tuple(found.values())


def _follow(home: Home, register: Register, found: dict[str, Former], seen: set[str]) -> None:
    for key in home.predecessors or ():
        if key in seen or len(found) >= MOST:
            continue
        seen.add(key)
        entry = register.get(key)
        found[key] = Former(home=key, until=home.registered or (entry.home.closed_on if entry else None))
        if entry is not None:
            _follow(entry.home, register, found, seen)


def chain(entry: Entry, register: Register) -> Iterator[tuple[Inspected, str]]:
    """Every graded inspection of a home under all its numbers, in order, each with the key of the former registration.

    That key is empty for the present one. What a home has inherited is told once, under the number that earned it.
    """
    theirs = [
        (visit, former.home)
        for former in former_registrations(entry.home, register)
        if (before := register.get(former.home)) is not None
        for visit in before.graded
    ]
    if not theirs:
        yield from ((visit, "") for visit in entry.graded)
        return
    once: dict[tuple[date, str], tuple[Inspected, str]] = {}
    for visit, key in (*reversed(theirs), *((visit, "") for visit in entry.graded)):
        once.setdefault((visit.known, visit.grade), (visit, key))
    yield from sorted(once.values(), key=lambda one: (one[0].inspected, one[1] == ""))


def past_of(visit: Inspected, former: str = "") -> Past:
    """An inspection as a message tells of it; `former` is the key of the registration under which it was."""
    words = "" if visit.words == visit.grade else visit.words
    return Past(
        inspected=visit.inspected,
        grade=visit.grade,
        words=words,
        is_lowest=visit.is_lowest,
        dated=visit.dated,
        home_id=former.partition(":")[2],
    )
