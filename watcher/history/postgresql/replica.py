"""A history in a database as one of several services has it."""

from pathlib import Path

from watcher.history.box import Box
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.lock import FolderLock
from watcher.history.failures import HistoryLockedError
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.fencing import NOT_LEADING
from watcher.history.postgresql.history import PostgresHistory
from watcher.history.postgresql.leadership import Leadership, Pace
from watcher.history.postgresql.reach import DatabasePatience
from watcher.history.postgresql.requests_table import DatabaseBox
from watcher.history.postgresql.schema import migrations
from watcher.history.replica import Leader
from watcher.options.place import HistoryPlace


def leadership_of(database: Database, pace: Pace | None = None) -> Leadership:
    """One that tries by sessions of its own, each of which gives up in time."""
    pace = pace or Pace()

    def connect() -> Line:
        wait = max(2, round(pace.answer.total_seconds()))  # the library takes no shorter one
        return database.session(connect_timeout=wait, tcp_user_timeout=1000 * wait, application_name="watcher leader")

    return Leadership(connect, pace, newest=len(migrations()))


class SharedReplica:
    """Leads when nobody else does; owns `data_dir`, which holds what belongs to its machine."""

    is_shared = True

    def __init__(self, database: Database, history: PostgresHistory, lock: FolderLock, pace: Pace | None) -> None:
        self.history = history
        self.history.leading_as = NOT_LEADING
        self.box: Box = DatabaseBox(database)
        self._lock = lock
        self._leadership = leadership_of(database, pace)

    @classmethod
    def open(cls, place: HistoryPlace, pace: Pace | None = None, *, with_bundle: bool = True) -> "SharedReplica":
        """As `PostgresHistory.open`; raises HistoryLockedError where another service has the same `data_dir`."""
        lock = _locked(place.folder)
        try:
            idle = (pace or Pace()).idle.total_seconds()
            database = Database(place.url, place.password, patience=DatabasePatience(answer=2 * idle))
            return cls(database, PostgresHistory.open(database, with_bundle=with_bundle), lock, pace)
        except BaseException:
            lock.release()
            raise

    @property
    def term(self) -> int | None:
        """The number of its leadership; None while it leads nobody."""
        return self._leadership.term

    def is_leading(self) -> bool:
        """Whether it leads at this very moment; of any thread."""
        return self._leadership.is_leading()

    def start(self) -> None:
        """Begins to try to lead."""
        self._leadership.start()

    def lead(self, term: int) -> None:
        """From now on it commits in this term, and no longer once another begins."""
        self.history.leading_as = term
        self.history.look()

    def look(self) -> bool:
        """Finds what others committed; whether there was anything."""
        return self.history.look()

    def leader(self) -> Leader | None:
        """Who leads now; None where nobody does."""
        return self.history.leader()

    def close(self) -> None:
        """Leads no more: another may at once."""
        self._leadership.stop()
        self.history.close()
        self._lock.release()


def _locked(folder: Path) -> FolderLock:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return FolderLock(folder, Disk())
    except HistoryLockedError as error:
        raise HistoryLockedError(str(error).replace("The history in", "The folder", 1)) from None
