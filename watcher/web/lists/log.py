"""The log of changes as pages show it: rows in words with the pages that they lead to."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from watcher.answers.asked.given import FIRST_YEAR
from watcher.answers.asked.query import Question
from watcher.answers.log.change_words import change_words, day_of_row, no_measure, no_publication, particulars
from watcher.answers.sheet import Column, Row
from watcher.text import inert
from watcher.web.addresses import area_page, change_page, home_page, owner_page
from watcher.web.cells import Links, Notes, TableRow, table_row

COLUMNS = (
    Column("day", "Published"),
    Column("words", "What changed"),
    Column("previous_rating", "Before"),
    Column("rating", "After"),
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
    "words": lambda row: "; ".join(filter(None, (particulars(row), no_measure(row), no_publication(row)))),
    "number": lambda row: ", ".join(inert(label, 60) for label in dict.fromkeys((row.get("labels") or {}).values())),
}


def log_title(question: Question, days: str = "") -> str:
    """What is asked for, as a heading; `days` says of which days, after a blank."""
    said = "; ".join(filter(None, (question.chosen.words, ", ".join(question.what))))
    return f"What changed{days}{f': {said}' if said else ''}"


def span_of(question: Question, today: date) -> tuple[date, date]:
    """From which day to which it asks; without days all."""
    return question.first or date(FIRST_YEAR, 1, 1), question.last or today


def log_table(rows: Sequence[Row], without: str = "") -> tuple[Sequence[Column], list[TableRow]]:
    """Rows as a table, but for the column `without`, and for that of the reports where no row leads to one."""
    has_reports = any(row["link"] for row in rows)
    columns = [column for column in COLUMNS if column.key != without and (has_reports or column.key != "link")]
    return columns, [table_row(columns, _said(row), LINKS, _NOTES) for row in rows]


def _said(row: Row) -> Mapping[str, Any]:
    return {
        **row,
        "day": day_of_row(row),
        "words": change_words(row),
        "number": row["home"].partition(":")[2],
    }
