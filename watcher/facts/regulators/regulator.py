"""What a regulator is: all that differs from one publisher to the next, as one frozen value."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watcher.facts.scales import Scale
from watcher.facts.sources import Sort
from watcher.text import squash
from watcher.timing.working_days import Span


@dataclass(frozen=True, slots=True)
class Area:
    """What a judgement is about, as its regulator calls it."""

    name: str
    short: str = ""
    """Within a sentence; empty where the key serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """By when a regulator returns to a home that it found inadequate, and how soon it then publishes."""

    returns_within: timedelta
    in_words: str
    usual_delay: timedelta
    """From visit to publication, the median, where the history has too few cases of its own."""
    practice_since: date
    """Earlier publications say nothing of the present delay."""
    awaited_for: timedelta = timedelta(days=30)
    """Only in so many days after the day expected is a home overdue that nobody was told to be inadequate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Kinds of homes that are counted together."""

    name: str
    """Within a sentence; its plural takes an s, or ies for a y."""
    kinds: frozenset[str]
    """As printed, squashed."""
    promise: Promise | None = None
    comes_back: str = ""
    """How often its regulator says that it inspects each of them; empty where it does not say."""
    is_for_each: bool = False
    """Whether readers call each of them so too, whatever its own kind is called in print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNames:
    """What the names of a publisher's files, as the history keeps them, say of what is in them."""

    year: re.Pattern[str]
    """A year's every inspection."""
    listing: re.Pattern[str]
    """Every provider there was on a day, unless `year` fits too."""
    retold: str
    """The source that all reports are together, in what they tell of the inspections before them."""

    def sort(self, name: str) -> Sort | None:
        """What a file of this name holds; None for a name that says nothing of the kind."""
        if self.year.search(name):
            return Sort.YEAR
        return Sort.LISTING if self.listing.search(name) else None


