"""Verdicts that the history would not take: they are stored before anything else happens."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from watcher.delivery.books import Books
from watcher.delivery.ledger import Delivery, State
from watcher.errors import LedElsewhereError


class Unstored:
    """Kept in memory alone: without them messages that arrived would be sent again."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._settled: list[Delivery] = []

    def ids(self) -> set[str]:
        """Of the messages."""
        return {delivery.id for delivery in self._settled}

    @contextmanager
    def keeping(self, settled: Delivery) -> Iterator[None]:
        """Keeps a message with its verdict if it can't be stored."""
        try:
            yield
        except LedElsewhereError:
            raise
        except Exception:  # raised again; whatever it was, the verdict must not be lost
            self._settled.append(settled)
            raise

    def store(self) -> None:
        """Stores all; raises what the history raises, and keeps what is left."""
        while self._settled:
            settled = self._settled[0]
            if settled.state is State.ACCEPTED or not self._books.is_anothers(settled):
                with suppress(LedElsewhereError):  # what is stored holds
                    self._books.store(settled)
            del self._settled[0]
