"""Where an answer goes: a table for people, a CSV file, a page, or lines of JSON."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.terminal import print_json
from watcher.cli.whole_file import require_place, write_whole

if TYPE_CHECKING:
    from watcher.answers.counts.chart import Charted
    from watcher.answers.sheet import Row, Sheet

STANDARD_OUTPUT = Path("-")

Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Writes the rows there; - for standard output.")
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Writes one page that can be printed there.")]


@dataclass(frozen=True, slots=True)
class Output:
    """In which form somebody wants an answer: lines of JSON, files, or, without any of these, a table."""

    csv: Path | None
    html: Path | None
    as_json: bool

    def __post_init__(self) -> None:
        """Wrong usage where nothing can be written to the places named, before any work is done for it."""
        if self.as_json and self.csv == STANDARD_OUTPUT:
            raise typer.BadParameter("--json is for standard output too: name a file", param_hint="--csv")
        require_place(None if self.csv == STANDARD_OUTPUT else self.csv, "--csv")
        require_place(self.html, "--html")


def give(answer: "Charted", form: Output, day: date, show: "Callable[[Sheet], None]") -> None:
    """Gives an answer of a day in the form asked for; `show` prints it for people."""
    from watcher.answers.sheet import csv_text

    sheet = answer.sheet
    if form.csv == STANDARD_OUTPUT:
        sys.stdout.writelines(csv_text(sheet.rows, sheet.keys))
    elif form.csv is not None:
        write_whole(form.csv, csv_text(sheet.rows, sheet.keys))
    if form.html is not None:
        from watcher.web.printed import page

        write_whole(form.html, [page([answer], title=sheet.title, day=day, of=set(map(_regulator, sheet.rows)))])
    if form.as_json:
        for row in sheet.rows:
            print_json(dict(row))
    elif form.csv is None and form.html is None:
        show(sheet)


def _regulator(row: "Row") -> str:
    """Whose publications a row is made from."""
    return str(row.get("regulator") or row["home"].partition(":")[0])
