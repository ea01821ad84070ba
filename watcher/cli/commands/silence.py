"""The commands about what is not to be sent for a while."""

from typing import Annotated

import typer

from watcher.cli import tables
from watcher.cli.history import reading
from watcher.cli.signed import By, Why, signed, tell, user
from watcher.cli.terminal import AsJson, ConfigFile, err, out, print_json
from watcher.config.settings import load
from watcher.errors import WatcherError
from watcher.facts.stored import stored
from watcher.timing.clock import SystemClock

app = typer.Typer()
silence_app = typer.Typer(help="What is not to be sent for a while.", invoke_without_command=True)
app.add_typer(silence_app, name="silence")


@silence_app.callback()
def silence(
    context: typer.Context,
    config: ConfigFile = None,
    as_json: AsJson = False,
    ended: Annotated[bool, typer.Option("--all", help="Those that have ended too.")] = False,
) -> None:
    """Silences: messages about the homes that they cover are made and kept, and not sent.

    A silence that ends does not release what it held: `watcher alerts` shows it, `watcher alerts retry ID` sends it.
    What watcher tells its operator about itself is never silenced.
    """
    if context.invoked_subcommand is not None:
        return
    now = SystemClock().now()
    with reading(load(config, with_lists=False).place) as known:
        silences = [silence for silence in known.silences() if ended or now < silence.until]
    if as_json:
        for silence in silences:
            print_json({**stored(silence), "in_force": now < silence.until})
    else:
        out.print(tables.silences_table(silences, out.width) if silences else "nothing is silenced")


@silence_app.command()
def add(
    until: Annotated[str, typer.Option("--until", metavar="END", help="The last day, as 2026-03-31; or as 14d.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for whoever misses a message.")],
    home: Annotated[list[str] | None, typer.Option("--home", help="A home's id.")] = None,
    owner: Annotated[list[str] | None, typer.Option("--owner", help="An owner's name.")] = None,
    area: Annotated[list[str] | None, typer.Option("--area", help="A local authority's exact name.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="A type of home.")] = None,
    by: By = None,
    config: ConfigFile = None,
) -> None:
    """Sends nothing about some homes, for at most a year; a home must fit every filter, each by any of its values.

    A silence that ends does not release what it held: `watcher alerts retry ID` sends it all the same.
    """
    from watcher.actions.silence import silence_of
    from watcher.cli.check_watches import check_watch
    from watcher.service import asking
    from watcher.service.requests import Request
    from watcher.watching.deeds import Door
    from watcher.watching.silences import FILTERS

    settings = load(config, with_lists=False)
    filters = dict(zip(FILTERS, (home or (), owner or (), area or (), kind or ()), strict=True))
    now = SystemClock().now()
    zone = settings.timezone
    try:
        wanted = silence_of(filters, until=until, why=why, by=user(by), now=now, zone=zone, door=Door.COMMAND_LINE)
    except WatcherError as error:
        raise typer.BadParameter(str(error)) from None
    with reading(settings.place) as known:
        homes = list(known.homes())
    today = now.astimezone(settings.timezone).date()
    for finding in check_watch(wanted.as_watch(), settings.groups, homes, today):
        (out if finding.ok else err).print(finding.detail, markup=False, highlight=False)
    said = asking.ask(settings, Request("silence", wanted.id, stored(wanted)))
    out.print(f"{wanted.id} until {wanted.until:%Y-%m-%d %H:%M} UTC: {said}", markup=False, highlight=False)


@silence_app.command()
def remove(
    silence: Annotated[
        str, typer.Argument(metavar="HOME|ID", help="Its id, or 6 characters of it; or the number of its one home.")
    ],
    by: By = None,
    why: Why = "",
    config: ConfigFile = None,
) -> None:
    """Ends a silence now. What it held stays held: `watcher alerts retry ID` sends it."""
    from watcher.actions.silence import silence_meant
    from watcher.service import asking
    from watcher.service.requests import Request

    settings, signature = load(config, with_lists=False), signed(by, why, SystemClock().now())
    with reading(settings.place) as known:
        meant = silence_meant(known, silence, signature.at)
    tell(meant, f"{meant.id}: {asking.ask(settings, Request.signed('unsilence', meant.id, signature))}")
