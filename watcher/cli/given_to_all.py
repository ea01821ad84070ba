"""What all commands take, and how they print for programs: without what a terminal needs."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", envvar="WATCHER_CONFIG", help="The configuration; watcher.toml if it is there."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def print_json(line: dict[str, Any]) -> None:
    """One object, one line."""
    import orjson

    sys.stdout.write(orjson.dumps(line).decode() + "\n")


def day_of(text: str, option: str) -> date:
    """The day that an option names; anything else is wrong usage."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date: write it as 2018-08-03", param_hint=option) from None
