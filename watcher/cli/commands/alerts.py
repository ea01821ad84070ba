"""The commands about messages: what became of each, sending one again, acknowledging an alert."""

from typing import Annotated

import typer

from watcher.cli.given_to_all import AsJson, ConfigFile, print_json
from watcher.cli.history import reading
from watcher.cli.lean import LeanCommand, LeanGroup
from watcher.cli.lines import on_output
from watcher.cli.signing import By, Why
from watcher.config.proven import proven_place
from watcher.timing.clock import SystemClock

app = typer.Typer()
alerts_app = typer.Typer(cls=LeanGroup, help="Messages and their verdicts.", invoke_without_command=True)
app.add_typer(alerts_app, name="alerts")

_IDS = "a message's or a change's id, or 6 characters of it"
Message = Annotated[
    str, typer.Argument(metavar="HOME|ID", help=f"A home's number, if it has but one such message; or {_IDS}.")
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
    place = proven_place(config)
    if place is None:
        from watcher.config.settings import load

        place = load(config, with_lists=False).place
    with reading(place) as known:
        deliveries = list(known.deliveries(open_only=waiting))
        if waiting:
            deliveries = sorted([*deliveries, *known.gathered()], key=lambda delivery: delivery.number)
        if as_json or deliveries:
            from watcher.cli import tables
        if as_json:
            for delivery in deliveries:
                print_json(tables.delivery_json(delivery, known.acknowledgement, known.delivery))
        elif deliveries:
            from watcher.cli.terminal import out

            out.print(tables.deliveries_table(deliveries, known.acknowledgement, known.delivery, SystemClock().now()))
        else:
            on_output().say("nothing waits" if waiting else "nothing was sent yet, and nothing waits")


@alerts_app.command(cls=LeanCommand)
def retry(
    delivery: Annotated[
        str | None,
        typer.Argument(metavar="HOME|ID", help=f"A home's number, if it has but one such message; or {_IDS}."),
    ] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="NAME", help="All that this channel keeps, stopped or not.")
    ] = None,
    by: By = None,
    why: Why = "",
    config: ConfigFile = None,
) -> None:
    """Sends a message now that was refused, silenced, of unknown fate, or waits; or all that a channel keeps."""
    from watcher.actions.meant_message import delivery_meant
    from watcher.cli.signed import signed, tell
    from watcher.cli.terminal import out
    from watcher.config.made_watches import with_made
    from watcher.config.settings import load
    from watcher.options.mistakes import did_you_mean
    from watcher.service import asking

    if (delivery is None) == (channel is None):
        raise typer.BadParameter("name a message by its id, or a channel with --channel", param_hint="ID")
    settings = load(config, with_secrets=True, with_lists=False)
    signature = signed(by, why, SystemClock().now())
    if channel is not None:
        with reading(settings.place) as known:
            channels = with_made(settings, known.made_watches()).channels
        if channel not in channels:
            what = f"there is no channel {channel!r}{did_you_mean(channel, channels)}"
            raise typer.BadParameter(what, param_hint="--channel")
        out.print(asking.retry_channel(settings, channel, signature), markup=False, highlight=False)
        return
    with reading(settings.place) as known:
        meant = delivery_meant(known, str(delivery))
    tell(meant, asking.retry(settings, meant.id, signature))


@alerts_app.command(cls=LeanCommand)
def drop(delivery: Message, by: By = None, why: Why = "", config: ConfigFile = None) -> None:
    """Gives up a message that was refused, or of which you found out whether it arrived: it is no matter any more."""
    from watcher.actions.meant_message import delivery_meant
    from watcher.answers.told.acts import DROPPED
    from watcher.cli.signed import signed, tell
    from watcher.config.settings import load
    from watcher.service import asking

    settings, signature = load(config, with_lists=False), signed(by, why, SystemClock().now())
    with reading(settings.place) as known:
        meant = delivery_meant(known, delivery, DROPPED)
    tell(meant, f"{meant.id}: {asking.drop(settings, meant.id, signature)}")


@alerts_app.command(cls=LeanCommand)
def ack(
    alert: Annotated[
        str,
        typer.Argument(
            metavar="HOME|ID",
            help=f"A home's number: its newest open alert; or {_IDS}.",
        ),
    ],
    by: By = None,
    why: Why = "",
    config: ConfigFile = None,
) -> None:
    """Acknowledges an alert: its reminders and escalations end. The first acknowledgement stays.

    It is open until somebody does, its home recovers or closes, or its inspection is corrected or withdrawn.
    """
    from watcher.actions.acknowledge import acknowledgement_of, alert_meant
    from watcher.cli.signed import signed, tell
    from watcher.config.settings import load
    from watcher.facts.stored import stored
    from watcher.service import asking
    from watcher.service.requests import Request

    settings, signature = load(config, with_lists=False), signed(by, why, SystemClock().now())
    with reading(settings.place) as known:
        meant = alert_meant(known, alert)
        earlier = known.acknowledgement(meant.id)
    if earlier is not None:
        said = f"{meant.id} is acknowledged already, and that stays: {earlier}"
    else:
        wanted = acknowledgement_of(meant.id, by=signature.by, why=signature.why, now=signature.at, door=signature.door)
        said = f"{meant.id}: {asking.ask(settings, Request('acknowledge', meant.id, stored(wanted)))}"
    tell(meant, said)
