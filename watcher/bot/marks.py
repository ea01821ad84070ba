"""The marks that something is done: many in one commit, and again where the history took none."""

import asyncio
from collections.abc import Callable

from watcher.history.failures import NOT_NOW
from watcher.history.protocol import Transaction
from watcher.watching.asked import Asked

MARKED_TOGETHER = 0.05  # seconds; what is done within them is marked so in one commit
AGAIN_AFTER = 5.0  # seconds, where the history took nothing
MOST_AT_ONCE = 250
"""So many are marked in one commit, so that the loop does other things between two."""


class Marks:
    """Marks on their way into the history; where one gets lost, it is done again after a start and does nothing new."""

    def __init__(self, commit: Callable[[Transaction], None]) -> None:
        self._commit = commit
        self._ended: list[Asked] = []
        self._timer: asyncio.TimerHandle | None = None

    def note(self, ended: Asked) -> None:
        """Something is done."""
        self._ended.append(ended)
        self._later(MARKED_TOGETHER)

    def flush(self) -> None:
        """Stores what there is now; what can't be stored is asked for again after the next start."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._ended and self._store():
            pass

    def _later(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(seconds, self._due)

    def _due(self) -> None:
        self._timer = None
        is_stored = self._store()
        if self._ended:
            self._later(0 if is_stored else AGAIN_AFTER)

    def _store(self) -> bool:
        """Whether the history took the oldest of them."""
        try:
            self._commit(Transaction(asked=self._ended[:MOST_AT_ONCE]))
        except NOT_NOW:
            return False
        del self._ended[:MOST_AT_ONCE]
        return True
