"""The service, as far as what a leader does asks it for anything; a reload puts others in the places of its parts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from watcher.config.settings import Settings
from watcher.delivery.outbox import Outbox
from watcher.feeds.feed import Feed
from watcher.history.protocol import History
from watcher.messages.matter import Matter
from watcher.service.outside_alarm import Lifesign
from watcher.service.past_the_outbox import LastResort
from watcher.timing.clock import Clock


class House(Protocol):
    """What is in force."""

    settings: Settings
    history: History
    feeds: Mapping[str, Feed]
    outbox: Outbox
    clock: Clock
    lifesign: Lifesign
    last_resort: LastResort
    awake_since: datetime

    def notice_waking(self, now: datetime) -> None:
        """Asked before anything is read, so that a reading after a pause counts as one of being awake."""
        ...

    async def deliver(self) -> None:
        """Sends what is due, without waiting for the next tick."""
        ...

    def matters_of_others(self) -> Iterable[Matter]:
        """What needs attention, and is found by the parts of the service."""
        ...
