"""A backup becomes the history of a folder; the one before is kept in a dated folder inside it.

What is kept of the present is the same for every kind of store: `watcher.history.restoration` says it.
"""

import secrets
from datetime import datetime
from pathlib import Path

from watcher.history.backup import Backup
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.folder import HistoryFolder, prove
from watcher.history.embedded.lock import FolderLock
from watcher.history.embedded.salvage import salvage
from watcher.history.embedded.snapshot import Stamp
from watcher.history.embedded.store import Store
from watcher.history.protocol import HistoryUnusableError
from watcher.history.restoration import (
    ORIGIN,
    PresentHistory,
    Restoration,
    RestoreError,
    aside_path,
    refuse_what_is_none,
    restoration,
    with_ledger,
)


def begin_origin(store: Store) -> None:
    """Names a history that has no name yet."""
    table = store.table(ORIGIN)
    if not len(table):
        table.insert({"id": secrets.token_hex(16)})


def restore(folder: Path, backup: Backup, now: datetime, disk: Disk | None = None) -> Restoration:
    """Makes the backup the history of a folder; the one before is kept in a dated folder inside it.

    Raises BackupError for a document that no version wrote, HistoryLockedError while another process owns the folder,
    and RestoreError if the disk refuses.
    """
    refuse_what_is_none(backup)
    disk = disk or Disk()
    aside = aside_path(folder, now)
    files = HistoryFolder(folder, disk)
    try:
        disk.make_folder(folder)
        lock = FolderLock(folder, disk)
        try:
            present, generation = _present(files)
            tables = with_ledger(backup, present, now)
            was_there = files.keep_aside(aside)
            sequence = max(present.sequence, backup.sequence) + 1
            files.supersede(Stamp(generation + 1, sequence, secrets.token_hex(8)), tables)
        finally:
            files.discard_new()
            lock.release()
    except OSError as error:
        raise RestoreError(
            f"The backup could not be restored to {folder}: {error}. Nothing is lost: the history is as it was, or in "
            f"{aside.name} there. See to that disk and its room, then run `watcher restore` again."
        ) from error
    return restoration(backup, tables, present, aside if was_there else None)


def _present(files: HistoryFolder) -> tuple[PresentHistory, int]:
    """What is there, and its generation."""
    try:
        loaded = files.read()
        prove(loaded.tables)
    except HistoryUnusableError as reason:
        found = salvage(files.remains())
        tables = {"deliveries": found.accepted, "stopped_mails": found.stopped_mails}
        return PresentHistory(tables, found.sequence, str(reason) if files.exists() else ""), 0
    return PresentHistory(loaded.tables, loaded.end.sequence, is_whole=True), loaded.end.generation
