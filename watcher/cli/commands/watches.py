"""The commands about the watches that people make: kept in the history, routed like those of the configuration."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from watcher.cli.history import reading
from watcher.cli.signed import By, signed
from watcher.cli.terminal import AsJson, ConfigFile, err, out, print_json
from watcher.config.settings import Settings, load
from watcher.timing.clock import SystemClock

if TYPE_CHECKING:
    from watcher.actions.watches import Wanted
    from watcher.history.protocol import History
    from watcher.watching.deeds import Signature

app = typer.Typer()
watch_app = typer.Typer(help="Watches that people make, here, on the page and in Slack.", no_args_is_help=True)
app.add_typer(watch_app, name="watch")

Of = Annotated[str, typer.Argument(metavar="area|owner|home|group", help="Of what.")]
Value = Annotated[
    str, typer.Argument(metavar="VALUE", help="The area's or owner's name, the home's number, the group.")
]
Changes = Annotated[
    str,
    typer.Argument(
        metavar="CHANGES", help='Which changes, as "recovered, closed", or "all"; those of every watch otherwise.'
    ),
]
To = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="CHANNEL",
        help="A configured channel; or desk/C0456, another one of desk's Slack bot by its id.",
    ),
]


@watch_app.command("list")
def list_watches(
    config: ConfigFile = None,
    as_json: AsJson = False,
    ended: Annotated[bool, typer.Option("--all", help="Those that were removed too.")] = False,
) -> None:
    """The watches that people made: of what, where to, by whom, and whether it tells anything now."""
    from watcher.cli.watches_table import watches_table

    settings = load(config, with_lists=False)
    with reading(settings.place) as known:
        made = [watch for watch in known.made_watches() if ended or watch.is_in_force]
        if as_json:
            for watch in made:
                print_json(watch.json())
        else:
            out.print(watches_table(known, settings, made, out.width) if made else "nobody has made a watch")


@watch_app.command()
def add(of: Of, value: Value, to: To, changes: Changes = "", by: By = None, config: ConfigFile = None) -> None:
    """Has a channel told of a home, or of those of an owner, an area or a group, as a watch of the configuration would.

    It is kept in the history until somebody removes it: here, on the page, or in Slack in its own channel.
    """
    from watcher.actions.watches import same_watch
    from watcher.facts.stored import stored
    from watcher.service import asking
    from watcher.service.requests import Request

    settings, signature = load(config, with_lists=False), signed(by, "", SystemClock().now())
    with reading(settings.place) as known:
        wanted = _wanted(known, settings, of, value, changes, to)
        if (there := same_watch(known, wanted)) is not None:
            out.print(f"there is such a watch already: {there.name}", markup=False, highlight=False)
            return
        _say_what_it_covers(known, settings, wanted, signature)
    request = Request("watch", wanted.to, {"wanted": stored(wanted), "signature": stored(signature)})
    said = asking.ask(settings, request)
    with reading(settings.place) as known:
        made = (watch for watch in known.made_watches() if (watch.made, watch.by) == (signature.at, signature.by))
        name = next((watch.name for watch in made), wanted.to)
    out.print(f"{name}: {said}", markup=False, highlight=False)


@watch_app.command()
def remove(
    watch: Annotated[str, typer.Argument(metavar="ID", help="Its number or name, as `watcher watch list` has it.")],
    by: By = None,
    config: ConfigFile = None,
) -> None:
    """Ends a watch that somebody made. What it has told stays; what waits for its channel is still sent."""
    from watcher.actions.watches import watch_meant
    from watcher.service import asking
    from watcher.service.requests import Request

    settings, signature = load(config, with_lists=False), signed(by, "", SystemClock().now())
    with reading(settings.place) as known:
        meant = watch_meant(known, watch)
    said = asking.ask(settings, Request.signed("unwatch", str(meant.number), signature))
    out.print(f"{meant.name}: {said}", markup=False, highlight=False)


def _wanted(history: "History", settings: Settings, of: str, value: str, changes: str, to: str) -> "Wanted":
    """What is meant, as it is called here; anything that nothing is called is wrong usage."""
    from watcher.actions.watches import Wanted, changes_meant, looked_up, why_no_channel
    from watcher.options.mistakes import did_you_mean
    from watcher.watching.made_watches import FILTERS

    if of.casefold() not in FILTERS:
        what = f"a watch is of an {', '.join(FILTERS)}, not of {of!r}{did_you_mean(of, FILTERS)}"
        raise typer.BadParameter(what, param_hint="area|owner|home|group")
    if why := why_no_channel(settings, to):
        raise typer.BadParameter(why, param_hint="--to")
    with _nearest("CHANGES"):
        named = changes_meant(changes)
    with _nearest("VALUE"):
        return looked_up(history, settings, Wanted(of=of.casefold(), value=value, changes=named, to=to))


@contextmanager
def _nearest(hint: str) -> Iterator[None]:
    """What there is nothing called is told with all that may have been meant."""
    from watcher.actions.watches import NothingToWatchError
    from watcher.text import inert

    try:
        yield
    except NothingToWatchError as error:
        said, joint = str(error), " The" if str(error).endswith("?") else "; the"
        others = "" if len(error.nearest) < 2 else f"{joint} nearest: {inert(', '.join(error.nearest), 400)}"
        raise typer.BadParameter(f"{said}{others}", param_hint=hint) from None


def _say_what_it_covers(history: "History", settings: Settings, wanted: "Wanted", signature: "Signature") -> None:
    from watcher.cli.check_watches import check_watch

    homes, day = list(history.homes()), signature.at.astimezone(settings.timezone).date()
    for finding in check_watch(wanted.made(0, signature).watch(), settings.groups, homes, day):
        (out if finding.ok else err).print(finding.detail, markup=False, highlight=False)
