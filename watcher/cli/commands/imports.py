"""The command that takes official files in."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from watcher.cli.history import owning
from watcher.cli.terminal import AsJson, ConfigFile, err, out, print_json
from watcher.config.settings import load
from watcher.rounds.imports import import_files as take_in

app = typer.Typer()


@app.command("import")
def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE", exists=True, dir_okay=False, help="Yearly files of official statistics: CSV, ODS, XLSX."
        ),
    ],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """An official file into the history, announcing nothing."""
    settings = load(config, with_lists=False)
    with owning(settings.place) as history:
        steps = track(files, "reading", console=err, disable=as_json or not err.is_terminal, transient=True)
        imported = take_in(history, steps)
    for file in imported.files:
        if as_json:
            print_json(file.as_json())
        else:
            out.print(file.summary(), markup=False, highlight=False)
            for line in file.untold():
                out.print(f"  {line}", markup=False, highlight=False)
    if not as_json:
        out.print(imported.summary(), markup=False, highlight=False)
    if any(file.needs_attention for file in imported.files):
        raise typer.Exit(1)
