"""What the fields of a form offer: the areas, owners, kinds and grades that homes have, kept as long as these do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from watcher.answers.homes.every_home import EveryHome
from watcher.answers.homes.facets import Facets
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.grades import grades
from watcher.text import inert
from watcher.web.lists.fields import FieldMaker, FilterField

_LONGEST = 100
_LEAST_HOMES = 5
"""An owner with fewer is found by its name, lest every page carry two thousand names."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The names to choose from."""

    areas: Sequence[str]
    owners: Sequence[str]
    """Of those with several homes."""
    regions: Sequence[str]
    types: Sequence[str]
    regulators: Mapping[str, str]


@lru_cache(maxsize=2)
def offered(facets: Facets) -> Offered:
    """What the homes of one moment have."""

    def names(filter_: str, least: int = 1) -> list[str]:
        printed = facets.spellings(filter_).values()
        several = (name for name in printed if least == 1 or len(facets.under(filter_, name)) >= least)
        return sorted((said for name in several if (said := inert(name, _LONGEST)) == name), key=str.casefold)

    return Offered(
        areas=names("area"),
        owners=names("owner", _LEAST_HOMES),
        regions=names("region"),
        types=names("type"),
        regulators={key: regulators.of(key).called for key in names("regulator")},
    )


def about_homes(filled: FieldMaker, every: EveryHome, settings: Settings) -> dict[str, FilterField]:
    """The fields that every list of homes or changes has, by their names; without those that have nothing to choose."""
    there = offered(every.facets)
    given = {card.rating for card in every.cards.values()}
    ratings = [grade for grade in grades() if grade in given]
    fields = {
        "area": filled.text("area", there.areas),
        "owner": filled.text("owner", there.owners),
        "region": filled.select("region", _same(there.regions), "Any region"),
        "type": filled.select("type", _same(there.types), "Any type"),
        "rating": filled.select("rating", _same(ratings), "Any rating", "Rating now"),
        "standing": filled.check("standing", "inadequate", "Only homes that stand inadequate"),
    }
    if len(there.regulators) > 1:
        fields["regulator"] = filled.select("regulator", there.regulators, "Any regulator")
    if settings.watch:
        fields["watch"] = filled.select("watch", _same([watch.name for watch in settings.watch]), "Any home")
    return fields


def _same(values: Sequence[str]) -> dict[str, str]:
    return {value: value for value in values}
