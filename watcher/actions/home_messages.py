"""The messages about a home, whatever became of them."""

from collections.abc import Sequence

from watcher.delivery.ledger import Delivery
from watcher.history.protocol import History


def messages_of(history: History, home: str) -> Sequence[Delivery]:
    """Every alert of a home, by its key, and every word of what could not be read of it, in the order they were made.

    Those that tell of several homes, and what changes a message that was sent, are none of its own.
    """
    alerts = (message for told in history.changes(home) for message in history.messages_about(told.alert.id))
    found = {message.number: message for message in (*alerts, *history.messages_on(home))}
    return [found[number] for number in sorted(found) if found[number].subject == home]
