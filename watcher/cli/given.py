"""Where an answer goes: a table for people, a CSV file, a page, or lines of JSON."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.terminal import print_json
from watcher.cli.whole_file import require_place, write_whole

if TYPE_CHECKING:
    from watcher.answers.sheet import Sheet

STANDARD_OUTPUT = Path("-")

Csv = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Writes the rows there; - for standard output.")
]
Html = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Writes one page that can be printed there.")]


def require_places(csv: Path | None, html: Path | None, *, as_json: bool) -> None:
    """Wrong usage where nothing can be written to the places named, before any work is done for it."""
    if as_json and csv == STANDARD_OUTPUT:
        raise typer.BadParameter("--json is for standard output too: name a file", param_hint="--csv")
    require_place(None if csv == STANDARD_OUTPUT else csv, "--csv")
    require_place(html, "--html")


def give(
    sheet: "Sheet",
    csv: Path | None,
    *,
    as_json: bool,
    show: Callable[[], None],
    html: Path | None = None,
    page: Callable[[], str] | None = None,
) -> None:
    """Gives an answer as asked; `show` prints it for people, where nothing else was asked for."""
    from watcher.answers.sheet import csv_text

    if csv == STANDARD_OUTPUT:
        sys.stdout.writelines(csv_text(sheet))
    elif csv is not None:
        write_whole(csv, csv_text(sheet))
    if html is not None and page is not None:
        write_whole(html, [page()])
    if as_json:
        for row in sheet.rows:
            print_json(dict(row))
    elif csv is None and html is None:
        show()
