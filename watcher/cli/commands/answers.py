"""The commands that answer: how homes stand, what changed, what names there are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli import filters
from watcher.cli.given import Csv, Html, Output, give
from watcher.cli.history import reading
from watcher.cli.terminal import AsJson, ConfigFile, day_of, out
from watcher.config.made_watches import with_made
from watcher.config.settings import Settings, load
from watcher.timing.clock import SystemClock

if TYPE_CHECKING:
    from watcher.answers.asked.chosen import Chosen
    from watcher.answers.sheet import Sheet
    from watcher.history.protocol import History

app = typer.Typer()

Text = Annotated[str, typer.Argument(metavar="TEXT", help="Words that the names have; all names without.")]
WithGone = Annotated[bool, typer.Option("--all", help="Also homes that are on no list any more, or have closed.")]


@app.command()
@filters.about_homes
def homes(
    chosen: "Chosen",
    with_gone: WithGone = False,
    csv: Csv = None,
    html: Html = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """How homes stand now, the worst first; the country and each owner's other homes below."""
    from watcher.answers.counts.chart import Charted
    from watcher.answers.homes.homes import homes_now
    from watcher.cli.homes_table import print_homes

    form, settings, now = Output(csv, html, as_json), load(config), SystemClock().now()
    with _asked(chosen, settings) as (history, settings):
        answer = homes_now(history, settings, chosen, now, with_gone=with_gone)
    sheet = answer.sheet()
    if answer.only_gone:
        sheet = replace(sheet, below=(*sheet.below, "--all shows them."))
    give(Charted(sheet), form, answer.day, partial(print_homes, out))


@app.command()
@filters.about_homes
def changes(
    chosen: "Chosen",
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, as 2018-08-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    what: Annotated[
        list[str] | None, typer.Option("--what", metavar="CHANGE", help='Only such changes, as "recovered".')
    ] = None,
    csv: Csv = None,
    html: Html = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Every change judged, by date published, whether anybody was told or not."""
    from watcher.answers.counts.chart import Charted
    from watcher.answers.log.changes import changes as changed
    from watcher.answers.log.changes import sorts
    from watcher.cli.changes_table import print_changes

    form, settings, now = Output(csv, html, as_json), load(config), SystemClock().now()
    since, until = day_of(first, "--from"), day_of(last, "--to")
    if until < since:
        raise typer.BadParameter(f"{until} is before {since}: swap the two days", param_hint="--to")
    with filters.wrong_usage():
        named = sorts(what or ())
    with _asked(chosen, settings) as (history, settings):
        sheet = changed(history, settings, chosen, (since, until), now, named)
    give(Charted(sheet), form, now.astimezone(settings.timezone).date(), partial(print_changes, out))


@app.command()
@filters.about_homes
def owners(
    chosen: "Chosen",
    text: Text = "",
    csv: Csv = None,
    html: Html = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """The owners that the history has, with their homes and how these stand; those with most homes first."""
    from watcher.answers.counts.names import owners as named

    _give_names(partial(named, chosen=chosen, text=text), chosen, Output(csv, html, as_json), load(config))


@app.command()
@filters.about_homes
def areas(
    chosen: "Chosen",
    text: Text = "",
    csv: Csv = None,
    html: Html = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """The local authorities that the history has, with their homes and how these stand; those with most homes first."""
    from watcher.answers.counts.names import areas as named

    _give_names(partial(named, chosen=chosen, text=text), chosen, Output(csv, html, as_json), load(config))


def _give_names(named: "Callable[..., Sheet]", chosen: "Chosen", form: Output, settings: Settings) -> None:
    from watcher.answers.counts.chart import Charted
    from watcher.cli.names_table import print_names

    now = SystemClock().now()
    with _asked(chosen, settings) as (history, settings):
        sheet = named(history=history, settings=settings, now=now)
    give(Charted(sheet), form, now.astimezone(settings.timezone).date(), partial(print_names, out))


@contextmanager
def _asked(chosen: "Chosen", settings: Settings) -> "Iterator[tuple[History, Settings]]":
    """The history for looking, with the watches that people made, if the filters mean anything in it."""
    from watcher.answers.asked.chosen import require_known

    with reading(settings.place) as history:
        settings = with_made(settings, history.made_watches())
        with filters.wrong_usage():
            require_known(chosen, history.register().cards(), settings)
        yield history, settings
