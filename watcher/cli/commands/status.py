"""The command that says how the watcher stands, for people and for a container's health check."""

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.given_to_all import AsJson, ConfigFile, print_json
from watcher.cli.lean import LeanCommand
from watcher.config.proven import said_by
from watcher.service.heartbeat import pulse
from watcher.timing.clock import SystemClock

app = typer.Typer()


@app.command(cls=LeanCommand)
def status(
    config: ConfigFile = None,
    as_json: AsJson = False,
    running: Annotated[
        bool, typer.Option("--running", help="Fail only if no service with a fresh heartbeat runs (for HEALTHCHECK).")
    ] = False,
) -> None:
    """Each feed's last good reading, what waits, what is wrong."""
    from watcher.cli.lines import on_output

    now = SystemClock().now()
    if running:  # asked every minute by a container: no need to open the history, nor for a file without mistakes
        said = said_by(config)
        beat = pulse(said[0] if said is not None else _folder_of(config), now)
        if as_json:
            print_json(beat.as_json())
        else:
            on_output().say(beat.sentence())
        raise typer.Exit(0 if beat.is_alive else 1)
    from watcher.config.settings import folder_of, load
    from watcher.options.mistakes import ConfigError

    try:
        settings = load(config, with_lists=False)
    except ConfigError:
        from watcher.cli.terminal import err

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
        print_standing(found, on_output())
    if found.needs_attention:
        raise typer.Exit(1)


def _folder_of(config: Path | None) -> Path:
    """The folder of a file that is no TOML, or that names a database."""
    from watcher.config.settings import folder_of

    return folder_of(config)
