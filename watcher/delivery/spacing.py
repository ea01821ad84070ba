"""The time between calls that end in the same place, and what a channel may tell of its way there."""

import math
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from watcher.delivery import Channel
from watcher.timing.clock import Clock


class Spacing:
    """When the last call to one place ended; shared by all channels that post there."""

    def __init__(self) -> None:
        self.last_call: float | None = None

    def resume(self, attempted: datetime, clock: Clock) -> None:
        """Learns of an attempt that an earlier process made: a restart is no way around the spacing."""
        ago = (clock.now() - attempted).total_seconds()
        if ago >= 0:  # a clock that was set back tells nothing
            self.last_call = max(-math.inf if self.last_call is None else self.last_call, clock.monotonic() - ago)

    async def wait(self, least: timedelta, clock: Clock, pause: Callable[[float], Awaitable[object]]) -> None:
        """Waits until `least` has passed since the last call."""
        if self.last_call is not None:
            wait = self.last_call + least.total_seconds() - clock.monotonic()
            if wait > 0:
                await pause(wait)


def place_of(channel: Channel) -> str:
    """Where a channel's messages arrive: its attribute `place` if it has one, else a place of its own."""
    return str(getattr(channel, "place", f"channel {channel.name}"))


def way_to(channel: Channel) -> str:
    """What a refusal of the channel itself holds for: its attribute `way`, if it has one.

    It changes with the address and the secret, tells neither, and is stored: another one ends a stop.
    """
    return str(getattr(channel, "way", ""))
