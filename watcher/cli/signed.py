"""Who asks for something on the command line, and why; what is taken where that is not given; what came of it."""

import getpass
import os
from datetime import datetime
from typing import TYPE_CHECKING

from watcher.cli.signing import By, Why
from watcher.cli.terminal import out

if TYPE_CHECKING:
    from watcher.actions.ids import Meant
    from watcher.watching.deeds import Signature
__all__ = ["By", "Why", "signed", "tell", "user"]


def user(by: str | None) -> str:
    """The name that was given, or else that of the system's user; of one that has none the number, as `uid 1000`."""
    if by is not None:
        return by
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user without an entry
        name = ""
    return name if name.strip() else f"uid {os.getuid()}"


def signed(by: str | None, why: str, now: datetime) -> "Signature":
    """The signature of whoever gives a command now; raises WatcherError for one that cannot be kept."""
    from watcher.actions.sign import signature_of
    from watcher.watching.deeds import Door

    return signature_of(by=user(by), why=why, now=now, door=Door.COMMAND_LINE)


def tell(meant: "Meant", said: str) -> None:
    """Prints what came of it, after how it was settled what is meant."""
    for line in (*meant.notes, said):
        out.print(line, markup=False, highlight=False)
