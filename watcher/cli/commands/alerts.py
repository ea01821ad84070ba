"""The commands about messages: what became of each, sending one again, acknowledging an alert."""

from typing import Annotated

import typer

from watcher.cli import tables
from watcher.cli.history import reading
from watcher.cli.terminal import AsJson, ConfigFile, out, print_json
from watcher.config.settings import load
from watcher.facts.stored import stored
from watcher.timing.clock import SystemClock

app = typer.Typer()
alerts_app = typer.Typer(help="Messages and their verdicts.", invoke_without_command=True)
app.add_typer(alerts_app, name="alerts")

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
                print_json(tables.delivery_json(delivery, known.acknowledgement, known.delivery))
        elif deliveries:
            out.print(tables.deliveries_table(deliveries, known.acknowledgement, known.delivery, SystemClock().now()))
        else:
            out.print("nothing was sent yet, and nothing waits")


@alerts_app.command()
def retry(delivery: AlertId, config: ConfigFile = None) -> None:
    """Sends a refused, silenced or waiting message, now."""
    from watcher.actions.retry import delivery_meant
    from watcher.service import start

    settings = load(config, with_secrets=True)
    with reading(settings) as known:
        meant = delivery_meant(known, delivery)
    out.print(start.retry(settings, meant), markup=False, highlight=False)


@alerts_app.command()
def ack(
    alert: AlertId,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who takes it in hand.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What is being done.")],
    config: ConfigFile = None,
) -> None:
    """Acknowledges an alert: its reminders and escalations end. The first acknowledgement stays."""
    from watcher.actions.acknowledge import acknowledgement_of, change_meant
    from watcher.service import start
    from watcher.service.requests import Request

    settings = load(config)
    with reading(settings) as known:
        change = change_meant(known, alert)
        earlier = known.acknowledgement(change)
    if earlier is not None:
        said = f"{change} is acknowledged already, and that stays: {earlier}"
    else:
        wanted = acknowledgement_of(change, by=by, why=why, now=SystemClock().now())
        said = f"{change}: {start.ask(settings, Request('acknowledge', change, stored(wanted)))}"
    out.print(said, markup=False, highlight=False)
