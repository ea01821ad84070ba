"""Where each number of an alert comes from: the homes and inspections that were counted, and by which rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from rich.console import Console
from rich.text import Text

from watcher.facts import regulators
from watcher.facts.inspection import Home
from watcher.facts.regulators import Promise
from watcher.judging.around import (
    DROPS_WITHIN,
    LEAST_SPAN,
    RARE_WITHIN,
    Groups,
    counted_since,
    group_of,
    homes_of,
    is_in,
    is_of,
    similar,
)
from watcher.judging.register import (
    LEAST_CASES,
    Entry,
    Inspected,
    Register,
    Sector,
    drops,
    family,
    found_inadequate,
    tally,
)
from watcher.messages.grades_in_words import found_worst
from watcher.messages.sections import homes_of_kind
from watcher.text import inert

MOST_LINES = 400
"""Homes or inspections that are listed of one number."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One number, or several of one count."""

    what: str
    rule: str
    lines: tuple[str, ...] = ()
    """Each home or inspection that was counted."""


def counted(home: Home, register: Register, groups: Groups, day: date) -> Iterator[Counted]:
    """Everything that an alert on a home would count, as known on a day."""
    kind = family(home)
    sector = register.of(regulators.of(home.regulator))
    of_country, things = sector.counted(kind, day), homes_of_kind(kind)
    if home.owner:
        yield from _of_owner(home.owner, kind, sector, groups, day)
    if home.local_authority:
        homes = [entry for entry in of_country if is_in(entry, home.local_authority)]
        yield _grades(
            f"{things} in {home.local_authority}",
            f"those whose local authority is now {home.local_authority}",
            homes,
            day,
        )
    yield Counted(f"{things} in {sector.regulator.country}: {_told(tally(of_country, day))}", _rule(sector, day))
    since = counted_since(sector, day, RARE_WITHIN)
    if since is None:
        yield Counted("how many were found inadequate: not counted", _why_not(day))
    else:
        yield from _rarity([entry for entry in sector if entry.family == kind], home, since, day)
    for promise in sector.regulator.promises:
        yield _delay(sector, promise)


def _of_owner(name: str, kind: str, sector: Sector, groups: Groups, day: date) -> Iterator[Counted]:
    group, names = group_of(name, groups)
    homes = homes_of(names, sector, kind, day)
    rule = "those whose owner's name is now the same but for case, full stops and Ltd or Limited"
    yield _grades(f"{homes_of_kind(kind)} of {f'group {group}' if group else name}", rule, homes, day)
    since = counted_since(sector, day, DROPS_WITHIN)
    if since is None:
        yield Counted("how many of its homes dropped: not counted", _why_not(day))
    else:
        found = drops((entry for entry in sector if is_of(entry, names, kind)), since, day)
        known = f"known between {since} and {day}, of homes that closed since too"
        rule = f"{sector.regulator.worst} after a better grade, {known}"
        yield Counted("drops of its homes, this one's too", rule, tuple(map(_inspection, found)))
    if others := similar(names, sector, kind, day):
        lines = tuple(f"{other}: {number}" for other, number in others.items())
        yield Counted("owners whose names differ by region or legal form alone", "and their homes counted", lines)


def _why_not(day: date) -> str:
    return (
        f"not everything published in the {LEAST_SPAN.days} days before {day} and longer is known: the official files "
        "hold whole years, a feed all since it was first read"
    )


def print_counted(console: Console, numbers: Iterable[Counted], day: date, *, in_full: bool) -> None:
    """The same for people; `in_full` with every home and inspection that was counted."""
    console.print()
    console.print(Text(f"Where the numbers of an alert come from, as known on {day}", style="bold"))
    for number in numbers:
        console.print(Text(f"  {inert(number.what)}", style="bold dim"))
        console.print(Text(f"    {inert(number.rule, 600)}"))
        for line in number.lines[:MOST_LINES] if in_full else ():
            console.print(Text(f"    {inert(line)}"))
        if in_full and len(number.lines) > MOST_LINES:
            console.print(f"    and {len(number.lines) - MOST_LINES} more", highlight=False)


def _rule(sector: Sector, day: date) -> str:
    listed = sector.list_before(day)
    if sector.regulator.stand_until_gone and not sector.lists:
        return f"homes with a grade known on {day} that were not known to have closed, however long ago it was given"
    on_list = f"on the official list of {listed} or visited since" if listed else "visited in the two years before"
    return f"homes with a grade known on {day} that were {on_list}, and not known to have closed"


def _grades(what: str, rule: str, homes: Sequence[Entry], day: date) -> Counted:
    lines = [
        f"{entry.home.id}: {present.grade}, {present.dated} {present.inspected}, known {present.known}"
        for entry in sorted(homes, key=lambda entry: entry.home.id)
        if (present := entry.present(day))
    ]
    return Counted(f"{what}: {_told(tally(homes, day))}", rule, tuple(lines))


def _rarity(entries: Sequence[Entry], home: Home, since: date, day: date) -> Iterator[Counted]:
    worst, found_so = regulators.of(home.regulator).worst, found_worst(home.key)
    those = f"{'that were' if worst == 'inadequate' else 'rated'} {worst}"
    rule = f"graded inspections {those}, known between {since} and {day}, of homes that closed since too"
    if home.local_authority:
        here = [entry for entry in entries if is_in(entry, home.local_authority)]
        found = [*map(_inspection, found_inadequate(here, since, day))]
        yield Counted(f"{found_so} in {home.local_authority}: {len(found)}", rule, tuple(found))
    found = [*map(_inspection, found_inadequate(entries, since, day))]
    yield Counted(f"{found_so} in {regulators.of(home.regulator).country}: {len(found)}", rule, tuple(found))


def _delay(sector: Sector, promise: Promise) -> Counted:
    found = sector.delays(promise)
    since = promise.practice_since.year
    rule = f"days from visit to publication, of the visits since {since} that followed an inadequate inspection"
    if len(found) < LEAST_CASES:
        told = (
            f"too few of them are known ({len(found)} of at least {LEAST_CASES}): the figure of the bundled inspections"
        )
    else:
        nine = found[int(len(found) * 0.9)]
        told = f"{len(found)} visits, median {median(found):g}, nine of ten within {nine}"
    return Counted(f"usual delay of a publication: {sector.usual_delay(promise).days} days", f"{rule}: {told}")


def _inspection(found: tuple[Entry, Inspected]) -> str:
    entry, inspected = found
    place = f" in {entry.home.local_authority}" if entry.home.local_authority else ""
    return f"{entry.home.id}{place}: {inspected.dated} {inspected.inspected}, known {inspected.known}"


def _told(grades: dict[str, int]) -> str:
    return f"{sum(grades.values())} ({', '.join(f'{number} {grade}' for grade, number in grades.items()) or 'none'})"
