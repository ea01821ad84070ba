"""TinyDB's storage, with transactions: the state in memory, each commit one line of the journal."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from tinydb.storages import Storage

from watcher.history.embedded.commits import CommitLog
from watcher.history.embedded.folder import prove
from watcher.history.embedded.journal import commit_payload
from watcher.history.embedded.layered import Layered
from watcher.history.embedded.snapshot import Documents, encode
from watcher.history.embedded.tables import Key, OpenTransaction, StoredRows, Tables, TableView, Weigh
from watcher.history.failures import CommitFailedError, OutdatedError

if TYPE_CHECKING:  # the protocol brings all that it speaks of
    from watcher.history.protocol import Room


class JournalStorage(Storage):
    """The documents of one folder; any thread may read at any time, one at a time writes."""

    def __init__(self, log: CommitLog, *, read_only: bool) -> None:
        self.log = log
        self._tables = Tables(self.log.take_loaded(), self.log.indexed, read_only=read_only)
        self._threads = threading.local()
        """Each with its own open transaction."""

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
        mine: OpenTransaction | None = getattr(self._threads, "open", None)
        return mine

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
        with self.log.lock, self._opened() as transaction:
            self.log.writable()
            yield transaction
            if changes := dict(transaction.changes()):
                with self.log.commit(changes):
                    transaction.store()

    @contextmanager
    def transaction_beside(self, sequence: int) -> Iterator[OpenTransaction]:
        """The same after the commit of that number, and after no other: others may commit while the block runs.

        Then, or where they have already, OutdatedError is raised and nothing of the block is stored. Nobody waits for
        it but while the disk writes.
        """
        try:
            self._refuse_overtaken(sequence)
            with self._opened() as transaction:
                yield transaction
                if changes := dict(transaction.changes()):
                    payload = commit_payload(sequence + 1, changes)
                    with self.log.lock:
                        self._refuse_overtaken(sequence)
                        with self.log.commit(changes, payload):
                            transaction.store()
        except CommitFailedError:
            raise
        except Exception:  # whatever it was: it may come of reading one thing before and one after another's commit
            self._refuse_overtaken(sequence)
            raise

    @contextmanager
    def _opened(self) -> Iterator[OpenTransaction]:
        self._refuse_inside_transaction("another transaction cannot be opened")
        self._threads.open = transaction = OpenTransaction(self._tables)
        try:
            yield transaction
        finally:
            self._threads.open = None

    def _refuse_overtaken(self, sequence: int) -> None:
        if self.log.end.sequence != sequence:
            raise OutdatedError(f"commit {self.log.end.sequence} came before one that was to follow {sequence}")

    def _refuse_inside_transaction(self, what: str) -> None:
        if self._mine():
            raise RuntimeError(f"{what} inside a transaction")

    def add_indexes(self, name: str, keys: "Mapping[str, Key]") -> None:
        """Indexes a table from now on."""
        with self.log.lock:
            self._refuse_inside_transaction("an index cannot be added")
            self._tables.rows(name).add_indexes(keys)

    def replace(self, documents: Mapping[str, Documents]) -> None:
        """Makes these all that some tables have."""
        with self.log.lock:
            self._refuse_inside_transaction("nothing can be loaded")
        self.log.replace(self._tables, {name: Layered(above=rows) for name, rows in documents.items()})

    def compact(self) -> None:
        """Writes a snapshot of all commits and begins a new journal."""
        with self.log.lock:
            self._refuse_inside_transaction("a snapshot cannot be written")
        self.log.compact(self._tables)

    def keep_index(self) -> None:
        """Stores an index of the snapshot where there is none that has all it should; where it cannot, nothing."""
        self.log.keep_index(self._tables)

    def add_weight(self, name: str, weight: str, weigh: Weigh) -> None:
        """Keeps a sum over all documents of a table."""
        self._tables.rows(name).add_weight(weight, weigh)

    def room(self) -> "Room":
        """How large this is, and how much room its disk has; raises OSError."""
        from watcher.history.protocol import Room

        free = shutil.disk_usage(self.log.path).free
        return Room(self._tables.documents, self.log.snapshot.size, free)

    def copy(self) -> dict[str, Documents]:
        """Every committed document as of one moment, by table and id."""
        tables = self._tables.copy()
        prove(tables)
        return {name: dict(rows.items()) for name, rows in tables.items()}

    def read(self) -> dict[str, dict[str, Any]]:
        """Everything, as TinyDB's other storages give it; JournalTable reads only what it needs instead."""
        return {
            name: {str(number): orjson.loads(document) for number, document in self.rows(name).view().items()}
            for name in self.names()
        }

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Makes the data everything there is, as TinyDB's other storages do; stores what differs."""
        with self.joined() as transaction:
            for name in self.names() | set(data):
                rows = transaction.table(name)
                wanted = {int(number): encode(document) for number, document in data.get(name, {}).items()}
                for number in set(rows.view()) | set(wanted):
                    rows.put(number, wanted.get(number))

    def close(self) -> None:
        """Lets go of the files and of the folder."""
        self.log.close()
