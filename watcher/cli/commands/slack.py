"""The commands about the app that Slack has to have."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from watcher.cli.terminal import AsJson, ConfigFile, err, out, print_json
from watcher.config.settings import Settings, load

if TYPE_CHECKING:
    from watcher.delivery.channels.slack.options import SlackOptions

app = typer.Typer()
slack_app = typer.Typer(help="The app that Slack has to have.", no_args_is_help=True)
app.add_typer(slack_app, name="slack")

_NONE_YET = "No channel is of the kind slack yet: this is for one that people can answer."


@slack_app.callback()
def slack() -> None:
    """The app that Slack has to have."""


@slack_app.command()
def manifest(
    config: ConfigFile = None,
    channel: Annotated[
        list[str] | None, typer.Option("--channel", metavar="NAME", help="For these channels alone, of several apps.")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="With the scopes to look whether a message of unknown fate arrived.")
    ] = False,
    compare: Annotated[
        Path | None, typer.Option("--compare", metavar="FILE", help="What differs in one that Slack exported.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """A manifest to paste at api.slack.com/apps: it asks for what the configuration needs, and for nothing else."""
    import orjson

    from watcher.delivery.channels.slack.manifest.written import manifest as written
    from watcher.delivery.channels.slack.manifest.written import uses_of

    wanted = written(uses_of(_chosen(load(config, with_lists=False), channel or ()), looks=history))
    if compare is not None:
        _compare(wanted, compare, as_json=as_json)
    elif as_json:
        print_json(dict(wanted))
    else:
        typer.echo(orjson.dumps(wanted, option=orjson.OPT_INDENT_2).decode())


def _chosen(settings: Settings, names: Sequence[str]) -> "list[SlackOptions]":
    """The channels that post as a bot: those that are named, else all."""
    from watcher.delivery.channels.slack.options import SlackOptions
    from watcher.options.mistakes import did_you_mean

    there = {name: options for name, options in settings.channels.items() if isinstance(options, SlackOptions)}
    for name in names:
        if name not in there:
            what = f"there is no channel {name!r} of the kind slack{did_you_mean(name, there)}"
            raise typer.BadParameter(what, param_hint="--channel")
    if not there:
        err.print(_NONE_YET)
        return [SlackOptions(channel="C0123456789", app_token_file=Path("slack-app-token"))]
    return [there[name] for name in names or there]


def _compare(wanted: Mapping[str, Any], file: Path, *, as_json: bool) -> None:
    from watcher.delivery.channels.slack.manifest.compared import differences
    from watcher.delivery.channels.slack.manifest.exported import ManifestFileError, exported

    try:
        found = differences(wanted, exported(file))
    except ManifestFileError as error:
        raise typer.BadParameter(str(error), param_hint="--compare") from None
    for difference in found:
        if as_json:
            print_json(difference.json())
        else:
            mark = "needed" if difference.is_needed else "more"
            out.print(f"{mark}: {difference.what}", markup=False, highlight=False)
    if not found and not as_json:
        out.print("nothing that matters is different")
    if any(difference.is_needed for difference in found):
        raise typer.Exit(1)
