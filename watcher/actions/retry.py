"""Retrying: what was refused, is silenced, of unknown fate, or waits is sent now; or it is given up."""

from typing import Protocol

from watcher.delivery.store import Store
from watcher.history.protocol import History, Transaction
from watcher.watching.deeds import Act, Deed, Signature


class Retries(Protocol):
    """The outbox, as far as it is asked to send again."""

    def retry(self, delivery_id: str, store: Store | None = None) -> bool:
        """Makes a message due now; whether there is such a message that was not accepted yet."""
        ...

    def release(self, channel: str, store: Store | None = None) -> int:
        """Makes all due now that a channel keeps; how many messages."""
        ...

    def drop(self, delivery_id: str, store: Store | None = None) -> bool:
        """Gives up a message that was refused or is of unknown fate; whether there is such a message."""
        ...


def retry(history: History, outbox: Retries, delivery_id: str, signature: Signature) -> bool:
    """Sends a message now; whether there was one that was not accepted yet."""
    return outbox.retry(delivery_id, _keeping(history, signature.deed(Act.RETRY, delivery_id)))


def release_channel(history: History, outbox: Retries, channel: str, signature: Signature) -> bool:
    """Sends now what a channel keeps; whether it kept anything."""
    return outbox.release(channel, _keeping(history, signature.deed(Act.RETRY_CHANNEL, channel))) > 0


def drop(history: History, outbox: Retries, delivery_id: str, signature: Signature) -> bool:
    """Gives a message up; whether there was one that was refused or is of unknown fate."""
    return outbox.drop(delivery_id, _keeping(history, signature.deed(Act.DROP, delivery_id)))


def _keeping(history: History, deed: Deed) -> Store:
    """Stores what is done together with who did it: neither is there without the other."""
    return lambda deliveries: history.commit(Transaction(deliveries=deliveries, deeds=(deed,)))
