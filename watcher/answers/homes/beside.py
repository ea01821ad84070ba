"""What stands below homes that somebody asked for: the country, each owner, and what of a list is not shown."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date

from watcher.answers.asked.chosen import Chosen
from watcher.answers.homes.count import Count
from watcher.facts import regulators
from watcher.facts.owners import same_owner
from watcher.judging.around import groups_by_owner
from watcher.judging.card import Card, stands, status_of
from watcher.messages.numbers import counted, listed
from watcher.text import capital, inert, squash
from watcher.watching.listed import ListedHome
from watcher.watching.watches import Watch

Kind = tuple[str, str]
"""A regulator and what it counts a home with."""

MOST_NAMED = 10
"""Numbers of a list that are named where they are no home that stands."""
MOST_OWNERS = 8
"""Owners of whom is told how all their homes stand."""


def together(asked: Collection[Card], words: str) -> Iterator[str]:
    """How those stand that were asked for, in these words; of all homes the lines of their countries say it.

    Of several regulators a line each.
    """
    by_regulator: dict[str, list[Card]] = {}
    for card in asked if words else ():
        by_regulator.setdefault(card.regulator, []).append(card)
    for key, cards in sorted(by_regulator.items(), key=lambda one: (-len(one[1]), one[0])):
        regulator, count = regulators.of(key), Count.of(key, (card.rating for card in cards))
        whose = f" ({regulator.called})" if len(by_regulator) > 1 else ""
        said = regulator.called if squash(words) == key else f"{capital(words)}{whose}"
        yield f"{said}: {count.told(regulator.thing_among(card.family for card in cards))}"


def why_none(chosen: Chosen, fitting: Sequence[Card], every: Collection[str]) -> str:
    """Why no home is shown; `fitting` are as asked for, whatever their rating; `every` has the keys of those there."""
    there = sum(card.key in every for card in fitting)
    if there and chosen.of_their_rating:
        return f"None: {counted(there, 'home')} would be as asked for, but none of them has such a rating now."
    if fitting:
        return f"None: {counted(len(fitting), 'home')} as asked for, closed or on no list any more."
    return "None: no home that is known is all of this at once."


def countries(shown: Iterable[Card], there: Mapping[Kind, Count]) -> Iterator[str]:
    """How all homes of each kind among those shown stand in their country; `there` counts the homes that stand."""
    kinds = {(card.regulator, card.family) for card in shown if card.family}
    counts = [(kind, there.get(kind, Count(kind[0]))) for kind in kinds]
    are_several = len({regulator for regulator, _ in kinds}) > 1
    for (key, family), count in sorted(counts, key=lambda counted: (-counted[1].homes, counted[0])):
        regulator = regulators.of(key)
        country = regulator.called if are_several else capital(regulator.country)
        if regulators.is_a_familys(family):
            yield f"{country}: {count.told(family)}"
        elif count.homes:  # not every kind of provider has a plural with an s
            yield f"{country}, {inert(family, 60)}: {count.told(regulator.home)}"


def by_kind(there: Iterable[Card]) -> Mapping[Kind, Count]:
    """The homes that stand, counted by kind."""
    return moved({}, (), there)


def moved(counts: Mapping[Kind, Count], left: Iterable[Card], entered: Iterable[Card]) -> Mapping[Kind, Count]:
    """The same counts without some homes, and with others."""
    altered = dict[Kind, Count]()
    for homes, cards in ((-1, left), (1, entered)):
        for card in cards:
            kind = card.regulator, card.family
            if kind not in altered:
                altered[kind] = counts[kind].copy() if kind in counts else Count(card.regulator)
            altered[kind].add(card.rating, homes)
    return {kind: count for kind, count in {**counts, **altered}.items() if count.homes}


def owners(
    shown: Iterable[Card],
    there: Callable[[Sequence[str]], Iterable[Card]],
    groups: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """How all homes of each owner stand, or of his group, those first that have most of the homes shown.

    Of each regulator apart; those of others than are shown are left out. `there` tells the homes of some owners that
    stand.
    """
    group_of, here = groups_by_owner(groups), Counter[tuple[bool, str]]()
    theirs: dict[tuple[bool, str], set[str]] = {}
    for card in shown:
        if card.owner:
            owner = same_owner(card.owner)
            whose = owner in group_of, group_of.get(owner, owner)
            here[whose] += 1
            theirs.setdefault(whose, set()).add(card.regulator)
    are_several = len(set[str]().union(*theirs.values())) > 1
    for whose in sorted(here, key=lambda whose: (-here[whose], whose[1]))[:MOST_OWNERS]:
        is_group, name = whose
        standing = list(there(_members(name, groups) if is_group else (name,)))
        for key in sorted(theirs[whose]):
            mine = [card for card in standing if card.regulator == key]
            yield _owner(key, name, mine, is_group=is_group, are_several=are_several)
    if len(here) > MOST_OWNERS:
        yield f"and {counted(len(here) - MOST_OWNERS, 'more owner')}"


def _owner(key: str, name: str, there: Collection[Card], *, is_group: bool, are_several: bool) -> str:
    """How the homes of one regulator stand that an owner, or a group, has."""
    spellings = Counter(f"{card.owner}" for card in there)
    usual = min(spellings, key=lambda spelling: (-spellings[spelling], spelling), default=name)
    regulator, count = regulators.of(key), Count.of(key, (card.rating for card in there))
    whose = f"{inert(name if is_group else usual, 100)}{f' ({regulator.called})' if are_several else ''}"
    return f"{whose}: {count.told(regulator.thing_among(card.family for card in there))}"


def _members(group: str, groups: Mapping[str, Sequence[str]]) -> list[str]:
    """The owners of a group that are told with it: one in several groups is told with the first of them."""
    group_of = groups_by_owner(groups)
    return [owner for owner in groups[group] if group_of[same_owner(owner)] == group]


def not_shown(
    watches: Collection[Watch],
    shown: Iterable[Card],
    every: Iterable[Card],
    lists: Mapping[str, date | None],
    day: date,
) -> Iterator[str]:
    """What of the lists of some watches is no home that is shown, lest a row of theirs be missed.

    `lists` has the day of the newest official list of each regulator.
    """
    if not watches:
        return
    here = {card.id.upper() for card in shown}
    known = {card.id.upper(): card for card in every}
    for watch in watches:
        rows = [home for home in watch.listed or () if home.why_not(day, "") is None and home.number not in here]
        unknown = [_row(home, f"row {home.row}") for home in rows if home.number not in known]
        gone = [
            _row(home, status_of(card, lists[card.regulator]) or "gone")
            for home in rows
            if (card := known.get(home.number)) is not None and not stands(card, lists[card.regulator])
        ]
        for why, homes in (("no known home has the number", unknown), ("closed or on no official list any more", gone)):
            if homes:
                yield f"Not shown, since {why}: {_named(homes)}, on the list {inert(watch.name, 60)}"


def _row(home: ListedHome, what: str) -> str:
    return f"{home.id} ({inert(home.label, 60)}, {what})" if home.label else f"{home.id} ({what})"


def _named(homes: Sequence[str]) -> str:
    more = f" and {len(homes) - MOST_NAMED} more" if len(homes) > MOST_NAMED else ""
    return f"{listed(homes[:MOST_NAMED])}{more}"
