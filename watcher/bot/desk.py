"""What the bot works with, handed over by the service that runs it; each part is asked anew for each question."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from watcher.actions.retry import Retries
from watcher.answers.kept.kept import Kept
from watcher.answers.status import ServiceStanding
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, Way
from watcher.history.protocol import History
from watcher.messages.links import Links
from watcher.rounds.remind import Sends
from watcher.timing.clock import Clock


class BotsOutbox(Sends, Retries, Protocol):
    """The outbox, as far as the bot asks it for anything."""

    def troubled(self) -> Sequence[Delivery]:
        """The open and the refused messages."""
        ...

    def last_taken(self) -> Mapping[Way, datetime]:
        """When each recipient of each channel was last sent something that was accepted."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BotDesk:
    """One service, as its bots see it."""

    history: History
    outbox: BotsOutbox
    settings: Callable[[], Settings]
    """Those in force, with the watches that people made: a reload puts others in their place."""
    kept: Kept
    """Answers that come fast; in any thread."""
    clock: Clock
    standing: Callable[[], ServiceStanding]
    """How the service stands: made anew for each look, in any thread."""
    links: Callable[[], Links | None]
    """The addresses of the pages; None where nobody said where they are reached."""
    watches_altered: Callable[[], None]
    """Has watches that people made, or removed, routed from now on."""
    deliver: Callable[[], Awaitable[None]]
    """Has what is due sent now."""

    def now(self) -> datetime:
        """The moment of a question."""
        return self.clock.now()
