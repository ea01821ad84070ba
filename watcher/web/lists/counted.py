"""Numbers as pages show them: charts as pictures, each with its table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.answers.counts.chart import Charted
from watcher.answers.sheet import Column
from watcher.web.addresses import area_page, owner_page
from watcher.web.cells import Links, TableRow, table_row
from watcher.web.drawn import Drawn, drawn

LINKS: Links = {
    "owner": lambda row: owner_page(row["owner"]),
    "area": lambda row: area_page(row["area"]),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NumbersShown:
    """Numbers by one thing or several."""

    name: str
    """By which they are referred to within a page."""
    title: str
    about: str
    charts: Sequence[Drawn]
    columns: Sequence[Column]
    rows: Sequence[TableRow]
    total: int
    """How many rows there are, of which some may be shown."""
    below: Sequence[str]


def shown(answer: Charted, by: Sequence[str], *, start: int = 0, most: int) -> NumbersShown:
    """Numbers with some of their rows."""
    name, sheet = "-".join(by), answer.sheet
    return NumbersShown(
        name=name,
        title=sheet.title,
        about=sheet.about,
        charts=[drawn(chart, f"{name}-{number}") for number, chart in enumerate(answer.charts, 1)],
        columns=sheet.columns,
        rows=[table_row(sheet.columns, row, LINKS) for row in sheet.rows[start : start + most]],
        total=len(sheet.rows),
        below=sheet.below,
    )
