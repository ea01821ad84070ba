"""What names the history has: owners and areas, with their homes and how these stand."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from watcher.answers.chosen import Chosen
from watcher.answers.count import Count
from watcher.answers.homes import HomeNow, homes_now
from watcher.answers.sheet import Column, Sheet
from watcher.config.settings import Settings
from watcher.facts.grades import INADEQUATE
from watcher.facts.owners import same_owner
from watcher.history.protocol import History
from watcher.text import squash

_BESIDE = ("homes", "grades", "inadequate", "known", "regulator")


@dataclass(slots=True)
class _Named:
    name: str
    regulator: str
    beside: Mapping[str, Any]
    count: Count = field(default_factory=Count)
    known: int = 0

    def row(self) -> dict[str, Any]:
        grades = self.count.grades
        return {
            "name": self.name,
            **self.beside,
            "homes": self.count.homes,
            "grades": dict(grades),
            "inadequate": sum(number for grade, number in grades.items() if grade in INADEQUATE),
            "known": self.known,
            "regulator": self.regulator,
        }


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of names."""

    heading: str
    name_of: Callable[[HomeNow], str | None]
    normal: Callable[[str], str]
    """The form in which names are the same."""
    beside: str
    """What of a home's row stands beside its name."""


_OWNERS = _Sort("Owner", lambda home: home.home.owner, same_owner, "group")
_AREAS = _Sort("Area", lambda home: home.home.local_authority, squash, "region")


def owners(history: History, settings: Settings, chosen: Chosen, text: str, now: datetime) -> Sheet:
    """The owners with all words of a text in their names, those with most homes first."""
    return _sheet(_OWNERS, homes_now(history, settings, chosen, now, with_gone=True).homes, text)


def areas(history: History, settings: Settings, chosen: Chosen, text: str, now: datetime) -> Sheet:
    """The local authorities with all words of a text in their names, those with most homes first."""
    return _sheet(_AREAS, homes_now(history, settings, chosen, now, with_gone=True).homes, text)


def _named(sort: _Sort, homes: Iterable[HomeNow], text: str) -> list[_Named]:
    words = squash(text).split()
    found: dict[tuple[str, str], _Named] = {}
    for home in homes:
        name, regulator = sort.name_of(home), home.home.regulator
        if name is None or not all(word in squash(name) for word in words):
            continue
        beside = {sort.beside: getattr(home, sort.beside)}
        kept = found.setdefault((regulator, sort.normal(name)), _Named(name, regulator, beside))
        kept.known += 1
        if home.standing.is_there:
            kept.name = name  # as it is printed of a home that stands
            kept.count.add(home.standing.rating)
    return sorted(found.values(), key=lambda named: (-named.count.homes, -named.known, named.name))


def _sheet(sort: _Sort, homes: Iterable[HomeNow], text: str) -> Sheet:
    rows = [named.row() for named in _named(sort, homes, text)]
    gone = sum(not row["homes"] for row in rows)
    return Sheet(
        title=f"{sort.heading}s",
        columns=(
            Column("name", sort.heading),
            Column(sort.beside, sort.beside.capitalize()),
            Column("homes", "Homes", is_number=True),
            Column("grades", "How they stand"),
        ),
        rows=rows,
        keys=("name", sort.beside, *_BESIDE),
        below=(f"{gone:,} of them have no home any more.",) if gone else (),
    )
