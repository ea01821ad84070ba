"""All that a history holds, whichever kind it is of: read as of one commit for a backup, or replaced by one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from watcher.history.backup import Backup
from watcher.history.embedded.restore import restore
from watcher.history.embedded.store import Store
from watcher.history.kept import DERIVED
from watcher.history.opening import ready_for_database
from watcher.history.restoration import Restoration, Rows
from watcher.options.place import HistoryPlace


@contextmanager
def everything(place: HistoryPlace) -> Iterator[tuple[int, Mapping[str, Rows]]]:
    """How many commits were made and every table, as of that moment; the register, which is made of them, left out."""
    if not place.is_shared:
        store = Store.open(place.folder, read_only=True)
        yield store.sequence, {name: documents for name, documents in store.read_all().items() if name not in DERIVED}
        return
    ready_for_database()
    from watcher.history.postgresql.beginning import made_ready
    from watcher.history.postgresql.database import Database
    from watcher.history.postgresql.whole import whole

    with Database(place.url, place.password) as database:
        made_ready(database, read_only=True)
        with whole(database) as found:
            yield found.standing.sequence, found.tables


def restored(place: HistoryPlace, backup: Backup, now: datetime) -> Restoration:
    """Makes a backup the history; the one before is kept in `data_dir`.

    Raises BackupError for one that no version wrote, HistoryLockedError while somebody owns or leads the history, and
    RestoreError or CommitFailedError where the disk or the database refuses.
    """
    if not place.is_shared:
        return restore(place.folder, backup, now)
    ready_for_database()
    from watcher.history.postgresql.database import Database
    from watcher.history.postgresql.restore import restore_database

    with Database(place.url, place.password) as database:
        return restore_database(database, backup, now, place.folder)
