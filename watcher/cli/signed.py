"""Who asks for something on the command line, and why: the options, and what is taken where they are not given."""

import getpass
import os
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from watcher.watching.deeds import Signature

By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="Who does it; unless given, the user of this system.")
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept beside it.")]


def user(by: str | None) -> str:
    """The name that was given, or else that of the system's user; of one that has none the number."""
    if by is not None:
        return by
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without an entry
        return f"user {os.getuid()}"


def signed(by: str | None, why: str, now: datetime) -> "Signature":
    """The signature of whoever gives a command now; raises WatcherError for one that cannot be kept."""
    from watcher.actions.sign import signature_of
    from watcher.watching.deeds import Door

    return signature_of(by=user(by), why=why, now=now, door=Door.COMMAND_LINE)
