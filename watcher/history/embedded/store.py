"""TinyDB, made durable: a Store is a TinyDB over one folder, with transactions, indexes and snapshots."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tinydb import TinyDB
from tinydb.table import Table

from watcher.history.embedded.commits import CommitLog
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.folder import HistoryFolder
from watcher.history.embedded.snapshot import STAMP_TABLE, Documents
from watcher.history.embedded.storage import JournalStorage
from watcher.history.embedded.table import JournalTable
from watcher.history.embedded.tables import StoredRows
from watcher.history.failures import HistoryUnusableError

if TYPE_CHECKING:  # the protocol brings all that it speaks of
    from watcher.history.protocol import Room


class Store(TinyDB):
    """A TinyDB whose every write is an atomic, durable commit; a write outside a transaction is one of its own.

    A commit that cannot be stored raises CommitFailedError and changes nothing. Documents that are read belong to
    the reader: changing them changes nothing here.
    """

    table_class: type[Table] = JournalTable
    _storage: JournalStorage

    @classmethod
    def open(cls, folder: Path, *, read_only: bool = False, whole: bool = True, disk: Disk | None = None) -> Self:
        """The store of a folder, which is made and owned by this process until `close`.

        `read_only` takes what is there, while another process may own it; without `whole`, only what is read later is
        proven to be as it was written. Raises HistoryDamagedError, HistoryLockedError, or another HistoryUnusableError.
        """
        try:
            log = CommitLog(folder, read_only=read_only, disk=disk or Disk(), whole=whole)
            return cls(log, storage=JournalStorage, read_only=read_only)
        except OSError as error:
            raise HistoryUnusableError(
                f"The history in {folder} cannot be opened: {error}. "
                f"See to that disk, its free space and the folder's permissions, then start again."
            ) from error

    @classmethod
    def of(cls, tables: Mapping[str, Documents]) -> Self:
        """A store of documents that lie in no folder, for reading alone."""
        log = CommitLog(Path(), read_only=True, disk=Disk(), given=tables)
        return cls(log, storage=JournalStorage, read_only=True)

    @staticmethod
    def exists(folder: Path) -> bool:
        """Whether a store was ever begun in the folder."""
        return HistoryFolder(folder, Disk()).exists()

    @property
    def sequence(self) -> int:
        """How many commits were ever made; 0 is a store in which nothing was ever stored."""
        return self._storage.log.end.sequence

    @property
    def chain(self) -> str:
        """What all commits so far are known by: no other history of as many has the same."""
        return self._storage.log.end.chain

    @property
    def refusal(self) -> str:
        """Why no commit is taken until the store is opened again; empty while they are."""
        return self._storage.log.refusal

    def room(self) -> "Room":
        """How large the store is, and how much room its disk has; raises OSError."""
        return self._storage.room()

    def table(self, name: str, **kwargs: Any) -> JournalTable:
        """A table, empty if nothing was ever written to it."""
        table = super().table(name, **kwargs)
        assert isinstance(table, JournalTable)  # noqa: S101  # table_class says so, which the type checker cannot know
        return table

    def committed(self, name: str) -> StoredRows:
        """The documents of a table as they are committed, as JSON, whatever transaction is under way."""
        return self._storage.committed(name)

    def altered(self, name: str) -> list[tuple[int, bytes | None, bytes | None]]:
        """What the present thread's transaction alters in a table: number, the document before, and after."""
        return self._storage.altered(name)

    def transaction(self) -> AbstractContextManager[object]:
        """Groups the writes of the block, to any tables, into one commit: all of them are stored, or none.

        An exception inside discards them. The block's own thread reads what it wrote, others what was committed.
        Transactions cannot be nested; another thread's waits.
        """
        return self._storage.transaction()

    def transaction_beside(self, sequence: int) -> AbstractContextManager[object]:
        """The same, if that many commits were made before it and no other comes between; else OutdatedError.

        Meanwhile others may commit.
        """
        return self._storage.transaction_beside(sequence)

    def once_durable(self, call: Callable[[], None]) -> None:
        """Within a transaction: has something done once it is durable, at the moment at which all see it.

        It must not read the store: nobody can meanwhile, or they could take what was for what is.
        """
        with self._storage.joined() as transaction:
            transaction.once_durable.append(call)

    def load(self, tables: Mapping[str, Mapping[int, bytes]]) -> None:
        """Stores documents that are compact JSON objects already, in one commit, and writes a snapshot of it."""
        _refuse_spoilt(tables)
        if self.sequence == 0 and STAMP_TABLE not in tables:
            self._storage.replace({name: dict(documents) for name, documents in tables.items()})
            return
        with self._storage.transaction() as transaction:
            for name, documents in tables.items():
                rows = transaction.table(name)
                for number, document in documents.items():
                    rows.put(number, document)
        self.compact()

    def replace(self, tables: Mapping[str, Documents]) -> None:
        """Makes documents that are compact JSON objects already all that some tables have, in one commit.

        It is written as a snapshot: the journal has no line that whoever opens it next would have to read.
        """
        _refuse_spoilt(tables)
        self._storage.replace(tables)

    def read_all(self) -> dict[str, Documents]:
        """Every committed document as of this moment, as JSON, by table and id."""
        return self._storage.copy()

    @property
    def wants_compaction(self) -> bool:
        """Whether the journal has outgrown the snapshot, so that `compact` is worth its time."""
        return self._storage.log.wants_compaction

    def keep_index(self) -> None:
        """Stores an index of the snapshot, once all indexes are named, where there is none; it may fail unheard."""
        self._storage.keep_index()

    def compact(self) -> None:
        """Writes a snapshot and begins a new journal; may run in a thread while others commit.

        Raises CommitFailedError if it cannot be stored; no commit is lost by that.
        """
        self._storage.compact()


def _refuse_spoilt(tables: Mapping[str, Mapping[int, bytes]]) -> None:
    for name, documents in tables.items():
        for number, document in documents.items():
            if not document.startswith(b"{") or b"\n" in document:
                raise ValueError(f"document {number} of {name} is not a JSON object on one line")
