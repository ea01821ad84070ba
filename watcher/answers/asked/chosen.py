"""Which homes a question is about: the filters that its questioner gave."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import NamedTuple

from watcher.config.settings import Settings
from watcher.errors import WatcherError
from watcher.facts import regulators
from watcher.facts.grades import grades, is_inadequate
from watcher.facts.inspection import Described
from watcher.facts.owners import same_owner
from watcher.facts.regulators import key_of
from watcher.options.mistakes import did_you_mean
from watcher.text import inert, squash
from watcher.watching.watches import why_not_home


class NothingSoCalledError(WatcherError):
    """A filter names what nothing is called; the question can't be meant so."""

    def __init__(self, what: str, near: str = "") -> None:
        super().__init__(f"{what}{near}")
        self.what, self.near = what, near


@dataclass(frozen=True, kw_only=True)  # without slots, so that what is compared can be kept
class Chosen:
    """A home must fit every filter that is given, and one of its values; without any filter every home is meant."""

    watch: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    constituency: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    """Kinds of homes, or families of kinds that are counted together."""
    regulator: tuple[str, ...] = ()
    rating: tuple[str, ...] = ()
    """Present grades; asked of how a home stands, not of the home."""
    standing: tuple[str, ...] = ()
    """`inadequate`, on whatever scale; asked likewise."""

    def fits(self, home: Described, settings: Settings, day: date | None = None) -> bool:
        """Whether a home fits every filter about homes; a watch's list counts as of the day, or of any without one."""
        watches = (watch for watch in settings.watch if watch.name in self.watch)
        if self.watch and not any(why_not_home(home, watch, settings.groups, day) is None for watch in watches):
            return False
        is_so = all(self._fits_one(home, name, normal) for name, normal in FILED.items())
        return is_so and (not self.group or self._is_of_group(home, settings.groups))

    def _fits_one(self, home: Described, name: str, normal: Callable[[str], str]) -> bool:
        wanted = self._wanted(name)
        return not wanted or any(value and normal(value) in wanted for value in _values(home, name))

    def _is_of_group(self, home: Described, groups: Mapping[str, Sequence[str]]) -> bool:
        owners = {same_owner(owner) for name in self.group for owner in groups.get(name, ())}
        return home.owner is not None and same_owner(home.owner) in owners

    def _wanted(self, name: str) -> frozenset[str]:
        if name not in self._kept:
            self._kept[name] = frozenset(map(FILED[name], getattr(self, name)))
        return self._kept[name]

    @cached_property
    def _kept(self) -> dict[str, frozenset[str]]:
        return {}

    def suits(self, regulator: str, rating: str | None) -> bool:
        """Whether the present rating of a home of a regulator, by its key, is as asked for."""
        if self.standing and not is_inadequate(regulator, rating):
            return False
        return not self.rating or (rating is not None and rating in map(squash, self.rating))

    @property
    def words(self) -> str:
        """Which homes are meant, for a heading: `Derby or Derbyshire; rated good`; empty where all are."""
        said = [(_SAID.get(field.name, ""), " or ".join(getattr(self, field.name))) for field in fields(self)]
        return inert("; ".join(f"{before}{values}" for before, values in said if values), _LONGEST)

    @property
    def of_their_rating(self) -> bool:
        """Whether it depends on how a home stands."""
        return bool(self.rating or self.standing)

    @property
    def is_everything(self) -> bool:
        """Whether no filter is given."""
        return not any(getattr(self, field.name) for field in fields(self))


_SAID = {"rating": "rated ", "standing": "standing "}
_LONGEST = 150

FILED: Mapping[str, Callable[[str], str]] = {
    "owner": same_owner,
    **dict.fromkeys(("area", "region", "constituency", "type"), squash),
    "regulator": key_of,
}
"""The filters about homes, and the form in which their values are compared."""


def _values(home: Described, name: str) -> tuple[str | None, ...]:
    if name == "area":
        return (home.local_authority,)
    if name == "type":
        return (home.type, regulators.of(home.regulator).family(home.type))
    value: str | None = getattr(home, name)
    return (value,)


class Unknown(NamedTuple):
    """A value of a filter that nothing is called."""

    filter: str
    value: str
    what: str
    """A sentence, without the nearest that something is called."""
    near: str
    """That, to stand right behind it; empty where there is none."""


Spellings = Callable[[str], Mapping[str, str]]
"""What homes have of a filter about homes: each value as it is printed, by the form in which it is compared."""


def unknown(chosen: Chosen, said: Spellings, settings: Settings) -> Iterator[Unknown]:
    """Every value that nothing is called; each is looked for when it is asked for."""
    for name, known in known_beside_homes(settings).items():
        for value in getattr(chosen, name):
            if squash(value) not in map(squash, known):
                yield Unknown(name, value, f"there is no {name} {value!r}", did_you_mean(value, known))
    for name, normal in FILED.items():
        for value in getattr(chosen, name):
            if normal(value) not in (spellings := said(name)):
                near = did_you_mean(value, spellings.values())
                yield Unknown(name, value, f"no home of the history has the {name} {value!r}", near)


def known_beside_homes(settings: Settings) -> Mapping[str, Sequence[str]]:
    """What the filters can be that are not about homes, by their names."""
    return {
        "watch": [watch.name for watch in settings.watch],
        "group": [*settings.groups],
        "rating": grades(),
        "standing": ["inadequate"],
    }


def require_known(chosen: Chosen, homes: Iterable[Described], settings: Settings) -> None:
    """Raises NothingSoCalledError for a value that nothing is called, with the nearest that something is."""
    asked = [name for name in FILED if getattr(chosen, name)]
    said: dict[str, dict[str, str]] = {name: {} for name in asked}
    for home in homes if asked else ():
        for name in asked:
            said[name] |= filed_under(home, name)
    for first in unknown(chosen, said.__getitem__, settings):
        raise NothingSoCalledError(first.what, first.near)


def filed_under(home: Described, name: str) -> Mapping[str, str]:
    """What a home has of a filter about homes, as `Spellings` has it."""
    return {FILED[name](value): value for value in _values(home, name) if value}
