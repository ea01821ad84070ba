"""The command that says how the watcher stands, for people and for a container's health check."""

from typing import Annotated

import typer

from watcher.cli.terminal import AsJson, ConfigFile, err, out, print_json
from watcher.config.settings import folder_of, load
from watcher.options.mistakes import ConfigError
from watcher.service.heartbeat import pulse
from watcher.timing.clock import SystemClock

app = typer.Typer()


@app.command()
def status(
    config: ConfigFile = None,
    as_json: AsJson = False,
    running: Annotated[
        bool, typer.Option("--running", help="Fail only if no service with a fresh heartbeat runs (for HEALTHCHECK).")
    ] = False,
) -> None:
    """Each feed's last good reading, what waits, what is wrong."""
    now = SystemClock().now()
    if running:  # asked every minute by a container: no need to open the history, nor for a file without mistakes
        beat = pulse(folder_of(config), now)
        out.print(beat.sentence(), highlight=False)
        raise typer.Exit(0 if beat.is_alive else 1)
    try:
        settings = load(config, with_lists=False)
    except ConfigError:
        err.print(
            f"{pulse(folder_of(config), now).sentence()}; no more can be told until this is mended", style="yellow"
        )
        raise
    from watcher.cli.history import reading
    from watcher.cli.status import print_standing
    from watcher.service.standing import stored_standing

    with reading(settings.place) as known:
        found = stored_standing(settings, known, now)
    if as_json:
        print_json(found.as_json())
    else:
        print_standing(found, out)
    if found.needs_attention:
        raise typer.Exit(1)
