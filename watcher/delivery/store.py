"""Where messages are kept, as far as the outbox needs it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from watcher.delivery.ledger import Delivery
from watcher.delivery.present import KnownMessages
from watcher.delivery.stopped_mails import StoppedMails

Store = Callable[[Sequence[Delivery]], None]
"""Stores messages, and what belongs to them, atomically and durably; or raises and stores nothing."""


class Ledger(KnownMessages, Protocol):
    """Where messages are kept: what the outbox needs of the history."""

    def deliveries(self, *, open_only: bool = False, after: int = 0) -> Iterable[Delivery]:
        """Messages in the order they were made; `open_only` leaves out those with a final verdict.

        `after` leaves out those whose number is not higher, at no cost.
        """
        ...

    def given_up(self) -> Iterable[Delivery]:
        """Messages that were refused, and those whose fate nobody knows."""
        ...

    def last_sent(self) -> Iterable[Delivery]:
        """Of each channel and recipient the last attempts: of what was accepted, of present states, and of all else."""
        ...

    def stop_of(self, address: str) -> StoppedMails | None:
        """The last time that an address stopped its mails, whether or not they were resumed since."""
        ...

    def store(self, deliveries: Sequence[Delivery]) -> None:
        """Stores all of the messages atomically and durably, or raises and stores none."""
        ...
