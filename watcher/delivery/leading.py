"""Whether whoever sends still may, where several could: what the outbox needs to know of it."""

from watcher.errors import TransientError


class LedElsewhereError(TransientError):
    """Somebody else has been at it meanwhile: what is stored holds, and with it what was accepted of this."""


def always() -> bool:
    """Nobody else could send."""
    return True
