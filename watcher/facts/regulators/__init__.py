"""The publishers: what differs from one to the next, as one frozen value each; everything else asks for it here.

One that only the configuration knows, of a register of one's own, is made known by `describe` before anything is read.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from zoneinfo import ZoneInfo

from watcher.facts.regulators.cqc import CQC
from watcher.facts.regulators.ofsted import (
    CHILDRENS_HOMES,
    FILE_HOSTS,
    FOUR_POINT,
    GOVERNMENT_OFFICE_REGIONS,
    OFSTED,
    OFSTED_FILES,
    OFSTED_LA,
    PANDEMIC,
    REPORT_CARD,
    SUPPORTED_ACCOMMODATION,
)
from watcher.facts.regulators.regulator import LOWEST, Area, Family, FileNames, Promise, Regulator
from watcher.facts.regulators.scotland import SCOTLAND
from watcher.facts.regulators.wales import WALES
from watcher.facts.sources import Sort
from watcher.text import squash

__all__ = [
    "CHILDRENS_HOMES",
    "CQC",
    "FILE_HOSTS",
    "FOUR_POINT",
    "GOVERNMENT_OFFICE_REGIONS",
    "LOWEST",
    "OFSTED",
    "OFSTED_FILES",
    "OFSTED_LA",
    "PANDEMIC",
    "REGULATORS",
    "REPORT_CARD",
    "SCOTLAND",
    "SUPPORTED_ACCOMMODATION",
    "WALES",
    "Area",
    "Family",
    "FileNames",
    "Promise",
    "Regulator",
    "configured_form",
    "describe",
    "described",
    "is_a_familys",
    "key_of",
    "of",
    "of_home",
    "stored_sort",
]

REGULATORS = (OFSTED, CQC, SCOTLAND, WALES, OFSTED_LA)
"""Every publisher that comes with the package."""

_BY_KEY = {regulator.key: regulator for regulator in REGULATORS}
_CONFIGURED: dict[str, Regulator] = {}


def describe(regulators: Iterable[Regulator], places: Mapping[str, str] = MappingProxyType({})) -> bool:
    """Makes known the regulators of a configuration, in place of those of the one before; none replaces one of ours.

    `places` says where the homes of one of ours are, by its key, where not the whole country is read: what is counted
    there is not said to be the country's.

    Whether anything is another one now: what was derived from inspections has to be derived anew then. One that says
    what it said before stays the same object.
    """
    described = {regulator.key: regulator for regulator in regulators if regulator.key not in _BY_KEY}
    described |= {key: replace(_BY_KEY[key], country=place) for key, place in places.items() if key in _BY_KEY}
    for key, regulator in described.items():
        if (former := _CONFIGURED.get(key)) is not None and former.says_the_same(regulator):
            described[key] = former
    if described == _CONFIGURED:
        return False
    _CONFIGURED.clear()
    _CONFIGURED.update(described)
    _undescribed.cache_clear()  # what such a one may print is what all others do
    return True


def configured_form() -> str:
    """What tells the regulators of one configuration from those of another; empty where it has none of its own."""
    said = "\n".join(_CONFIGURED[key].in_words for key in sorted(_CONFIGURED.keys() - _BY_KEY.keys()))
    return sha256(said.encode()).hexdigest()[:16] if said else ""


def described() -> Iterator[Regulator]:
    """Every regulator that is known, those of the configuration last."""
    yield from {**_BY_KEY, **_CONFIGURED}.values()


def of(key: str) -> Regulator:
    """The regulator of a key; of one that nobody has described, one that promises and assumes nothing."""
    return _CONFIGURED.get(key) or _BY_KEY.get(key) or _undescribed(key)


@lru_cache(maxsize=64)
def _undescribed(key: str) -> Regulator:
    return Regulator(key=key, country="the country", time_zone=ZoneInfo("UTC"))


def of_home(home: str) -> Regulator:
    """The regulator of a home, by the home's key."""
    return of(home.partition(":")[0])


def stored_sort(name: str, feeds: Container[str] = ()) -> Sort:
    """What a source is of which the history keeps its name alone, as it did before it kept the sort.

    `feeds` are the names of the feeds that the history has read: each brought pages, whatever it is called.
    """
    conventions = [regulator.files for regulator in REGULATORS if regulator.files]
    if any(name == files.retold for files in conventions):
        return Sort.RETOLD
    sorts = (files.sort(name) for files in conventions if name not in feeds)
    return next((sort for sort in sorts if sort is not None), Sort.PAGE)


def is_a_familys(name: str) -> bool:
    """Whether this is the name of several kinds of homes that are counted together."""
    return any(family.name == name for regulator in described() for family in regulator.families)


def key_of(said: str) -> str:
    """The key of the one regulator of this key or name, in whatever case; the words themselves where none has it."""
    plain = squash(said)
    named = [one.key for one in described() if squash(one.name) == plain]
    return named[0] if len(named) == 1 and plain not in {one.key for one in described()} else plain
