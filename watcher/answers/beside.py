"""What stands below homes that somebody asked for: the country, each owner, and what of a list is not shown."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from watcher.answers.chosen import Chosen
from watcher.answers.count import Count
from watcher.facts import regulators
from watcher.facts.owners import same_owner
from watcher.judging.around import groups_by_owner
from watcher.judging.register import Entry
from watcher.judging.standing import InBrief
from watcher.messages.numbers import counted, listed
from watcher.text import inert
from watcher.watching.listed import ListedHome
from watcher.watching.watches import Watch

Standings = Collection[tuple[Entry, InBrief]]
"""Every home there is, and how it stands."""

MOST_NAMED = 10
"""Numbers of a list that are named where they are no home that stands."""
MOST_OWNERS = 8
"""Owners of whom is told how all their homes stand."""


def together(asked: Standings, words: str) -> Iterator[str]:
    """How those stand that were asked for, in these words; of all homes the lines of their countries say it."""
    if words:
        count = Count()
        for _, stands in asked:
            count.add(stands.rating)
        yield f"{_capital(words)}: {count.told('home')}"


def why_none(chosen: Chosen, fitting: Sequence[InBrief]) -> str:
    """Why no home is shown; `fitting` are those that are as asked for, whatever their rating."""
    there = sum(stands.is_there for stands in fitting)
    if there and chosen.of_their_rating:
        return f"None: {counted(there, 'home')} would be as asked for, but none of them has such a rating now."
    if fitting:
        return f"None: {counted(len(fitting), 'home')} as asked for, closed or on no list any more; --all shows them."
    return "None: no home that is known is all of this at once."


def countries(shown: Iterable[Entry], there: Standings) -> Iterator[str]:
    """How all homes of each kind among those shown stand in their country; `there` are the homes that stand."""
    counts = {(entry.home.regulator, entry.family): Count() for entry in shown if entry.family}
    for entry, stands in there:
        if count := counts.get((entry.home.regulator, entry.family)):
            count.add(stands.rating)
    for (regulator, family), count in sorted(counts.items(), key=lambda counted: (-counted[1].homes, counted[0])):
        country = _capital(regulators.of(regulator).country)
        if regulators.is_a_familys(family):
            yield f"{country}: {count.told(family)}"
        elif count.homes:  # not every kind of provider has a plural with an s
            yield f"{country}, {inert(family, 60)}: {count.told('home')}"


def owners(shown: Iterable[Entry], there: Standings, groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """How all homes of each owner stand, or of his group, those first that have most of the homes shown."""
    group_of = groups_by_owner(groups)

    def whose(entry: Entry) -> str | None:
        owner = same_owner(entry.home.owner) if entry.home.owner else None
        return group_of.get(owner, owner) if owner else None

    here = Counter(owner for entry in shown if (owner := whose(entry)))
    told = sorted(here, key=lambda name: (-here[name], name))[:MOST_OWNERS]
    counts, printed = {name: Count() for name in told}, dict[str, str]()
    for entry, stands in there:
        name = whose(entry)
        if name in counts:
            counts[name].add(stands.rating)
            printed[name] = name if name in groups else f"{entry.home.owner}"
    for name in told:
        yield f"{inert(printed.get(name, name), 100)}: {counts[name].told('home')}"
    if len(here) > MOST_OWNERS:
        yield f"and {counted(len(here) - MOST_OWNERS, 'more owner')}"


def not_shown(watches: Iterable[Watch], shown: Iterable[Entry], every: Standings, day: date) -> Iterator[str]:
    """What of the lists of some watches is no home that is shown, lest a row of theirs be missed."""
    here = {entry.home.id.upper() for entry in shown}
    known = {entry.home.id.upper(): stands for entry, stands in every}
    for watch in watches:
        rows = [home for home in watch.listed or () if home.why_not(day, "") is None and home.number not in here]
        unknown = [_row(home, f"row {home.row}") for home in rows if home.number not in known]
        gone = [
            _row(home, stands.status or "gone")
            for home in rows
            if (stands := known.get(home.number)) is not None and not stands.is_there
        ]
        for why, homes in (("no known home has the number", unknown), ("closed or on no official list any more", gone)):
            if homes:
                yield f"Not shown, since {why}: {_named(homes)}, on the list {inert(watch.name, 60)}"


def _row(home: ListedHome, what: str) -> str:
    return f"{home.id} ({inert(home.label, 60)}, {what})" if home.label else f"{home.id} ({what})"


def _named(homes: Sequence[str]) -> str:
    more = f" and {len(homes) - MOST_NAMED} more" if len(homes) > MOST_NAMED else ""
    return f"{listed(homes[:MOST_NAMED])}{more}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
