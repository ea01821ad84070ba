"""TinyDB's storage, with transactions: the state in memory, each commit one line of the journal."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from tinydb.storages import Storage

from watcher.history.embedded.commits import CommitLog
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.snapshot import Documents, encode
from watcher.history.embedded.tables import OpenTransaction, StoredRows, Tables, TableView
from watcher.history.filing import Key
from watcher.history.protocol import Room


class JournalStorage(Storage):
    """The documents of one folder; any thread may read at any time, one at a time writes."""

    def __init__(
        self, folder: Path, *, read_only: bool, disk: Disk, given: Mapping[str, Documents] | None = None
    ) -> None:
        self.log = CommitLog(folder, read_only=read_only, disk=disk, given=given)
        self._tables = Tables(self.log.loaded, read_only=read_only)
        self._open: OpenTransaction | None = None

    def rows(self, name: str) -> TableView:
        """A table as the present thread sees it: with the changes of its own open transaction."""
        mine = self._mine()
        return mine.table(name) if mine else self._tables.rows(name)

    def committed(self, name: str) -> StoredRows:
        """A table as it is committed, whatever is under way."""
        return self._tables.rows(name)

    def altered(self, name: str) -> list[tuple[int, bytes | None, bytes | None]]:
        """What the present thread's open transaction alters in a table: number, before, after."""
        mine = self._mine()
        return mine.table(name).altered() if mine else []

    def names(self) -> set[str]:
        """The tables that have documents, as the present thread sees them."""
        mine = self._mine()
        written = set(mine.rows) if mine else set()
        return {name for name in self._tables.names() | written if len(self.rows(name))}

    def _mine(self) -> OpenTransaction | None:
        transaction = self._open
        return transaction if transaction and transaction.owner == threading.get_ident() else None

    @contextmanager
    def joined(self) -> Iterator[OpenTransaction]:
        """The present thread's open transaction; without one, a transaction of its own."""
        if mine := self._mine():
            yield mine
        else:
            with self.transaction() as own:
                yield own

    @contextmanager
    def transaction(self) -> Iterator[OpenTransaction]:
        """All writes of the block are one atomic, durable commit; an exception leaves everything as it was.

        Raises CommitFailedError if it cannot be stored. Other threads see nothing of it before it is committed.
        """
        with self.log.lock:
            self._refuse_inside_transaction("another transaction cannot be opened")
            self.log.writable()
            self._open = OpenTransaction(self._tables)
            try:
                yield self._open
                if changes := dict(self._open.changes()):
                    with self.log.commit(changes):
                        self._tables.store(self._open.rows)
            finally:
                self._open = None

    def _refuse_inside_transaction(self, what: str) -> None:
        if self._open:
            raise RuntimeError(f"{what} inside a transaction")

    def add_indexes(self, name: str, keys: Mapping[str, Key]) -> None:
        """Indexes a table from now on."""
        with self.log.lock:
            self._refuse_inside_transaction("an index cannot be added")
            self._tables.rows(name).add_indexes(keys)

    def compact(self) -> None:
        """Writes a snapshot of all commits and begins a new journal."""
        with self.log.lock:
            self._refuse_inside_transaction("a snapshot cannot be written")
        self.log.compact(self._tables.copy)

    def room(self) -> Room:
        """How large this is, and how much room its disk has; raises OSError."""
        free = shutil.disk_usage(self.log.path).free
        return Room(self._tables.documents, self.log.snapshot_size, free)

    def copy(self) -> dict[str, Documents]:
        """Every committed document as of one moment, by table and id."""
        return self._tables.copy()

    def read(self) -> dict[str, dict[str, Any]]:
        """Everything, as TinyDB's other storages give it; JournalTable reads only what it needs instead."""
        return {
            name: {str(number): orjson.loads(document) for number, document in self.rows(name).items()}
            for name in self.names()
        }

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Makes the data everything there is, as TinyDB's other storages do; stores what differs."""
        with self.joined() as transaction:
            for name in self.names() | set(data):
                rows = transaction.table(name)
                wanted = {int(number): encode(document) for number, document in data.get(name, {}).items()}
                for number in {number for number, _ in rows.items()} | set(wanted):
                    rows.put(number, wanted.get(number))

    def close(self) -> None:
        """Lets go of the files and of the folder."""
        self.log.close()
