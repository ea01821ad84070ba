"""How every home stands on a day, kept: brought up to date home by home, so that a page need not ask all of them anew.

It is made of the cards of a register: whole entries are asked for of the few homes that are shown. Of a register that
was committed since only the cards of homes that altered are looked at again. What all homes together say (how soon
their regulator comes back, where a region lies) is made again only where one of them alters it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from watcher.answers.asked.sorting import WORST_FIRST, Sorting
from watcher.answers.homes.beside import Kind, by_kind, moved
from watcher.answers.homes.count import Count
from watcher.answers.homes.facets import Facets
from watcher.answers.homes.regions import Regions, regions_of_areas
from watcher.facts import regulators
from watcher.facts.grades import scales_of
from watcher.facts.inspection import Described
from watcher.facts.owners import same_owner
from watcher.judging.card import Card, stands
from watcher.judging.register import Entry, Register
from watcher.judging.rhythm import Rhythms
from watcher.judging.standing import HomeStanding, due_first, standing, worst_first
from watcher.text import squash

DueOf = Callable[[str], date | None]
"""The first day on which a home must have met a requirement."""


REQUIREMENTS_DUE = "requirements_due"


class EveryHome:
    """All homes of one register on one day; what is asked for is kept with it."""

    def __init__(self, register: Register, day: date, former: "EveryHome | None" = None) -> None:
        self.register, self.day = register, day
        altered = register.differing(former.register) if former is not None else None
        former = None if altered is None else former  # without a former one, or of another history
        self.cards: Mapping[str, Card] = {card.key: card for card in register.cards(altered)}
        self.changed = frozenset[str]()
        """The homes whose cards are others than in the former ones; none without any."""
        if former is not None:
            others = {key: card for key, card in self.cards.items() if former.cards.get(key) != card}
            self.cards, self.changed = ({**former.cards, **others} if others else former.cards), frozenset(others)
        kept = former if former is not None and former.day == day else None
        self.regions = self._regions(former)
        self._sectors = {key: register.of(regulators.of(key)) for key in register.regulators()}
        self._former_rhythms = kept._rhythms if kept is not None else {}
        self._rhythms: dict[str, Rhythms] = {} if altered or kept is None else kept._rhythms
        self.lists = {key: sector.newest_list(day) for key, sector in self._sectors.items()}
        """The day of the newest list of each regulator."""
        self.there = self._there(kept)
        """The keys of the homes that stand."""
        self.facets = self._facets(former)
        self._values = self._kept_values(kept)
        self._orders = self._kept_orders(kept)
        self._counted = self._kept_counts(kept)

    @cached_property
    def counted(self) -> Mapping[Kind, Count]:
        """The homes that stand, by kind."""
        return by_kind(map(self.cards.__getitem__, self.there)) if self._counted is None else self._counted

    def of_owners(self, names: Sequence[str]) -> Iterator[Card]:
        """The homes of some owners that stand."""
        keys = frozenset().union(*(self.facets.under("owner", name) for name in names))
        return (self.cards[key] for key in keys & self.there)

    def _regions(self, former: "EveryHome | None") -> Regions:
        if former is not None:
            moved_ones = [(former.cards.get(key), self.cards[key]) for key in self.changed]
            if all(was is not None and _lies(was) == _lies(card) for was, card in moved_ones):
                return former.regions
        regions = regions_of_areas(self.cards.values())
        return former.regions if former is not None and former.regions == regions else regions

    def _there(self, kept: "EveryHome | None") -> frozenset[str]:
        if kept is None or kept.lists != self.lists:
            return frozenset(key for key, card in self.cards.items() if stands(card, self.lists[card.regulator]))
        if not self.changed:
            return kept.there
        cards = map(self.cards.__getitem__, self.changed)
        return (kept.there - self.changed) | {card.key for card in cards if stands(card, self.lists[card.regulator])}

    def _facets(self, former: "EveryHome | None") -> Facets:
        if former is None or former.regions is not self.regions:
            return Facets({key: self.regions.corrected(card) for key, card in self.cards.items()})
        if not self.changed:
            return former.facets
        return former.facets.updated({key: self.regions.corrected(self.cards[key]) for key in self.changed})

    def _kept_values(self, kept: "EveryHome | None") -> dict[str, dict[str, Any]]:
        if kept is None:
            return {}
        if not self.changed and kept.there is self.there and self._rhythms is kept._rhythms:
            return kept._values
        still = [name for name in [*kept._values] if name != _NEXT_DUE or self._is_practice_of(kept)]
        changed = [self.cards[key] for key in self.changed]
        again = {name: {card.key: self._value(name, card) for card in changed} for name in still}
        return {name: {**kept._values[name], **values} for name, values in again.items()}

    def _kept_orders(self, kept: "EveryHome | None") -> dict[Sorting, Sequence[str]]:
        """The worst first, if that was asked for: nearly in order already."""
        if kept is None or not kept._orders:
            return {}
        if self._values is kept._values:
            return kept._orders
        still = (key for key in kept._orders[WORST_FIRST] if key not in self.changed)
        worst = self._values[WORST_FIRST.by]
        return {WORST_FIRST: sorted([*still, *self.changed], key=worst.__getitem__)}

    def _kept_counts(self, kept: "EveryHome | None") -> Mapping[Kind, Count] | None:
        if kept is None or "counted" not in vars(kept) or kept.lists != self.lists:
            return None
        left = (kept.cards[key] for key in self.changed & kept.there)
        return moved(kept.counted, left, (self.cards[key] for key in self.changed & self.there))

    def _is_practice_of(self, kept: "EveryHome") -> bool:
        """Whether regulators come back as soon as they did."""
        return kept.lists == self.lists and all(
            self._rhythms_of(key).tell_as(former) for key, former in self._former_rhythms.items()
        )

    def _rhythms_of(self, regulator: str) -> Rhythms:
        if regulator not in self._rhythms:
            former = self._former_rhythms.get(regulator)
            self._rhythms[regulator] = Rhythms(self._sectors[regulator], self.day, former)
        return self._rhythms[regulator]

    def standing(self, entry: Entry) -> HomeStanding:
        """How a home stands."""
        regulator = entry.home.regulator
        return standing(entry, self._sectors[regulator], self._rhythms_of(regulator), self.day)

    def sorted(self, by: Sorting, due: DueOf = lambda _: None) -> Sequence[str]:
        """The keys of all homes in an order; what is not known stands last, what is the same with the worst first."""
        if by.by == REQUIREMENTS_DUE:
            return self._in_order(by, {key: day for key in self.cards if (day := due(key))})
        if by not in self._orders:
            self._orders[by] = (
                self._worst_first(by) if by.by == WORST_FIRST.by else self._in_order(by, self._all(by.by))
            )
        return self._orders[by]

    def _worst_first(self, by: Sorting) -> Sequence[str]:
        values = self._all(by.by)
        return sorted(self.cards, key=lambda key: values[key], reverse=by.backwards)

    def _in_order(self, by: Sorting, values: Mapping[str, Any]) -> Sequence[str]:
        ordered = self.sorted(WORST_FIRST)
        known = [key for key in ordered if values.get(key) is not None]
        known.sort(key=lambda key: values[key], reverse=by.backwards)
        return known + [key for key in ordered if values.get(key) is None]

    def having(self, words: Sequence[str], cards: Iterable[Card], label_of: Callable[[Described], str]) -> list[Card]:
        """The homes among some that have every word, in one form, in number, label, name, area or owner."""
        said = self._all(_WORDS)
        return [
            card for card in cards if all(word in said[card.key] or word in squash(label_of(card)) for word in words)
        ]

    def _all(self, name: str) -> Mapping[str, Any]:
        if name not in self._values:
            self._values[name] = {key: self._value(name, card) for key, card in self.cards.items()}
        return self._values[name]

    def _value(self, name: str, card: Card) -> Any:
        if name == _NEXT_DUE:  # the practice of all homes tells it
            return due_first(card, self._rhythms_of(card.regulator)) if card.key in self.there else None
        return _VALUES[name](card)


def _lies(home: Described) -> tuple[Any, ...]:
    return home.regulator, home.local_authority, home.region


def _rank(card: Card) -> int | None:
    scales = scales_of(card.regulator)
    return next((scale.rank(card.rating) for scale in scales if card.rating and card.rating in scale.grades), None)


def _words(card: Card) -> str:
    return squash("\n".join(filter(None, (card.key, card.name, card.local_authority, card.owner))))


_VALUES: Mapping[str, Callable[[Card], Any]] = {
    "worst": lambda card: worst_first(card, card.rating),
    "number": lambda card: card.id.casefold(),
    "area": lambda card: squash(card.local_authority or "") or None,
    "owner": lambda card: same_owner(card.owner or "") or None,
    "rating": _rank,
    "rating_since": lambda card: card.rating_since,
    "inspected": lambda card: card.inspected,
    "words": _words,
}
"""By what homes are sorted, and in which words they are found."""
_WORDS = "words"
_NEXT_DUE = "next_due"
