"""A backup becomes the history of a database; the one before is kept in a backup file of its own.

All of it is one transaction: whatever ends it on the way leaves the history as it was. What is kept of the present is
the same for every kind of store: `watcher.history.restoration` says it.
"""

from datetime import datetime
from pathlib import Path

from watcher.history.backup import Backup, write_backup
from watcher.history.embedded.disk import Disk
from watcher.history.postgresql.beginning import made_ready
from watcher.history.postgresql.commits import Reached, alter
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.replacement import alone, supersede
from watcher.history.postgresql.whole import tables_in
from watcher.history.restoration import (
    PresentHistory,
    Restoration,
    aside_path,
    refuse_what_is_none,
    restoration,
    with_ledger,
)

ASIDE = ".backup"
"""How the file ends with the history before."""


def restore_database(database: Database, backup: Backup, now: datetime, folder: Path) -> Restoration:
    """Makes the backup the history of a database; the one before is kept in a dated file in a folder.

    Raises BackupError for a document that no version wrote or where that file cannot be written, HistoryLockedError
    while another process leads, and CommitFailedError where the database refuses.
    """
    refuse_what_is_none(backup)
    made_ready(database)
    done: list[Restoration] = []

    def work(line: Line, before: Reached) -> Reached:
        alone(line, database.where)
        line.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        is_whole = bool(before.sequence)
        present = PresentHistory(tables_in(line, database.where), before.sequence, is_whole=is_whole)
        tables = with_ledger(backup, present, now)
        aside = keep_aside(line, database.where, before, now, folder)
        done[:] = [restoration(backup, tables, present, aside)]
        sequence = max(before.sequence, backup.sequence) + 1
        return supersede(line, database.where, before, tables, sequence)[0]

    alter(database, work)
    return done[0]


def keep_aside(line: Line, where: str, before: Reached, now: datetime, folder: Path) -> Path | None:
    """Within a commit: everything that there is, in a backup of its own; None if there is nothing."""
    if not before.sequence:
        return None
    Disk().make_folder(folder)
    aside = aside_path(folder, now, ASIDE)
    write_backup(Backup(now, before.sequence, tables_in(line, where)), aside)
    return aside
