"""The log of changes as pages show it: rows in words with the pages that they lead to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from watcher.answers.change_words import change_words, particulars, reservations
from watcher.answers.changes import changes
from watcher.answers.chosen import Chosen
from watcher.answers.sheet import Column, Row
from watcher.answers.sorting import NEWEST_FIRST, Sorting
from watcher.judging.changes import What
from watcher.text import inert
from watcher.web.addresses import area_page, change_page, home_page, owner_page
from watcher.web.cells import Links, Notes, TableRow, table_row
from watcher.web.visit import Visit

COLUMNS = (
    Column("day", "Published"),
    Column("words", "What changed"),
    Column("previous_rating", "Before"),
    Column("rating", "Then"),
    Column("number", "Home"),
    Column("local_authority", "Area"),
    Column("owner", "Owner"),
    Column("link", "Report"),
)

LINKS: Links = {
    "words": lambda row: change_page(row["id"]),
    "number": lambda row: home_page(row["home"]),
    "local_authority": lambda row: area_page(row["local_authority"]),
    "owner": lambda row: owner_page(row["owner"]),
}

_NOTES: Notes = {
    "words": lambda row: particulars(row),
    "day": lambda row: "; ".join(reservations(row)),
    "number": lambda row: ", ".join(inert(label, 60) for label in dict.fromkeys((row.get("labels") or {}).values())),
}

FIRST_DAY = date(1900, 1, 1)
"""Before everything that is known."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some of the changes asked for."""

    rows: Sequence[Row]
    total: int


def log_page(
    visit: Visit,
    chosen: Chosen,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    what: tuple[What, ...] = (),
    sort: Sorting = NEWEST_FIRST,
    start: int = 0,
    most: int,
) -> LogPage:
    """The changes from one day to another, some of them at a time; without days all."""
    span = (first_day or FIRST_DAY, last_day or visit.day)
    rows = changes(visit.history, visit.settings, chosen, span, visit.now, what).rows
    ordered = rows if is_oldest_first(sort) else rows[::-1]
    return LogPage(ordered[start : start + most], len(rows))


def is_oldest_first(sort: Sorting) -> bool:
    """Whether an order of the log begins with its oldest change."""
    return (sort.by == NEWEST_FIRST.by) == sort.backwards


def log_rows(rows: Sequence[Row], without: Sequence[str] = ()) -> tuple[Sequence[Column], list[TableRow]]:
    """Rows as a table, without some of the columns."""
    columns = [column for column in COLUMNS if column.key not in without]
    return columns, [table_row(columns, _said(row), LINKS, _NOTES) for row in rows]


def _said(row: Row) -> Mapping[str, Any]:
    return {
        **row,
        "day": row["published"] or row["inspected"],
        "words": change_words(row),
        "number": row["home"].partition(":")[2],
    }
