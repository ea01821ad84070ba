"""The commands about past changes: which would have been told, and how a channel would have told one."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.history import reading
from watcher.cli.terminal import AsJson, ConfigFile, day_of, err, out, print_json
from watcher.config.made_watches import with_made
from watcher.config.settings import load
from watcher.options.mistakes import did_you_mean

app = typer.Typer()


@app.command()
def replay(
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, as 2018-08-01.")],
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day.")],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """The alerts that the present configuration would have sent, by date published, from stored history."""
    from watcher.messages.numbers import counted
    from watcher.messages.titles import title
    from watcher.rounds.replay import replay as replayed

    settings = load(config)
    since, until = day_of(first, "--from"), day_of(last, "--to")
    if until < since:
        raise typer.BadParameter(f"{until} is before {since}: swap the two days", param_hint="--to")
    count = 0
    with reading(settings.place) as known:
        in_use = with_made(settings, known.made_watches())
        for alert in replayed(known, in_use, since, until):
            count += 1
            if as_json:
                print_json(alert.contract())
            else:
                when = alert.published or alert.day
                out.print(f"{when}  {title(alert)}  → {', '.join(alert.channels)}", markup=False, highlight=False)
    if not as_json:
        out.print(counted(count, "alert"), highlight=False)


@app.command()
def preview(
    change: Annotated[str, typer.Argument(metavar="CHANGE-ID", help="A change's id, as explain prints it.")],
    channel: Annotated[str, typer.Option("--channel", metavar="NAME", help="A channel of the configuration.")],
    config: ConfigFile = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Writes an e-mail's HTML there.")] = None,
) -> None:
    """Any past change as a channel would send it, without sending it: text, or the JSON for Slack or a webhook."""
    from watcher.cli import preview as previews

    settings = load(config)
    if html is not None and not html.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {html.parent}", param_hint="--html")
    with reading(settings.place) as known, err.status("looking for it"):
        settings = with_made(settings, known.made_watches())
        if channel not in settings.channels:
            what = f"there is no channel {channel!r}{did_you_mean(channel, settings.channels)}"
            raise typer.BadParameter(what, param_hint="--channel")
        past = previews.find(known, settings, change)
    made = (previews.preview if html is None else previews.preview_html)(settings, channel, past)
    if html is not None:
        html.write_text(made.text, encoding="utf-8")
    else:
        sys.stdout.write(made.text)
    if made.remark:
        err.print(made.remark, markup=False, highlight=False, style="red")
        raise typer.Exit(1)
