"""The sheet of leavers and joiners: which homes were registered in a year, and which have gone, each with its day.

Published forms: "Leavers and Joiners at 31 March 2023" as CSV, `Leavers+Joiners_at_31_Mar_2025` as a sheet.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from watcher.facts.inspection import GONE, Home
from watcher.facts.regulators import OFSTED
from watcher.facts.sources import Source
from watcher.feeds.statistics import cells
from watcher.feeds.statistics.cells import UnreadableCellError
from watcher.feeds.statistics.headers import Columns, Concept, concept_of
from watcher.feeds.statistics.rows import Row, or_doubt, squashed
from watcher.feeds.tables.tables import Cell, Table
from watcher.text import squash

_MARKS = frozenset({"urn", "joiner status", "leaver status"})
"""The columns that make a table one of leavers and joiners."""
_SINCE = re.compile(r"first effective date \(that the provider (?:became )?(active|resigned|closed|cancelled)\)")
_STATUS = re.compile(r"registration status \(as at \d\d? [a-z]+ \d{4}\)")


@dataclass(frozen=True, slots=True)
class MovesLayout:
    """Where a table of leavers and joiners keeps what."""

    header: int
    above: str
    """The text of the records above the header, squashed."""
    names: tuple[str, ...]
    columns: Columns
    """Those that describe a home."""
    since: Mapping[str, int]
    """The column of the day from which a home has each status."""
    status: int
    """The column of the status at the end of the year."""


def find_moves(table: Table) -> MovesLayout | None:
    """The layout of a table of leavers and joiners; None for every other table."""
    for position, record in enumerate(table.head):
        names = tuple(squash(str(cell)) for cell in record)
        status = [column for column, name in enumerate(names) if _STATUS.fullmatch(name)]
        if not set(names) >= _MARKS or not status:
            continue
        above = squash(" ".join(str(cell) for earlier in table.head[:position] for cell in earlier))
        since = {match[1]: column for column, name in enumerate(names) if (match := _SINCE.fullmatch(name))}
        described = {concept: column for column, name in enumerate(names) if (concept := concept_of(name))}
        return MovesLayout(position, above, names, described, since, status[-1])
    return None


def read_move(layout: MovesLayout, record: Sequence[Cell], source: Source) -> Row:
    """What one record says of its home; raises UnreadableCellError with the reason if that cannot be told."""

    def at(column: int | None) -> Cell:
        return record[column] if column is not None and column < len(record) else ""

    columns, doubts = layout.columns, list[str]()
    kind, status = squashed(at(columns.get(Concept.TYPE))), squashed(at(layout.status))
    if kind is None:
        raise UnreadableCellError("the kind of provider is blank")
    days = {name: or_doubt(at(column), f"day since when it is {name}", doubts) for name, column in layout.since.items()}
    home = Home(
        regulator=OFSTED.key,
        id=cells.urn(at(columns.get(Concept.URN))),
        type=kind,
        local_authority=cells.published_text(at(columns.get(Concept.LOCAL_AUTHORITY))),
        region=cells.published_text(at(columns.get(Concept.REGION))),
        constituency=cells.published_text(at(columns.get(Concept.CONSTITUENCY))),
        sector=squashed(at(columns.get(Concept.SECTOR))),
        status=status,
        registered=days.get("active"),
        closed_on=_closed_on(status, days),
        places=cells.whole_number(at(columns.get(Concept.PLACES))),
        source=source,
    )
    if status in GONE and home.closed_on is None:
        doubts.append(f"it is {status}, and no day is given since when")
    return Row(home, (), tuple(doubts))


def _closed_on(status: str | None, days: Mapping[str, date | None]) -> date | None:
    """The first day on which it was no home any more; None for one that is there."""
    ended = [day for name, day in days.items() if name in GONE and day is not None]
    return min(ended, default=None) if status in GONE else None
