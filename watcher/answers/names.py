"""What names the history has: owners and areas, with their homes and how these stand."""

from collections.abc import Callable, Iterable, Iterator, Mapping
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


def owners(history: History, settings: Settings, chosen: Chosen, text: str, now: datetime) -> Sheet:
    """The owners with all words of a text in their names, those with most homes first."""
    found = _named(
        homes_now(history, settings, chosen, now, with_gone=True).homes,
        text,
        lambda home: home.home.owner,
        same_owner,
        lambda home: {"group": home.group},
    )
    columns = (Column("name", "Owner"), Column("group", "Group"), *_COLUMNS)
    return _sheet("Owners", columns, found, ("group",))


def areas(history: History, settings: Settings, chosen: Chosen, text: str, now: datetime) -> Sheet:
    """The local authorities with all words of a text in their names, those with most homes first."""
    found = _named(
        homes_now(history, settings, chosen, now, with_gone=True).homes,
        text,
        lambda home: home.home.local_authority,
        squash,
        lambda home: {"region": home.region},
    )
    columns = (Column("name", "Area"), Column("region", "Region"), *_COLUMNS)
    return _sheet("Areas", columns, found, ("region",))


_COLUMNS = (Column("homes", "Homes", is_number=True), Column("grades", "How they stand"))


def _named(
    homes: Iterable[HomeNow],
    text: str,
    name_of: Callable[[HomeNow], str | None],
    normal: Callable[[str], str],
    beside: Callable[[HomeNow], Mapping[str, Any]],
) -> Iterator[dict[str, Any]]:
    words = squash(text).split()
    found: dict[tuple[str, str], _Named] = {}
    for home in homes:
        name = name_of(home)
        if name is None or not all(word in squash(name) for word in words):
            continue
        kept = found.setdefault((home.home.regulator, normal(name)), _Named(name, home.home.regulator, beside(home)))
        kept.known += 1
        if home.standing.is_there:
            kept.name = name  # as it is printed of a home that stands
            kept.count.add(home.standing.rating)
    ordered = sorted(found.values(), key=lambda named: (-named.count.homes, -named.known, named.name))
    return (named.row() for named in ordered)


def _sheet(title: str, columns: Iterable[Column], rows: Iterable[dict[str, Any]], beside: tuple[str, ...]) -> Sheet:
    made = list(rows)
    gone = sum(not row["homes"] for row in made)
    below = (f"{gone:,} of them have no home any more.",) if gone else ()
    return Sheet(title=title, columns=tuple(columns), rows=made, keys=("name", *beside, *_BESIDE), below=below)
