"""Opens a shared history: connects, sees that it is one, and begins or migrates it."""

from watcher.history.protocol import History, HistoryUnusableError
from watcher.options.place import HistoryPlace


def open_shared(place: HistoryPlace, *, read_only: bool = False, with_bundle: bool = True) -> History:
    """The history in a database."""
    raise HistoryUnusableError(f"{place} cannot be opened by this version ({read_only=}, {with_bundle=}).")
