"""Where a message goes and what became of it, in the fewest words: for every table and page that lists messages."""

from watcher.delivery.ledger import Delivery
from watcher.messages.numbers import counted
from watcher.text import inert


def outcome(message: Delivery) -> str:
    """The verdict and after how many attempts."""
    return f"{message.state} after {counted(message.attempts, 'attempt')}"


def way(message: Delivery) -> str:
    """Where a message goes: its channel, and of several recipients which."""
    return f"{message.channel} ({inert(message.recipient)})" if message.recipient else message.channel
