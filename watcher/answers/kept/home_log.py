"""The changes of one home, packed: by what they are chosen stands ready, the rows are unpacked when they are shown.

What a row says of who asks for it, of the region and of what is no measure depends on more than the home, and is told
when it is unpacked.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import orjson

from watcher.answers.log.changes import not_counted, row_of
from watcher.config.settings import Settings
from watcher.facts.inspection import Described, Home
from watcher.facts.statements import Record
from watcher.judging.changes import NEWLY_INADEQUATE, What
from watcher.judging.register import Sector
from watcher.judging.spells import Spell
from watcher.messages.alert import Alert
from watcher.rounds.replay import Brought, asking, brought


class Mark(NamedTuple):
    """As little of a change as it is chosen by."""

    known: date
    what: What
    id: str


@dataclass(frozen=True, slots=True)
class HomeLog:
    """The changes of one home, in their order."""

    marks: tuple[Mark, ...]
    packed: bytes
    """Their rows."""

    @classmethod
    def of(
        cls, home: Home, records: Iterable[Record], sector: Sector, groups: Mapping[str, Sequence[str]]
    ) -> "HomeLog":
        """Every change that its stored inspections ever brought."""
        found = list(brought(home, records, sector, groups))
        marks = tuple(Mark(one.change.inspection.became_known, one.change.what, one.change.id) for one in found)
        return cls(marks, zlib.compress(orjson.dumps(list(map(_row, found)))) if found else b"")

    @property
    def is_concerning(self) -> bool:
        """Whether what becomes of its owner's other homes may bring a concern of its own."""
        return any(mark.what in NEWLY_INADEQUATE for mark in self.marks)

    def row(
        self, number: int, home: Described, region: str | None, sector: Sector, settings: Settings
    ) -> dict[str, Any]:
        """One of the rows as the log has it; the home as the register has it."""
        return self.rows([number], home, region, sector, settings)[0]

    def rows(
        self, numbers: Iterable[int], home: Described, region: str | None, sector: Sector, settings: Settings
    ) -> list[dict[str, Any]]:
        """Some of the rows."""
        packed = orjson.loads(zlib.decompress(self.packed)) if self.packed else []
        return [_unpacked(packed[number], self.marks[number], home, region, sector, settings) for number in numbers]


def _row(one: Brought) -> dict[str, Any]:
    """A row, with room for what is told when it is unpacked."""
    spell = one.ended
    ended = (spell.since, spell.until, spell.days, spell.unvisited.days) if spell else None
    row = row_of(Alert.of(one.change, one.home), one.home, None, {"not_counted": ended})
    return {name: said for key, value in row.items() for name, said in _with_room(key, value)}


def _with_room(key: str, value: Any) -> list[tuple[str, Any]]:
    return [(key, value), ("labels", None)] if key == "id" else [(key, value)]


def _unpacked(
    row: dict[str, Any], mark: Mark, home: Described, region: str | None, sector: Sector, settings: Settings
) -> dict[str, Any]:
    routing, labels = asking(mark.what, home, settings, mark.known)
    left_out = not_counted(_spell(row["not_counted"]), sector)
    told = {
        "watches": list(routing.watches),
        "channels": list(routing.channels),
        "labels": dict(labels) or None,
        "not_counted": left_out.get("not_counted"),
        "region": region,
    }
    row |= told
    for name in ("labels", "not_counted"):
        if row[name] is None:
            del row[name]
    return row


def _spell(said: tuple[str, str, int, int] | None) -> Spell | None:
    if said is None:
        return None
    since, until, days, unvisited = said
    return Spell(date.fromisoformat(since), date.fromisoformat(until), days, timedelta(unvisited))
