"""Under what each home is filed, and what it adds to the tallies: from these all counts come, whoever keeps them.

A tally is named by a text of several lines, what is counted first, its regulator second; it says how often each of some
texts was said. None is larger than the homes of one area, or those last seen in one month, and a home that alters
touches a few of them alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise

from watcher.facts import regulators
from watcher.facts.owners import group_stem, same_owner
from watcher.judging.counting import known_by, stand
from watcher.judging.entry import Entry, Inspected
from watcher.text import squash


class Filing(StrEnum):
    """By what homes are looked up."""

    OWNER = "owner"
    """The owner's name in one form."""
    STEM = "stem"
    """That name but for region and legal form."""
    AREA = "area"
    """The local authority's name in one form."""
    NUMBER = "number"
    """The home's id in small letters."""
    INADEQUATE = "inadequate"
    """The regulator: homes that stand inadequate and are not gone."""
    EVER = "ever"
    """The regulator: homes that were ever found inadequate."""
    EVER_OF = "ever of"
    """The owner's name in one form: homes that were ever found inadequate."""
    KNOWN = "known"
    """The regulator and the first day on which all that is known of the home was."""
    GONE = "gone"
    """The local authority's name in one form: homes that are gone."""


class Tally(StrEnum):
    """What is counted, of the homes of one regulator."""

    HOMES = "homes"
    """Homes by family."""
    LISTS = "lists"
    """Homes that each list names, by its day."""
    YEARS = "years"
    """Homes that each year's file names, by the year's end."""
    WATCHED = "watched"
    """By family and year: homes by the day on which a reading first brought an inspection of them."""
    VISITED = "visited"
    """Homes by the year of the last visit; by family."""
    FOUND = "found"
    """By family and year: inspections found inadequate by the day on which they became known."""
    FOUND_IN = "found in"
    """By family and area: the same."""
    RETURNS = "returns"
    """By family and year of a visit after an inadequate one: such visits by the days to their publication."""
    AGAIN = "again"
    """By family, grade and month: graded inspections after one that gave the grade, by the day and the days since."""
    STANDS = "stands"
    """By family and month in which they were last seen: graded homes by how they `stand`."""
    STANDS_IN = "stands in"
    """By family and area: the same."""
    STANDS_OF = "stands of"
    """By family and what the owner's name begins a group with (`owner_group`): the same, each with the owner's name."""
    KNOWN = "known"
    """By month: homes by the first day on which all that is known of them was."""

    def called(self, *names: str) -> str:
        """The name of a tally, or what those begin with that have further lines."""
        return "\n".join((self, *names))


LISTED = frozenset(
    {Tally.HOMES, Tally.WATCHED, Tally.FOUND, Tally.RETURNS, Tally.AGAIN, Tally.STANDS, Tally.KNOWN},
)
"""Of these it is asked which there are."""


def filed_under(entry: Entry) -> dict[str, str]:
    """The names that a home is filed under, by filing."""
    home, is_found = entry.home, bool(found(entry))
    owner = same_owner(home.owner) if home.owner else ""
    area = squash(home.local_authority) if home.local_authority else ""
    present = next((visit for visit in reversed(entry.visits) if visit.grade), None)
    stands = present is not None and present.is_inadequate and entry.gone is None
    said = {
        Filing.OWNER: owner,
        Filing.STEM: (home.owner and group_stem(home.owner)) or "",
        Filing.AREA: area,
        Filing.NUMBER: home.id.casefold(),
        Filing.INADEQUATE: home.regulator if stands else "",
        Filing.EVER: home.regulator if is_found else "",
        Filing.EVER_OF: owner if is_found else "",
        Filing.KNOWN: f"{home.regulator}\n{known_by(entry)}",
        Filing.GONE: area if entry.gone is not None else "",
    }
    return {filing.value: name for filing, name in said.items() if name}


