"""Lines as commands print them: on a terminal with colours, wrapped; elsewhere byte for byte as its library has them.

That library takes as long to import as all else that a short command does.
"""

import sys
from typing import TYPE_CHECKING, Protocol

from watcher.cli.plain_timeline import plain_width

if TYPE_CHECKING:
    from rich.console import Console

Part = str | tuple[str, str]
"""Text, or text with its style on a terminal."""


class Lines(Protocol):
    """Where lines go."""

    def say(self, *parts: Part) -> None:
        """One line."""
        ...

    def indent(self, line: str) -> None:
        """One that belongs to the line before; where it wraps it stays indented."""
        ...


class StyledLines:
    """Lines through the library of a terminal."""

    def __init__(self, console: "Console") -> None:
        self._console = console

    def say(self, *parts: Part) -> None:
        """One line, in its styles."""
        from rich.text import Text

        self._console.print(Text.assemble(*parts))

    def indent(self, line: str) -> None:
        """One line, wrapped where the console wraps."""
        from rich.padding import Padding
        from rich.text import Text

        if self._console.soft_wrap:
            self.say("  ", line)
        else:
            self._console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))


class PlainLines:
    """Lines on standard output where no terminal has to do with it."""

    def say(self, *parts: Part) -> None:
        """One line as it stands; what is not plain text is the library's business."""
        line = "".join(part if isinstance(part, str) else part[0] for part in parts)
        if line.isprintable() and not line.endswith(" "):
            sys.stdout.write(f"{line}\n")
            return
        from watcher.cli.terminal import out

        StyledLines(out).say(*parts)

    def indent(self, line: str) -> None:
        """Nothing wraps there."""
        self.say("  ", line)


def on_output() -> Lines:
    """Those on standard output."""
    if plain_width() is not None:
        return PlainLines()
    from watcher.cli.terminal import out

    return StyledLines(out)
