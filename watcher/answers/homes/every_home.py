"""How every home stands on a day, kept: brought up to date home by home, so that a page need not ask all of them anew.

All of it is made from a register, and of one that was committed since only the homes that altered are looked at again.
What all homes together say (how soon their regulator comes back, where a region lies) is made again only where one of
them alters it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from watcher.answers.asked.sorting import WORST_FIRST, Sorting
from watcher.answers.homes.beside import Kind, by_kind
from watcher.answers.homes.count import Count
from watcher.answers.homes.facets import Facets
from watcher.answers.homes.regions import Regions, regions_of_areas
from watcher.facts import regulators
from watcher.facts.grades import scales_of
from watcher.facts.inspection import Home
from watcher.facts.owners import same_owner
from watcher.judging.register import Entry, Register, Sector
from watcher.judging.rhythm import Rhythms
from watcher.judging.standing import HomeStanding, InBrief, in_brief, present_run, standing, worst_first
from watcher.text import squash

Pair = tuple[Entry, InBrief]
"""A home and how it stands."""
DueOf = Callable[[str], date | None]
"""The first day on which a home must have met a requirement."""


REQUIREMENTS_DUE = "requirements_due"


class EveryHome:
    """All homes of one register on one day; what is asked for is kept with it."""

    def __init__(self, register: Register, day: date, former: "EveryHome | None" = None) -> None:
        self.register, self.day = register, day
        altered = register.differing(former.register) if former is not None else None
        if former is None or altered is None:  # without a former one, or of another history
            former = None
            self._entries = {entry.home.key: entry for entry in register}
        else:
            now = ((key, register.get(key)) for key in altered)
            self._entries = {**former._entries, **{key: entry for key, entry in now if entry is not None}}
        kept = former if former is not None and former.day == day else None
        self.changed = frozenset(
            key
            for key in (self._entries if former is None or altered is None else altered)
            if key in self._entries and (former is None or former._entries.get(key) != self._entries[key])
        )
        """The homes that are others than in the former ones; all without any."""
        self.regions = self._regions(former)
        self._sectors = self._with_sectors(kept)
        self._rhythms: dict[str, Rhythms] = kept._rhythms if kept and kept._sectors is self._sectors else {}
        self.lists = {key: sector.newest_list(day) for key, sector in self._sectors.items()}
        """The day of the newest list of each regulator."""
        self.pairs = self._pairs(kept)
        self.facets = self._facets(former)
        self._values: dict[str, dict[str, Any]] = self._kept_values(kept)
        self._orders: dict[Sorting, Sequence[str]] = {}

    @cached_property
    def counted(self) -> Mapping[Kind, Count]:
        """The homes that stand, by kind."""
        return by_kind(pair for pair in self.pairs.values() if pair[1].is_there)

    def of_owners(self, names: Sequence[str]) -> Iterator[Pair]:
        """The homes of some owners that stand."""
        keys = frozenset().union(*(self.facets.under("owner", name) for name in names))
        return (pair for key in keys if (pair := self.pairs[key])[1].is_there)

    def _regions(self, former: "EveryHome | None") -> Regions:
        if former is not None:
            moved = [(former._entries.get(key), self._entries[key]) for key in self.changed]
            if all(was is not None and _lies(was.home) == _lies(entry.home) for was, entry in moved):
                return former.regions
        regions = regions_of_areas(entry.home for entry in self._entries.values())
        return former.regions if former is not None and former.regions == regions else regions

    def _with_sectors(self, kept: "EveryHome | None") -> Mapping[str, Sector]:
        """The homes of each regulator to count among; the former ones where nothing that is counted has altered."""
        if kept is not None:
            moved = [(kept._entries.get(key), self._entries[key]) for key in self.changed]
            if all(was is not None and _counted(was) == _counted(entry) for was, entry in moved):
                return kept._sectors
        keys = {entry.home.regulator for entry in self._entries.values()}
        return {key: self.register.of(regulators.of(key)) for key in sorted(keys)}

    def _pairs(self, kept: "EveryHome | None") -> Mapping[str, Pair]:
        same = {key for key, newest in self.lists.items() if kept and kept.lists.get(key, date.max) == newest}
        return {
            key: kept.pairs[key]
            if kept and entry.home.regulator in same and key not in self.changed
            else (entry, in_brief(entry, self._sectors[entry.home.regulator], self.day))
            for key, entry in self._entries.items()
        }

    def _facets(self, former: "EveryHome | None") -> Facets:
        if former is None or former.regions is not self.regions:
            return Facets({key: self.regions.corrected(entry.home) for key, entry in self._entries.items()})
        if not self.changed:
            return former.facets
        moved = {key: self.regions.corrected(self._entries[key].home) for key in self.changed}
        return former.facets.updated(moved)

    def _kept_values(self, kept: "EveryHome | None") -> dict[str, dict[str, Any]]:
        if kept is None:
            return {}
        still = [name for name in [*kept._values] if name != _NEXT_DUE or kept._sectors is self._sectors]
        return {name: {**kept._values[name], **{key: self._value(name, key) for key in self.changed}} for name in still}

    def standing(self, entry: Entry) -> HomeStanding:
        """How a home stands."""
        key = entry.home.regulator
        sector = self._sectors[key]
        if key not in self._rhythms:
            own = [entry for entry in self._entries.values() if entry.home.regulator == key]
            self._rhythms[key] = Rhythms(sector, self.day, own)
        return standing(entry, sector, self._rhythms[key], self.day)

    def sorted(self, by: Sorting, due: DueOf = lambda _: None) -> Sequence[str]:
        """The keys of all homes in an order; what is not known stands last, what is the same with the worst first."""
        if by.by == REQUIREMENTS_DUE:
            return self._in_order(by, {key: day for key in self.pairs if (day := due(key))})
        if by not in self._orders:
            self._orders[by] = (
                self._worst_first(by) if by.by == WORST_FIRST.by else self._in_order(by, self._all(by.by))
            )
        return self._orders[by]

    def _worst_first(self, by: Sorting) -> Sequence[str]:
        values = self._all(by.by)
        return sorted(self.pairs, key=lambda key: values[key], reverse=by.backwards)

    def _in_order(self, by: Sorting, values: Mapping[str, Any]) -> Sequence[str]:
        ordered = self.sorted(WORST_FIRST)
        known = [key for key in ordered if values.get(key) is not None]
        known.sort(key=lambda key: values[key], reverse=by.backwards)
        return known + [key for key in ordered if values.get(key) is None]

    def having(self, words: Sequence[str], pairs: Iterable[Pair], label_of: Callable[[Home], str]) -> list[Pair]:
        """The homes among some that have every word, in one form, in number, label, name, area or owner."""
        said = self._all(_WORDS)
        return [
            pair
            for pair in pairs
            if all(word in said[pair[0].home.key] or word in squash(label_of(pair[0].home)) for word in words)
        ]

    def _all(self, name: str) -> Mapping[str, Any]:
        if name not in self._values:
            self._values[name] = {key: self._value(name, key) for key in self.pairs}
        return self._values[name]

    def _value(self, name: str, key: str) -> Any:
        entry, stands = self.pairs[key]
        if name == _NEXT_DUE:  # the practice of all homes tells it
            due = self.standing(entry).next_due
            return due.first if due else None
        return _VALUES[name](entry, stands)


def _lies(home: Home) -> tuple[Any, ...]:
    return home.regulator, home.local_authority, home.region


def _counted(entry: Entry) -> tuple[Any, ...]:
    """What of a home is counted among those of its regulator."""
    return entry.home.regulator, entry.family, entry.visits, entry.listed, entry.years, entry.watched_since


def _rank(entry: Entry, stands: InBrief) -> int | None:
    scales = scales_of(entry.home.regulator)
    return next((scale.rank(stands.rating) for scale in scales if stands.rating in scale.grades), None)


def _since(entry: Entry, _: InBrief) -> date | None:
    run = present_run(entry.graded)
    return run[0].known if run else None


def _words(entry: Entry, _: InBrief) -> str:
    home = entry.home
    return squash("\n".join(filter(None, (home.key, home.name, home.local_authority, home.owner))))


_VALUES: Mapping[str, Callable[[Entry, InBrief], Any]] = {
    "worst": lambda entry, stands: worst_first(entry.home, stands.rating),
    "number": lambda entry, _: entry.home.id.casefold(),
    "area": lambda entry, _: squash(entry.home.local_authority or "") or None,
    "owner": lambda entry, _: same_owner(entry.home.owner or "") or None,
    "rating": _rank,
    "rating_since": _since,
    "inspected": lambda entry, _: entry.latest.inspected,
    "words": _words,
}
"""By what homes are sorted, and in which words they are found."""
_WORDS = "words"
_NEXT_DUE = "next_due"
