"""The commands that show watcher itself: its version, and the founding case in fast motion."""

import sys

import typer

from watcher import __version__
from watcher.cli.lean import LeanCommand

app = typer.Typer()


@app.command()
def demo() -> None:
    """The founding case: the real service against a small local site that publishes summer 2018 in fast motion."""
    from watcher.cli.demo import show_case
    from watcher.cli.terminal import out

    show_case.run(out)


@app.command(cls=LeanCommand)
def version() -> None:
    """The version of watcher."""
    sys.stdout.write(f"{__version__}\n")
