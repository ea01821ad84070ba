"""Which homes count on a day, told of a home itself, or of a short text in which thousands of homes agree."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from watcher.judging.entry import Entry

ACTIVE_FOR = timedelta(days=730)
"""A home counts for so long after its last visit, where no list says that it is still there."""

INADEQUATE_FOR = timedelta(days=240)
"""A home that stands inadequate is visited again within weeks: unvisited and unlisted for so long, it has closed.

Nine of ten are graded again within 252 days, and visited sooner; with this span the counts on the eve of the lists of
2018, 2019, 2024 and 2025 were 55, 36, 55 and 53, and those of the lists 40, 31, 52 and 45.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """Which homes count on a day."""

    day: date
    listed: date | None
    """The day of the newest list, unless it is so old that it tells nothing."""
    back: date
    """Since when a home must have been visited to count without being listed."""

    def since(self, *, is_inadequate: bool) -> date:
        """Since when a home must have been seen."""
        return self.back + ACTIVE_FOR - INADEQUATE_FOR if is_inadequate else self.back


def counts(entry: Entry, rule: Rule) -> bool:
    """Whether a graded home was there: on the newest list or visited since, and visited or listed not too long ago."""
    day, listed = rule.day, rule.listed
    present = entry.present(day)
    if present is None or (entry.gone is not None and entry.gone <= day):
        return False
    last = max(visit.inspected for visit in entry.visits if visit.known <= day)
    is_listed = listed is not None and listed in entry.listed
    if listed is not None and not is_listed and last <= listed:
        return False
    seen = max(last, listed) if listed is not None and is_listed else last
    return seen >= rule.since(is_inadequate=present.is_inadequate)


def grades(entries: Iterable[Entry], rule: Rule) -> Counter[str]:
    """How many of some homes that count have each grade."""
    presents = (entry.present(rule.day) for entry in entries if counts(entry, rule))
    return Counter(present.grade for present in presents if present is not None)


def known_by(entry: Entry) -> date:
    """The first day on which all that is known of a home was: from it on `stand` tells whether it counts."""
    gone = entry.gone or date.min
    return max(gone, *entry.listed, *(visit.known for visit in entry.visits), date.min)


def stand(entry: Entry) -> tuple[str, str] | None:
    """All by which a home counts on a day from `known_by` on; None where it counts on no such day.

    The day on which it was last seen, and a text of its grade, the last visit and the newest list that names it. A
    visit before that list is left out: while the list tells anything the home counts, after that the visit is too old.
    """
    present = entry.present(date.max)
    if present is None or entry.gone is not None:
        return None
    last, listed = max(visit.inspected for visit in entry.visits), max(entry.listed, default=date.min)
    visited = str(last) if last > listed else ""
    newest = str(listed) if entry.listed else ""
    return str(max(last, listed)), "\n".join((present.grade, "!" if present.is_inadequate else "", visited, newest))


def grades_of(stands: Mapping[str, int], rule: Rule) -> Counter[str]:
    """How many of the homes whose `stand` is one of these, each of so many homes, count with each grade."""
    found = Counter[str]()
    for (grade, _), homes in grades_by_owner(stands, rule).items():
        found[grade] += homes
    return found


def grades_by_owner(stands: Mapping[str, int], rule: Rule) -> Counter[tuple[str, str]]:
    """The same by grade and by what stands behind each, an owner's name; empty where nothing does."""
    found = Counter[tuple[str, str]]()
    newest = str(rule.listed) if rule.listed else ""
    since = {"": str(rule.since(is_inadequate=False)), "!": str(rule.since(is_inadequate=True))}
    for said, homes in stands.items():
        grade, inadequate, visited, listed, *owner = said.split("\n", 4)
        if newest and listed != newest and visited <= newest:
            continue
        seen = max(visited, newest) if newest and listed == newest else visited
        if seen >= since[inadequate]:
            found[grade, owner[0] if owner else ""] += homes
    return found
