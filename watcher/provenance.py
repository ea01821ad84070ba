"""Where each number of an alert comes from: the homes and inspections that were counted, and by which rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from rich.console import Console
from rich.text import Text

from watcher.circumstances import (
    DROPS_WITHIN,
    RARE_WITHIN,
    Groups,
    counted_since,
    group_of,
    homes_of,
    is_in,
    usual_delay,
)
from watcher.delivery.inert import inert
from watcher.inspection import Home
from watcher.register import Entry, Register, Visit, delays_after_inadequate, drops, family, found_inadequate, tally

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
    kind = family(home.type)
    of_country = register.counted(kind, day)
    if home.owner:
        group, names = group_of(home.owner, groups)
        homes = homes_of(names, register, kind, day)
        whose = f"group {group}" if group else home.owner
        yield _grades(f"homes of {whose}", "its owner, in one spelling", homes, day)
        since = counted_since(register, day, DROPS_WITHIN)
        if since is not None:
            rule = f"inadequate after a better grade, known between {since} and {day}"
            yield Counted("drops of these homes", rule, tuple(map(_inspection, drops(homes, since, day))))
    if home.local_authority:
        homes = [entry for entry in of_country if is_in(entry, home.local_authority)]
        yield _grades(f"homes in {home.local_authority}", "its local authority, exactly", homes, day)
    yield Counted(f"homes in the country: {_told(tally(of_country, day))}", _rule(register, day))
    since = counted_since(register, day, RARE_WITHIN)
    if since is None:
        yield Counted("inadequate inspections are not counted", f"the history does not reach {day} without a gap")
    else:
        yield from _rarity([entry for entry in register if entry.family == kind], home, since, day)
    yield _delay(register)


def print_counted(console: Console, found: Iterable[Counted], day: date, *, in_full: bool) -> None:
    """The same for people; `in_full` with every home and inspection that was counted."""
    console.print()
    console.print(Text(f"Where the numbers of an alert come from, as known on {day}", style="bold"))
    for one in found:
        console.print(Text(f"  {inert(one.what)}", style="bold dim"))
        console.print(Text(f"    {inert(one.rule, 600)}"))
        for line in one.lines[:MOST_LINES] if in_full else ():
            console.print(Text(f"    {inert(line)}"))
        if in_full and len(one.lines) > MOST_LINES:
            console.print(f"    and {len(one.lines) - MOST_LINES} more", highlight=False)


def _rule(register: Register, day: date) -> str:
    listed = register.list_before(day)
    on_list = f"on the official list of {listed} or visited since" if listed else "visited in the two years before"
    return f"homes with a grade known on {day} that were {on_list}, and not known to have closed"


def _grades(what: str, rule: str, homes: Sequence[Entry], day: date) -> Counted:
    lines = [
        f"{entry.home.id}  {present.grade}, inspected {present.inspected}, known {present.known}"
        for entry in sorted(homes, key=lambda entry: entry.home.id)
        if (present := entry.present(day))
    ]
    return Counted(f"{what}: {_told(tally(homes, day))}", rule, tuple(lines))


def _rarity(entries: Sequence[Entry], home: Home, since: date, day: date) -> Iterator[Counted]:
    rule = f"full inspections found inadequate, known between {since} and {day}, of homes that closed since too"
    if home.local_authority:
        here = [entry for entry in entries if is_in(entry, home.local_authority)]
        found = [*map(_inspection, found_inadequate(here, since, day))]
        yield Counted(f"found inadequate in {home.local_authority}: {len(found)}", rule, tuple(found))
    found = [*map(_inspection, found_inadequate(entries, since, day))]
    yield Counted(f"found inadequate in the country: {len(found)}", rule, tuple(found))


def _delay(register: Register) -> Counted:
    delays = delays_after_inadequate(register)
    days = usual_delay(register).days
    rule = "days from visit to publication, of the visits that followed an inadequate inspection"
    if delays:
        nine = delays[int(len(delays) * 0.9)]
        rule = f"{rule}: {len(delays)} visits, median {median(delays):g}, nine of ten within {nine}"
    return Counted(f"usual delay of a publication: {days} days", rule)


def _inspection(found: tuple[Entry, Visit]) -> str:
    entry, visit = found
    return f"{entry.home.id}  inspected {visit.inspected}, known {visit.known}"


def _told(grades: dict[str, int]) -> str:
    return f"{sum(grades.values())} ({', '.join(f'{number} {grade}' for grade, number in grades.items()) or 'none'})"
