"""The log of all changes, kept: judged once, and again for homes that alter and those that a concern ties to them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from watcher.answers.asked.chosen import Chosen
from watcher.answers.homes.every_home import EveryHome
from watcher.answers.kept.home_log import HomeLog
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.owners import same_owner
from watcher.history.protocol import History
from watcher.judging.changes import What
from watcher.judging.register import Entry, Register

Place = tuple[date, str, int]
"""Where a change is: the day on which it became known, its home, and which of the home's changes it is."""
Groups = Mapping[str, Sequence[str]]


class KeptLog:
    """Every change that the inspections of one register brought, with the concerns that some groups make."""

    def __init__(self, history: History, register: Register, groups: Groups, former: "KeptLog | None" = None) -> None:
        self.register, self.groups = register, dict(groups)
        self._blamed: dict[str, str | None]
        """The owners of the homes that were ever found inadequate."""
        altered = register.differing(former.register) if former else None
        if former is None or altered is None:
            former = None
            entries = {entry.home.key: _blamed(entry) for entry in register}
            stale, self._blamed = [*entries], {key: owner for key, owner in entries.items() if owner is not None}
        else:
            now = {key: entry for key in altered if (entry := register.get(key)) is not None}
            self._blamed = {**former._blamed, **{key: _blamed(entry) for key, entry in now.items()}}
            stale = self._stale(now, former)
        made = {key: log for key in stale if (log := _made(history, register, groups, key)) is not None}
        kept = former._homes if former else {}
        self._homes: Mapping[str, HomeLog] = {**kept, **made}
        gone = frozenset(stale)
        order: list[Place] = [place for place in former._order if place[1] not in gone] if former else []
        order += ((mark.known, key, at) for key, log in made.items() for at, mark in enumerate(log.marks))
        self._order: Sequence[Place] = sorted(order)

    def _stale(self, altered: Mapping[str, Entry], former: "KeptLog") -> list[str]:
        """The homes that altered, and those whose owners are told to have other homes found inadequate than before."""
        blamed = {owner for key in altered for log in (former, self) if (owner := log._blamed.get(key))}
        owners, again = _with_groups(blamed, self.groups), self.groups != former.groups
        concerning = (key for key, log in former._homes.items() if log.is_concerning)
        return sorted({*altered, *(key for key in concerning if again or self._owner(key) in owners)})

    def _owner(self, key: str) -> str | None:
        entry = self.register.get(key)
        return same_owner(entry.home.owner) if entry is not None and entry.home.owner else None

    def places(
        self, every: EveryHome, settings: Settings, chosen: Chosen, span: tuple[date, date], what: Sequence[What] = ()
    ) -> list[Place]:
        """The changes of the homes chosen that became known within some days, all sorts unless some are named."""
        begin = bisect_left(self._order, span[0], key=_day)
        end = bisect_right(self._order, span[1], key=_day)
        fits = self._fitting(every, settings, chosen)
        sorts = frozenset(what or What)
        found = [
            place
            for place in self._order[begin:end]
            if (fits is None or place[1] in fits) and self._homes[place[1]].marks[place[2]].what in sorts
        ]
        return found if not _has_days(settings, chosen) else _within_lists(found, every, settings, chosen)

    def _fitting(self, every: EveryHome, settings: Settings, chosen: Chosen) -> frozenset[str] | None:
        fits = every.facets.fitting(chosen, settings, None)
        if not chosen.of_their_rating:
            return fits
        cards = (every.cards[key] for key in (every.cards if fits is None else fits))
        return frozenset(card.key for card in cards if chosen.suits(card.regulator, card.rating))

    def rows(self, places: Iterable[Place], every: EveryHome, settings: Settings) -> Iterator[dict[str, Any]]:
        """The rows of some changes, made one by one."""
        for _, key, number in places:
            home = every.cards[key]
            sector = every.register.of(regulators.of(home.regulator))
            yield self._homes[key].row(number, home, every.regions.of(home), sector, settings)

    def home_of(self, change_id: str) -> str | None:
        """The key of the home that a change is of; None for an id that no change has."""
        return next((key for key, log in self._homes.items() if any(mark.id == change_id for mark in log.marks)), None)


def _made(history: History, register: Register, groups: Groups, key: str) -> HomeLog | None:
    record = history.home(key)
    if record is None:
        return None
    sector = register.of(regulators.of(record.regulator))
    return HomeLog.of(record.home, history.records(key), sector, groups)


def _blamed(entry: Entry) -> str | None:
    """The owner of a home that was ever found inadequate, by its name in one form."""
    was_inadequate = any(visit.is_inadequate for visit in entry.visits)
    return same_owner(entry.home.owner) if was_inadequate and entry.home.owner else None


def _with_groups(owners: set[str], groups: Groups) -> frozenset[str]:
    gathered = [frozenset(map(same_owner, members)) for members in groups.values()]
    return frozenset(owners).union(*(names for names in gathered if names & owners))


def _day(place: Place) -> date:
    return place[0]


def _has_days(settings: Settings, chosen: Chosen) -> bool:
    return any(watch.listed for watch in settings.watch if watch.name in chosen.watch)


def _within_lists(found: Iterable[Place], every: EveryHome, settings: Settings, chosen: Chosen) -> list[Place]:
    """Those that became known while their homes were on the lists asked for."""
    fits: dict[tuple[str, date], bool] = {}
    for day, key, _ in found:
        if (key, day) not in fits:
            home = every.regions.corrected(every.cards[key])
            fits[key, day] = chosen.fits(home, settings, day)
    return [place for place in found if fits[place[1], place[0]]]
