"""What names the history has: owners and areas, with their homes and how these stand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from watcher.answers.asked.chosen import Chosen
from watcher.answers.homes.count import Count
from watcher.answers.homes.every_home import EveryHome
from watcher.answers.homes.homes import asked
from watcher.answers.sheet import Column, Sheet
from watcher.config.settings import Settings
from watcher.facts.inspection import Described
from watcher.facts.owners import same_owner
from watcher.history.protocol import History
from watcher.judging.around import groups_by_owner
from watcher.text import squash

_BESIDE = ("homes", "grades", "inadequate", "known", "regulator")


@dataclass(slots=True)
class _Named:
    name: str
    regulator: str
    beside: Mapping[str, Any]
    count: Count
    known: int = 0

    def row(self) -> dict[str, Any]:
        return {
            "name": self.name,
            **self.beside,
            "homes": self.count.homes,
            "grades": dict(self.count.grades),
            "inadequate": self.count.inadequate,
            "known": self.known,
            "regulator": self.regulator,
        }


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of names."""

    heading: str
    name_of: Callable[[Described], str | None]
    normal: Callable[[str], str]
    """The form in which names are the same."""
    beside: str
    """What stands beside the name of a home: `group` or `region`."""


_OWNERS = _Sort("Owner", lambda home: home.owner, same_owner, "group")
_AREAS = _Sort("Area", lambda home: home.local_authority, squash, "region")


def owners(history: History, settings: Settings, chosen: Chosen, text: str, now: datetime) -> Sheet:
    """The owners with all words of a text in their names, those with most homes first."""
    return owners_among(_every(history, settings, now), settings, chosen, text)


def areas(history: History, settings: Settings, chosen: Chosen, text: str, now: datetime) -> Sheet:
    """The local authorities with all words of a text in their names, those with most homes first."""
    return areas_among(_every(history, settings, now), settings, chosen, text)


def owners_among(every: EveryHome, settings: Settings, chosen: Chosen, text: str) -> Sheet:
    """The owners of some homes."""
    groups = groups_by_owner(settings.groups)
    return _sheet(_OWNERS, _named(_OWNERS, every, settings, chosen, text, lambda home: _group(home, groups)))


def areas_among(every: EveryHome, settings: Settings, chosen: Chosen, text: str) -> Sheet:
    """The local authorities of some homes."""
    return _sheet(_AREAS, _named(_AREAS, every, settings, chosen, text, every.regions.of))


def _every(history: History, settings: Settings, now: datetime) -> EveryHome:
    return EveryHome(history.register(), now.astimezone(settings.timezone).date())


def _group(home: Described, groups: Mapping[str, str]) -> str | None:
    return groups.get(same_owner(home.owner)) if home.owner else None


def _named(
    sort: _Sort,
    every: EveryHome,
    settings: Settings,
    chosen: Chosen,
    text: str,
    beside: Callable[[Described], str | None],
) -> list[_Named]:
    words = squash(text).split()
    found: dict[tuple[str, str], _Named] = {}
    for home in asked(every, settings, chosen, with_gone=True).shown:
        name, regulator = sort.name_of(home), home.regulator
        if name is None or not _has(name, words):
            continue
        same = regulator, sort.normal(name)
        if same not in found:
            found[same] = _Named(name, regulator, {sort.beside: beside(home)}, Count(regulator))
        kept = found[same]
        kept.known += 1
        if home.key in every.there:
            kept.name = name  # as it is printed of a home that stands
            kept.count.add(home.rating)
    return sorted(found.values(), key=lambda named: (-named.count.homes, -named.known, named.name))


def _has(name: str, words: Sequence[str]) -> bool:
    if not words:
        return True
    said = squash(name)
    return all(word in said for word in words)


def _sheet(sort: _Sort, found: Iterable[_Named]) -> Sheet:
    rows = [named.row() for named in found]
    gone = sum(not row["homes"] for row in rows)
    return Sheet(
        title=f"{sort.heading}s",
        columns=(
            Column("name", sort.heading),
            *((Column("regulator", "Regulator"),) if len({row["regulator"] for row in rows}) > 1 else ()),
            Column(sort.beside, sort.beside.capitalize()),
            Column("homes", "Homes", is_number=True),
            Column("grades", "How they stand"),
        ),
        rows=rows,
        keys=("name", sort.beside, *_BESIDE),
        below=(f"{gone:,} of them have no home any more.",) if gone else (),
    )
