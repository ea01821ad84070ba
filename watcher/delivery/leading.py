"""Whether whoever sends still may, where several could: what the outbox needs to know of it."""


def always() -> bool:
    """Nobody else could send."""
    return True
