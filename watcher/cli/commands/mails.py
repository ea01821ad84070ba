"""The commands about who has stopped these mails."""

from typing import Annotated

import typer

from watcher.cli import tables
from watcher.cli.history import reading
from watcher.cli.signed import By, Why, signed
from watcher.cli.terminal import AsJson, ConfigFile, out, print_json
from watcher.config.settings import load
from watcher.timing.clock import SystemClock

app = typer.Typer()
mails_app = typer.Typer(help="Who has stopped these mails.", invoke_without_command=True)
app.add_typer(mails_app, name="mails")


@mails_app.callback()
def mails(context: typer.Context, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """The addresses that have stopped these mails, since when; nothing but what is for the operator goes there."""
    if context.invoked_subcommand is not None:
        return
    with reading(load(config, with_lists=False).place) as known:
        stopped = list(known.stopped_mails().values())
    if as_json:
        for stop in stopped:
            print_json(stop.json())
    else:
        out.print(tables.stopped_table(stopped) if stopped else "nobody has stopped these mails")


@mails_app.command()
def resume(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The address, as `watcher mails` lists it.")],
    by: By = None,
    why: Why = "",
    config: ConfigFile = None,
) -> None:
    """Has an address get mails again: what is new from now on, nothing of what it missed."""
    from watcher.actions.mails import address_meant
    from watcher.service import asking
    from watcher.service.requests import Request

    settings, signature = load(config, with_lists=False), signed(by, why, SystemClock().now())
    with reading(settings.place) as known:
        meant = address_meant(known, address)
    said = asking.ask(settings, Request.signed("resume mails", meant, signature))
    out.print(f"{meant}: {said}", markup=False, highlight=False)