def tallied(entry: Entry) -> dict[str, Sequence[str]]:
    """What a home says for each tally, by the tally's name; a text as often as it is counted."""
    regulator, kind = entry.home.regulator, entry.family
    known = str(known_by(entry))
    said: dict[str, Sequence[str]] = {
        Tally.HOMES.called(regulator): (kind,),
        Tally.LISTS.called(regulator): [*map(str, entry.listed)],
        Tally.YEARS.called(regulator): [*map(str, entry.years)],
        Tally.KNOWN.called(regulator, known[:7]): (known,),
    }
    if entry.watched_since is not None:
        since = str(entry.watched_since)
        said[Tally.WATCHED.called(regulator, kind, since[:4])] = (since,)
    if entry.visits:
        said[Tally.VISITED.called(regulator, kind)] = (str(entry.visits[-1].inspected)[:4],)
    for former, then in pairwise(entry.graded):
        again = Tally.AGAIN.called(regulator, kind, former.grade, str(then.inspected)[:7])
        days = f"{then.inspected.day:02} {(then.inspected - former.inspected).days}"
        said[again] = (*said.get(again, ()), days)
    area = squash(entry.home.local_authority) if entry.home.local_authority else ""
    if (stands := stand(entry)) is not None:
        seen, how = stands
        said[Tally.STANDS.called(regulator, kind, seen[:7])] = (how,)
        if area:
            said[Tally.STANDS_IN.called(regulator, kind, area)] = (how,)
        if owner := entry.home.owner:
            said[Tally.STANDS_OF.called(regulator, kind, owner_group(owner))] = (f"{how}\n{owner}",)
    if bad := [str(visit.known) for visit in found(entry)]:
        said |= _by_year(Tally.FOUND.called(regulator, kind), ((day, day) for day in bad))
        if area:
            said[Tally.FOUND_IN.called(regulator, kind, area)] = bad
        said |= _by_year(
            Tally.RETURNS.called(regulator, kind), ((str(day), str(delay)) for day, delay in _returns(entry))
        )
    return said


def owner_group(name: str) -> str:
    """What the names of owners have in common that differ by region or legal form alone; else the name in one form."""
    return group_stem(name) or same_owner(name)


def tallies(entries: Iterable[Entry]) -> dict[str, Counter[str]]:
    """All tallies of some homes, by name."""
    made: dict[str, Counter[str]] = {}
    for entry in entries:
        for name, texts in tallied(entry).items():
            if texts:
                made.setdefault(name, Counter()).update(texts)
    return made


def moved(moves: Iterable[tuple[Entry | None, Entry | None]]) -> dict[str, dict[str, int]]:
    """By how much the tallies alter where homes do, each told by its entry before and after; what stays is left out."""
    made: dict[str, dict[str, int]] = {}
    for before, after in moves:
        left = tallied(before) if before is not None else {}
        entered = tallied(after) if after is not None else {}
        for name in {**left, **entered}:
            former, latter = left.get(name, ()), entered.get(name, ())
            if former != latter:
                counts = made.setdefault(name, {})
                for text in former:
                    counts[text] = counts.get(text, 0) - 1
                for text in latter:
                    counts[text] = counts.get(text, 0) + 1
    altered = {name: {text: by for text, by in counts.items() if by} for name, counts in made.items()}
    return {name: counts for name, counts in altered.items() if counts}


def with_moves(counts: Mapping[str, int], moves: Mapping[str, int]) -> dict[str, int]:
    """A tally that was moved; what nobody says any more is left out."""
    summed = {**counts, **{text: counts.get(text, 0) + by for text, by in moves.items()}}
    return {text: count for text, count in summed.items() if count}


def found(entry: Entry) -> tuple[Inspected, ...]:
    """The inspections that found a home inadequate."""
    if not any(visit.is_inadequate for visit in entry.visits):
        return ()
    return tuple(visit for visit in entry.graded if visit.is_inadequate)


def _returns(entry: Entry) -> Iterable[tuple[date, int]]:
    """Each visit after an inadequate one in the present practice, with the days to its publication if known."""
    promise = next(
        (one.promise for one in regulators.of(entry.home.regulator).families if one.name == entry.family), None
    )
    if promise is None:
        return ()
    inadequate = {visit.inspected for visit in entry.graded if visit.is_inadequate}
    return (
        (then.inspected, then.delay)
        for former, then in pairwise(entry.visits)
        if former.inspected in inadequate and then.delay is not None and then.inspected >= promise.practice_since
    )


def _by_year(beginning: str, dated: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    by_year: dict[str, list[str]] = {}
    for day, said in dated:
        by_year.setdefault(f"{beginning}\n{day[:4]}", []).append(said)
    return by_year
