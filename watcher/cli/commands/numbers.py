"""The command that counts: by year, region, owner and what else is asked for, for people, files and programs."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli import filters
from watcher.cli.given import Csv, Html, Output, give
from watcher.cli.history import reading
from watcher.cli.terminal import AsJson, ConfigFile, out
from watcher.config.made_watches import with_made
from watcher.config.settings import load
from watcher.timing.clock import SystemClock

if TYPE_CHECKING:
    from watcher.answers.asked.chosen import Chosen

app = typer.Typer()

By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="KEYS",
        help="One of year, region, sector, owner, group, area, type, constituency; or several, as year,region.",
    ),
]


@app.command()
@filters.about_homes
def numbers(
    chosen: "Chosen",
    by: By = "year",
    csv: Csv = None,
    html: Html = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """How many inspections found homes inadequate, how many homes dropped, recovered or closed: counts and rates."""
    from watcher.answers.counts.numbers import numbers as counted
    from watcher.cli.number_table import print_numbers

    keys, form, settings = _keys_of(by), Output(csv, html, as_json), load(config)
    today = SystemClock().now().astimezone(settings.timezone).date()
    with reading(settings.place) as history, filters.wrong_usage():
        answer = counted(history, with_made(settings, history.made_watches()), chosen, keys, today)
    give(answer, form, today, partial(print_numbers, out))


def _keys_of(text: str) -> tuple[str, ...]:
    """What numbers are told by; anything that they can't be is wrong usage, with the nearest that they can."""
    from watcher.answers.asked.chosen import NothingSoCalledError
    from watcher.answers.asked.given import keys_of

    try:
        return keys_of(text)
    except NothingSoCalledError as error:
        raise typer.BadParameter(str(error), param_hint="--by") from None
