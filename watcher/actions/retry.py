"""Retrying: a message that was refused, is silenced or waits is sent now."""

from collections import defaultdict
from typing import Protocol

from watcher.actions.ids import meaning
from watcher.history.protocol import History
from watcher.messages.alert import Alert


class Retries(Protocol):
    """The outbox, as far as it is asked to send again."""

    def retry(self, delivery_id: str) -> bool:
        """Makes a message due now; whether there is such a message that was not accepted yet."""
        ...


def delivery_meant(history: History, text: str) -> str:
    """The message that an id, or the beginning of one, means; a change's id means its only message."""
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for delivery in history.deliveries():
        meanings[delivery.id].add(delivery.id)
        if isinstance(delivery.content, Alert):
            meanings[delivery.content.id].add(delivery.id)
    return meaning(text, meanings, "message")


def retry(outbox: Retries, delivery_id: str) -> bool:
    """Sends a message now; whether there was one that was not accepted yet."""
    return outbox.retry(delivery_id)
