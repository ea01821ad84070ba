"""The options of a channel that prints."""

from typing import Literal

from watcher.delivery.channels.options import ChannelOptions


class ConsoleOptions(ChannelOptions):
    """A channel that prints."""

    kind: Literal["console"] = "console"

    @property
    def place(self) -> tuple[object, ...] | None:
        """The one terminal."""
        return (self.kind,)
