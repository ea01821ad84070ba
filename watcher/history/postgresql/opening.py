"""Opens a shared history: connects, sees that it is one, and begins or migrates it."""

from watcher.history.failures import HistoryAwayError, HistoryLockedError
from watcher.history.postgresql.database import Database
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.lock_session import SessionLostError
from watcher.history.postgresql.replica import leadership_of
from watcher.options.place import HistoryPlace


def open_shared(place: HistoryPlace, *, read_only: bool = False, with_bundle: bool = True) -> PostgresHistory:
    """The history in a database; for altering it whoever opens it leads until it is closed.

    Raises HistoryUnusableError, HistoryLockedError where somebody leads, or HistoryAwayError where nothing answers.
    """
    database = Database(place.url, place.password)
    history = PostgresHistory.open(database, read_only=read_only, with_bundle=with_bundle)
    if not read_only:
        try:
            _lead(history, database)
        except BaseException:
            history.close()
            raise
    return history


def _lead(history: PostgresHistory, database: Database) -> None:
    leadership = leadership_of(database)
    try:
        leads = leadership.try_once()
    except SessionLostError as error:
        raise HistoryAwayError(database.where, str(error)) from None
    if not leads:
        known = history.leader()
        raise HistoryLockedError(
            f"The history in {database.where} is led by another watcher, {known.holder if known else 'just now'}. "
            f"Stop all that run on it first, or let them do it."
        )
    history.led_by(leadership.term or 0, leadership.stop)
