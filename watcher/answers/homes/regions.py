"""In which region a home lies, where a source named another sort of region or none."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from watcher.facts import regulators
from watcher.facts.inspection import Described, Home
from watcher.judging.card import Card
from watcher.text import squash

AHome = TypeVar("AHome", Home, Card)


@dataclass(frozen=True, slots=True)
class Regions:
    """The region of each local authority, as most of its homes say."""

    of_areas: Mapping[tuple[str, str], str]
    """By regulator and the area's name in one form."""

    def of(self, home: Described) -> str | None:
        """One of the regions of its country, or that of its area; None where neither is known."""
        known = regulators.of(home.regulator).regions
        if not known or home.region in known:
            return home.region
        return self.of_areas.get((home.regulator, squash(home.local_authority or "")))

    def corrected(self, home: AHome) -> AHome:
        """The home with that region."""
        region = self.of(home)
        return home if region == home.region else replace(home, region=region)


def regions_of_areas(homes: Iterable[Described]) -> Regions:
    """What all homes together say of the regions."""
    said: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for home in homes:
        if home.local_authority and home.region and home.region in regulators.of(home.regulator).regions:
            said[home.regulator, squash(home.local_authority)][home.region] += 1
    return Regions({area: max(counts, key=lambda region: (counts[region], region)) for area, counts in said.items()})
