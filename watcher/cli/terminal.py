"""What all commands share: where they print, and the options they all have."""

import sys
from contextlib import AbstractContextManager, nullcontext, redirect_stdout

from rich.console import Console

from watcher.cli.given_to_all import AsJson, ConfigFile, day_of, print_json

__all__ = ["AsJson", "ConfigFile", "day_of", "err", "messages_beside", "out", "print_json"]

out = Console(soft_wrap=not sys.stdout.isatty())
err = Console(stderr=True, soft_wrap=True)


def messages_beside(*, as_json: bool) -> AbstractContextManager[object]:
    """Meanwhile a console channel prints on standard error where standard output is for programs alone."""
    return redirect_stdout(sys.stderr) if as_json else nullcontext()