LOWEST = ""
"""Stands in the place of an area where a regulator publishes no overall grade of any home: its lowest area counts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # told apart by identity, so that it can be a key
class Regulator:
    """One publisher of inspections, and all that holds of its homes alone."""

    key: str
    """The first part of the keys of its homes."""
    country: str
    """Where its homes are, within a sentence."""
    time_zone: ZoneInfo
    name: str = ""
    """As it calls itself; empty for one that nobody has described."""
    whom: str = ""
    """Whom it inspects so, where its name alone would mean another one."""
    home: str = "home"
    """What one of its homes is called if its kind is not published."""
    area: str = "area"
    """What it calls an area of an inspection, within a sentence; its plural takes an s."""
    scales: tuple[Scale, ...] = ()
    spellings: Mapping[str, tuple[str, Scale]] = field(default_factory=dict)
    """Squashed words in print that mean a grade by another name."""
    not_grades: frozenset[str] = frozenset()
    """Squashed words that it prints in a grade's place and that are none: they move no rating and raise no doubt."""
    areas: Mapping[str, Area] = field(default_factory=dict)
    headline: str = "overall"
    """The area whose grade is a home's rating; LOWEST where that is always the lowest of them."""
    headlines: Mapping[str, str] = field(default_factory=dict)
    """The same of the kinds of homes that have another one."""
    families: tuple[Family, ...] = ()
    regions: tuple[str, ...] = ()
    """Those that its country is divided into; empty where nothing is known of them."""
    pauses: tuple[Span, ...] = ()
    """When it inspected next to nothing: that nothing of that time is known is no gap."""
    renumbered: date | None = None
    """The event numbers of its files of before are others than those given since for the same inspections."""
    files: FileNames | None = None
    withholds_names: bool = False
    """Whether the names and addresses of its homes are left out on purpose."""
    orders_by_publication: bool = False
    """Whether its inspections follow each other by the day published: of many the day of the visit is not told."""
    stand_until_gone: bool = False
    """Whether a home counts until somebody says that it is gone, however long ago it was inspected."""
    has_owners: bool = True
    """Whether it can say whose a home is; if not, that it is not published is nothing to tell."""
    always_names_headline: bool = True
    """Whether programs are told the area that counts beside an overall grade too."""

    def family(self, kind: str | None) -> str:
        """What homes of a kind are counted with: a family's name, or the kind itself; empty if nobody has told it."""
        family = self._family(kind)
        return family.name if family else squash(kind or "")

    def promise(self, kind: str | None) -> Promise | None:
        """When it returns to homes of a kind that are inadequate; None where it promises nothing."""
        family = self._family(kind)
        return family.promise if family else None

    def comes_back(self, kind: str | None) -> str:
        """How often it says that it inspects homes of a kind; empty where it does not say."""
        family = self._family(kind)
        return family.comes_back if family else ""

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Each of its promises once."""
        return tuple(dict.fromkeys(family.promise for family in self.families if family.promise))

    def headline_of(self, kind: str | None) -> str:
        """The area whose grade is the rating of homes of a kind."""
        return self.headlines.get(squash(kind or ""), self.headline)

    @property
    def rates_lowest(self) -> bool:
        """Whether it gives no overall grade to any home, so that the lowest area is always the rating."""
        return self.headline == LOWEST

    def is_usual(self, headline: str) -> bool:
        """Whether an area is the rating of some homes by its nature, not for want of an overall grade."""
        return headline == self.headline or headline in self.headlines.values()

    def is_inadequate(self, grade: str | None) -> bool:
        """Whether one of its scales counts a grade, by its normalised word, as inadequate."""
        return any(grade in scale.inadequate for scale in self.scales)

    @property
    def worst(self) -> str:
        """What it calls a home that counts as inadequate, within a sentence: `weak or unsatisfactory`."""
        scale = next((scale for scale in self.scales if scale.inadequate), None)
        if scale is None:
            return "inadequate"
        *others, last = sorted(scale.inadequate, key=scale.grades.index)
        return f"{', '.join(others)} or {last}" if others else last

    @property
    def called(self) -> str:
        """It beside others, for a reader of several: `CQC, England`; its key where nobody has described it."""
        if self.name in ("", self.key) or self.country in self.name:
            return self.name or self.key
        return f"{self.name}, {f'{self.whom} in ' if self.whom else ''}{self.country}"

    def thing_among(self, families: Iterable[str]) -> str:
        """What homes are called together that are counted with these families: `home`, or what all of them are."""
        one = {*families}
        is_one = self.home != "home" and len(one) == 1 and any(family.name in one for family in self.families)
        return one.pop() if is_one else self.home

    def thing(self, kind: str | None) -> str:
        """What a reader calls a home of a kind, within a sentence: `care home` for `care home service with nursing`."""
        family = self._family(kind)
        return family.name if family and family.is_for_each else squash(kind or "") or self.home

    def says_the_same(self, other: "Regulator") -> bool:
        """Whether another one is described in the same words throughout."""
        return all(getattr(self, one.name) == getattr(other, one.name) for one in fields(self))

    @property
    def in_words(self) -> str:
        """All that is said of it, to be compared with what another process says; mappings in one order."""
        said = ((one.name, getattr(self, one.name)) for one in fields(self))
        return repr([(name, _ordered(value)) for name, value in said])

    def _family(self, kind: str | None) -> Family | None:
        plain = squash(kind or "")
        return next((family for family in self.families if plain in family.kinds), None)


def _ordered(value: Any) -> Any:
    """Sets and mappings in an order that every process gives them."""
    if isinstance(value, Mapping):
        return sorted((key, _ordered(one)) for key, one in value.items())
    if isinstance(value, Set):
        return sorted(value)
    if isinstance(value, Family):
        return [(one.name, _ordered(getattr(value, one.name))) for one in fields(value)]
    return [_ordered(one) for one in value] if isinstance(value, tuple) else value
