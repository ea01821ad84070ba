"""The commands by which people deal with messages: look them up, send one again, acknowledge, silence."""

from typing import Annotated

import typer

from watcher.cli import tables as show
from watcher.cli.terminal import AsJson, ConfigFile, err, out, print_json, reading
from watcher.config.settings import load
from watcher.timing.clock import SystemClock

alerts_app = typer.Typer(help="Messages and their verdicts.", invoke_without_command=True)
silence_app = typer.Typer(help="What is not to be sent for a while.", invoke_without_command=True)

AlertId = Annotated[
    str, typer.Argument(metavar="ID", help="A message's or a change's id; 6 characters of its beginning are enough.")
]


@alerts_app.callback()
def alerts(
    context: typer.Context,
    config: ConfigFile = None,
    as_json: AsJson = False,
    waiting: Annotated[bool, typer.Option("--open", help="Only those without a final verdict.")] = False,
) -> None:
    """Messages and their verdicts, oldest first."""
    if context.invoked_subcommand is not None:
        return
    settings = load(config)
    with reading(settings) as known:
        deliveries = list(known.deliveries(open_only=waiting))
        if waiting:
            deliveries = sorted([*deliveries, *known.gathered()], key=lambda delivery: delivery.number)
        if as_json:
            for delivery in deliveries:
                print_json(show.delivery_json(delivery, known.acknowledgement, known.delivery))
        elif deliveries:
            out.print(show.deliveries_table(deliveries, known.acknowledgement, known.delivery, SystemClock().now()))
        else:
            out.print("nothing was sent yet, and nothing waits")


@alerts_app.command()
def retry(delivery: AlertId, config: ConfigFile = None) -> None:
    """Sends a refused, silenced or waiting message, now."""
    from watcher.cli import asking
    from watcher.service import start

    settings = load(config, with_secrets=True)
    with reading(settings) as known:
        meant = asking.delivery_meant(known, delivery)
    out.print(start.retry(settings, meant), markup=False, highlight=False)


@alerts_app.command()
def ack(
    alert: AlertId,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes it in hand.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What is being done.")],
    config: ConfigFile = None,
) -> None:
    """Acknowledges an alert: its reminders and escalations end. The first acknowledgement stays."""
    from watcher.cli import asking

    settings = load(config)
    with reading(settings) as known:
        said = asking.acknowledge(settings, known, alert, by, why, SystemClock().now())
    out.print(said, markup=False, highlight=False)


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
    with reading(load(config)) as known:
        silences = [one for one in known.silences() if ended or now < one.until]
    if as_json:
        for one in silences:
            print_json({**one.document(), "in_force": now < one.until})
    else:
        out.print(show.silences_table(silences) if silences else "nothing is silenced")


@silence_app.command()
def add(
    until: Annotated[str, typer.Option("--until", metavar="END", help="The last day, as 2026-03-31; or as 14d.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for whoever misses a message.")],
    home: Annotated[list[str] | None, typer.Option("--home", help="A home's id.")] = None,
    owner: Annotated[list[str] | None, typer.Option("--owner", help="An owner's name.")] = None,
    area: Annotated[list[str] | None, typer.Option("--area", help="A local authority's exact name.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="A type of home.")] = None,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who asks for it.")] = "",
    config: ConfigFile = None,
) -> None:
    """Sends nothing about some homes, for at most a year; a home must fit every filter, each by any of its values.

    A silence that ends does not release what it held: `watcher alerts retry ID` sends it all the same.
    """
    from watcher.cli import asking
    from watcher.service import start
    from watcher.service.requests import Request
    from watcher.watching import silences

    settings = load(config)
    filters = dict(zip(silences.FILTERS, (home or (), owner or (), area or (), kind or ()), strict=True))
    wanted = asking.silence(settings, filters, until, why, by, SystemClock().now())
    with reading(settings) as known:
        findings = asking.findings(settings, known, wanted)
    for finding in findings:
        (out if finding.ok else err).print(finding.detail, markup=False, highlight=False)
    said = start.ask(settings, Request("silence", wanted.id, wanted.document()))
    out.print(f"{wanted.id} until {wanted.until:%Y-%m-%d %H:%M} UTC: {said}", markup=False, highlight=False)


@silence_app.command()
def remove(
    silence: Annotated[str, typer.Argument(metavar="ID", help="Its id, or 6 characters of it.")],
    config: ConfigFile = None,
) -> None:
    """Ends a silence now. What it held stays held: `watcher alerts retry ID` sends it."""
    from watcher.cli import ids as prefixes
    from watcher.service import start
    from watcher.service.requests import Request

    settings, now = load(config), SystemClock().now()
    with reading(settings) as known:
        ids = {one.id: {one.id} for one in known.silences() if now < one.until}
    meant = prefixes.meaning(silence, ids, "silence")
    said = start.ask(settings, Request("unsilence", meant, {"at": now.isoformat()}))
    out.print(f"{meant}: {said}", markup=False, highlight=False)
