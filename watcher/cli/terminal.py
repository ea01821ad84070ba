"""What all commands share: where they print, the options they all have, and the history for reading or altering."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console

from watcher.config.settings import Settings
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import History

out = Console(soft_wrap=not sys.stdout.isatty())
err = Console(stderr=True, soft_wrap=True)

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", envvar="WATCHER_CONFIG", help="The configuration; watcher.toml if it is there."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")]


def print_json(line: dict[str, Any]) -> None:
    """One object, one line."""
    sys.stdout.write(orjson.dumps(line).decode() + "\n")


@contextmanager
def reading(settings: Settings) -> Iterator[History]:
    """The history for looking only: a running service is not disturbed; without one yet, the bundled inspections."""
    history = EmbeddedHistory.open(settings.data_dir, read_only=True)
    try:
        yield history
    finally:
        history.close()


@contextmanager
def owning(settings: Settings) -> Iterator[EmbeddedHistory]:
    """The history for altering; refused while another process owns it."""
    history = EmbeddedHistory.open(settings.data_dir)
    try:
        yield history
    finally:
        history.close()
