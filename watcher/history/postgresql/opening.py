"""Opens a shared history: connects, sees that it is one, and begins or migrates it."""

from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.options.place import HistoryPlace


def open_shared(place: HistoryPlace, *, read_only: bool = False, with_bundle: bool = True) -> PostgresHistory:
    """The history in a database; raises HistoryUnusableError, or HistoryAwayError where nothing answers."""
    database = Database(place.url, place.password)
    return PostgresHistory.open(database, read_only=read_only, with_bundle=with_bundle)
