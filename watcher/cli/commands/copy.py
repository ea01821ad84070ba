"""The command that moves a history into a database, or out of one."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.cli.terminal import AsJson, ConfigFile, out, print_json
from watcher.config.settings import load
from watcher.history.transfer.move import Move, move
from watcher.messages.numbers import counted
from watcher.options.place import HistoryPlace, password_of_environment, wrong_with_url
from watcher.options.secrets import SecretFile, empty
from watcher.timing.clock import SystemClock

app = typer.Typer()


@app.command(context_settings={"allow_extra_args": True})
def copy(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The database that it goes into.")] = "",
    source: Annotated[str, typer.Option("--from", metavar="URL", help="The database that it comes from.")] = "",
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help="Has that database's password; else WATCHER_DB_PASSWORD, or none."),
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
    force: Annotated[
        bool, typer.Option("--force", help="Keep a history that is there already aside, and take its place.")
    ] = False,
) -> None:
    """Moves the whole history of the configuration into a database, or that of a database to where it says."""
    if context.args or bool(to) == bool(source):  # what was given is not repeated: it may have a password in it
        raise typer.BadParameter("say either --to URL or --from URL, and nothing else")
    option = "--to" if to else "--from"
    if wrong := wrong_with_url(to or source):
        raise typer.BadParameter(f"the address {_for_options(wrong)}", param_hint=option)
    configured = load(config, with_lists=False).place
    named = HistoryPlace(configured.folder, to or source, _password(password_file))
    ends = (configured, named) if to else (named, configured)
    done = move(*ends, SystemClock().now(), force=force)
    if as_json:
        print_json(report(done))
    else:
        for line in lines(done):
            out.print(line, markup=False, highlight=False)


def _for_options(wrong: str) -> str:
    return wrong.replace("name that by password_file", "name that by --password-file")


def _password(file: Path | None) -> Callable[[], str]:
    if file is None:
        return password_of_environment
    try:
        secret = SecretFile(file, str(file), "password")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise typer.BadParameter(f"{file} cannot be read: {why}", param_hint="--password-file") from None
    if not secret.get_secret_value():
        raise typer.BadParameter(empty(file, "password"), param_hint="--password-file")
    return secret.get_secret_value


def report(done: Move) -> dict[str, Any]:
    """What was moved, as `--json` prints it."""
    arrival = done.arrival
    return {
        "from": done.source,
        "to": done.target,
        "sequence": arrival.sequence,
        "counts": {name: checksum.documents for name, checksum in arrival.checksums.items()},
        "checksums": {name: str(checksum) for name, checksum in arrival.checksums.items()},
        "aside": str(arrival.aside) if arrival.aside else None,
        "was_there": arrival.was_there,
    }


def lines(done: Move) -> list[str]:
    """What was moved, for people."""
    sums = done.arrival.checksums
    names = {"homes": "home", "inspections": "inspection", "changes": "change", "deliveries": "message"}
    held = ", ".join(counted(sums[table].documents if table in sums else 0, thing) for table, thing in names.items())
    first = f"copied the history in {done.source} to {done.target}: {held}; every table is the same on both sides"
    if done.arrival.was_there:
        first = f"the history in {done.source} is in {done.target} already: {held}; every table is the same"
    last = f"do not run watcher on {done.source} any more: it refuses that now; to go on there all the same, "
    return [
        first,
        *([f"the history before is in {done.arrival.aside}"] if done.arrival.aside else []),
        "what waits is sent by whoever runs there next, and nothing is announced twice",
        last + done.how_to_go_on,
    ]
