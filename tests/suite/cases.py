"""Real inspections of homes whose grades moved often, and which of them are to be told, reckoned apart from watcher."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from watcher.facts.inspection import Home, Inspection, Kind
from watcher.facts.statements import Record
from watcher.history.embedded.history import EmbeddedHistory

SINCE = date(2016, 4, 1)
"""What was published before is left out: the reports had another form."""
BEGINS = date(2018, 4, 3)
LOOK_BACK = timedelta(days=30)

TOLD = [
    "dropped to inadequate",
    "first inspection inadequate",
    "still inadequate",
    "recovered",
    "dropped",
    "improved",
    "area inadequate",
]
"""The changes that the suite's watch asks for."""

Visit = tuple[str, date]
"""A home's key and the day of the visit: names an inspection of these cases."""


@dataclass(frozen=True)
class Cases:
    """Homes, and what was published about them."""

    homes: tuple[Home, ...]
    inspections: tuple[Inspection, ...]

    def known(self) -> list[Record]:
        """What a new installation knows, from the official files."""
        return [
            Record((inspection,))
            for inspection in self.inspections
            if inspection.published and inspection.published < BEGINS - LOOK_BACK
        ]

    def owed(self, today: date) -> tuple[list[Visit], list[Visit]]:
        """What has to be told by a day, and all that may be: what that day publishes is still being read."""
        return self.expected(today - timedelta(days=1)), self.expected(today)

    def expected(self, until: date) -> list[Visit]:
        """The visits to be told, published after BEGINS and until a day; those of one home in their order."""
        return [visit_of(inspection) for home in self.homes for inspection in self._told_of(home.key, until)]

    def _told_of(self, home: str, until: date) -> list[Inspection]:
        theirs = [inspection for inspection in self.inspections if inspection.home == home]
        return [
            inspection
            for before, inspection in zip([None, *theirs], theirs, strict=False)
            if inspection.published and BEGINS < inspection.published <= until and _is_told(before, inspection)
        ]


def visit_of(inspection: Inspection) -> Visit:
    """What names it here."""
    return inspection.home, inspection.day


_RANKS = {"outstanding": 0, "good": 1, "requires improvement to be good": 2, "adequate": 2, "inadequate": 4}


def _is_told(before: Inspection | None, inspection: Inspection) -> bool:
    """The rules of the design, on words alone."""
    said = {judgement.area: judgement.grade.value for judgement in inspection.judgements}
    had = {judgement.area: judgement.grade.value for judgement in before.judgements} if before else {}
    if "inadequate" in {area: word for area, word in said.items() if had.get(area) != "inadequate"}.values():
        return True
    return said["overall"] == "inadequate" or (before is not None and said["overall"] != had["overall"])


def real_cases(folder: Path, number: int, chance: random.Random) -> Cases:
    """So many homes out of the liveliest of the bundled history."""
    history = EmbeddedHistory.open(folder)
    try:
        lively = sorted(
            ((usable, home) for home in history.homes() if (usable := _usable(history, home.key))),
            key=lambda pair: (-_moves(pair[0]), pair[1].key),
        )
    finally:
        history.close()
    chosen = chance.sample(lively[: number * 2], number)
    return Cases(
        tuple(home for _, home in chosen), tuple(inspection for inspections, _ in chosen for inspection in inspections)
    )


def _usable(history: EmbeddedHistory, home: str) -> list[Inspection]:
    """The full inspections of a home; none where their order of publication is not that of the visits."""
    records = [record.inspection for record in history.records(home)]
    full = [
        inspection
        for inspection in records
        if inspection.kind is Kind.FULL and inspection.rating and inspection.published and inspection.published >= SINCE
    ]
    days = [inspection.published for inspection in full if inspection.published]
    is_orderly = all(a < b for a, b in pairwise(days))
    return full if is_orderly and any(day > BEGINS for day in days) and _all_areas(full) else []


def _all_areas(inspections: Sequence[Inspection]) -> bool:
    return all(
        {"overall", "protected", "leaders"} <= {judgement.area for judgement in inspection.judgements}
        for inspection in inspections
    )


def _moves(inspections: Sequence[Inspection]) -> int:
    return sum(_is_told(a, b) for a, b in pairwise(inspections))
