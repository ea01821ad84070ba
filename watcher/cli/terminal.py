"""What all commands share: where they print, and the options they all have."""

import sys

from rich.console import Console

from watcher.cli.given_to_all import AsJson, ConfigFile, day_of, print_json

__all__ = ["AsJson", "ConfigFile", "day_of", "err", "out", "print_json"]

out = Console(soft_wrap=not sys.stdout.isatty())
err = Console(stderr=True, soft_wrap=True)
