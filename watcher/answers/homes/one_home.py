"""One home, and beside it how all homes of its owner, of its area and of its country stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from watcher.answers.counts.count import Count
from watcher.answers.homes.beside import members
from watcher.answers.homes.home_now import HomeNow, Teller
from watcher.answers.kept.every_home import EveryHome, Pair
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.owners import same_owner
from watcher.judging.around import groups_by_owner


@dataclass(frozen=True, slots=True)
class Beside:
    """Homes beside one, counted."""

    filter: str
    """By which of the filters they can be asked for: `owner`, `group`, `area`; `type` for those of the country."""
    name: str
    count: Count
    kind: str
    """What one of them is called in a count: `home`, or the kind that is counted."""

    @property
    def told(self) -> str:
        """`Derby: 12 homes: 2 outstanding, 10 good`."""
        return f"{self.name}: {self.count.told(self.kind)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneHome:
    """One home on a day, and what stands beside it; None where it has no owner, area or kind."""

    now: HomeNow
    day: date
    owner: Beside | None
    """All homes of its owner, or of his group."""
    area: Beside | None
    """Homes of its kind in its local authority."""
    country: Beside | None
    """Homes of its kind in its country."""


def one_home(every: EveryHome, settings: Settings, pair: Pair, teller: Teller) -> OneHome:
    """A home of these with what is beside it."""
    entry, _ = pair
    home, family = entry.home, entry.family
    kind = family if family and regulators.is_a_familys(family) else "home"
    in_area = every.facets.under("area", home.local_authority) if home.local_authority else ()
    alike = (
        every.pairs[key]
        for key in in_area
        if (other := every.pairs[key][0]).family == family and other.home.regulator == home.regulator
    )
    country = regulators.of(home.regulator).country
    country = country[:1].upper() + country[1:]
    return OneHome(
        now=teller.told(entry),
        day=every.day,
        owner=_owners(every, settings, home.owner) if home.owner else None,
        area=Beside("area", home.local_authority, _count(alike), kind) if home.local_authority else None,
        country=Beside(
            "type",
            country if kind == family else f"{country}, {family}",
            every.counted.get((home.regulator, family), Count()),
            kind,
        )
        if family
        else None,
    )


def _owners(every: EveryHome, settings: Settings, owner: str) -> Beside:
    group = groups_by_owner(settings.groups).get(same_owner(owner))
    pairs = every.of_owners(members(group, settings.groups) if group else (owner,))
    return Beside("group" if group else "owner", group or owner, _count(pairs), "home")


def _count(pairs: Iterable[Pair]) -> Count:
    count = Count()
    for _, stands in pairs:
        if stands.is_there:
            count.add(stands.rating)
    return count
