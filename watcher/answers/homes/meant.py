"""Which homes a question is about, asked of the register: before anything else is read of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from watcher.answers.asked.chosen import Chosen
from watcher.answers.homes.regions import Regions, regions_of_areas
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Home
from watcher.judging.card import Card
from watcher.judging.register import Entry, Register
from watcher.rounds.readers_homes import near


@dataclass(frozen=True, slots=True)
class HomesMeant:
    """The homes of a question, and in which regions homes lie."""

    keys: Collection[str] | None
    """Those that fit on any day, as lists have days; None where all do."""
    regions: Regions
    """Of the areas of these homes."""


def meant(register: Register, settings: Settings, chosen: Chosen) -> HomesMeant:
    """The homes that fit; all are gone through only where no filter names an area, an owner or a home."""
    named = _named(register, settings, chosen)
    if named is None:
        cards = list(register.cards())
        regions = regions_of_areas(cards)
        keys = _fitting(cards, regions, settings, chosen)
        return HomesMeant(None if chosen.is_everything else keys, regions)
    found = [Card.of(entry) for entry in named]
    lost = {card.local_authority for card in found if card.local_authority and not _lies_in_one(card)}
    regions = regions_of_areas(entry.home for entry in register.in_areas(lost))
    return HomesMeant(_fitting(found, regions, settings, chosen), regions)


def _named(register: Register, settings: Settings, chosen: Chosen) -> Iterable[Entry] | None:
    """The homes that one of the filters names; None where none of them names any."""
    if chosen.area:
        return register.in_areas(chosen.area)
    if chosen.owner or chosen.group:
        return register.of_owners(
            chosen.owner or [name for one in chosen.group for name in settings.groups.get(one, ())]
        )
    watches = [watch for watch in settings.watch if watch.name in chosen.watch]
    if not chosen.watch:
        return None
    found = [near(register, watch, settings.groups) for watch in watches]
    return None if None in found else [entry for entries in found for entry in entries or ()]


def _lies_in_one(home: Card | Home) -> bool:
    """Whether a home says itself in which region of its country it lies, or that has none."""
    known = regulators.of(home.regulator).regions
    return not known or home.region in known


def _fitting(homes: Iterable[Card], regions: Regions, settings: Settings, chosen: Chosen) -> frozenset[str]:
    return frozenset(
        home.key
        for home in homes
        if chosen.suits(home.regulator, home.rating) and chosen.fits(regions.corrected(home), settings)
    )
