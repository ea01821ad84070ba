"""The tables as committed, with their indexes; and what an open transaction would change."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping

from watcher.history.embedded.changed_rows import ChangedRows as ChangedRows
from watcher.history.embedded.changed_rows import TableView as TableView
from watcher.history.embedded.index_file import Indexed
from watcher.history.embedded.keys import Key as Key
from watcher.history.embedded.layered import Layered
from watcher.history.embedded.rows import FEW as FEW
from watcher.history.embedded.rows import StoredRows as StoredRows
from watcher.history.embedded.rows import Weigh as Weigh
from watcher.history.embedded.snapshot import STAMP_TABLE, Snapshot


class Tables:
    """All tables as committed."""

    def __init__(
        self,
        tables: Mapping[str, Layered],
        indexed: Mapping[str, Indexed],
        *,
        read_only: bool = False,
    ) -> None:
        self._lock = threading.Lock()
        self._read_only = read_only
        self._rows = {
            name: StoredRows(rows, self._lock, indexed.get(name), read_only=read_only) for name, rows in tables.items()
        }

    def rows(self, name: str) -> StoredRows:
        """One table, empty if it was never written to."""
        if (known := self._rows.get(name)) is not None:  # waits for nobody
            return known
        with self._lock:
            if name not in self._rows:
                self._rows[name] = StoredRows(Layered(), self._lock, None, read_only=self._read_only)
            return self._rows[name]

    def names(self) -> set[str]:
        """The tables that have documents."""
        with self._lock:
            return {name for name, rows in self._rows.items() if len(rows)}

    @property
    def documents(self) -> int:
        """How many documents all tables have together."""
        with self._lock:
            return sum(map(len, self._rows.values()))

    def copy(self) -> dict[str, Layered]:
        """All documents as of one moment, by table."""
        with self._lock:
            return {name: rows.committed.copy() for name, rows in self._rows.items() if len(rows)}

    def indexed(self, tables: Mapping[str, Layered], snapshot: Snapshot) -> dict[str, Indexed]:
        """The indexes of a snapshot in which these, a copy of the tables, were stored."""
        return {
            name: self.rows(name).indexed(tables[name], rows.below.places)
            for name, rows in snapshot.tables.items()
            if rows.below is not None
        }

    def rest_on(
        self,
        snapshot: Snapshot,
        indexed: Mapping[str, Indexed],
        tables: Mapping[str, Layered],
        replaced: Mapping[str, Layered],
    ) -> None:
        """From here on what was stored of these tables in a snapshot is read there, and no more kept in memory.

        What is `replaced` is all that those tables have.
        """
        with self._lock:
            for name, rows in self._rows.items():
                below = snapshot.tables[name].below if name in snapshot.tables else None
                now = replaced.get(name, rows.committed)
                rows.rest_on(below, indexed.get(name), tables.get(name, Layered()), now)

    def read_by(self, indexed: Mapping[str, Indexed]) -> None:
        """From here on the documents of the snapshot are found by what a file has, and no more by what memory has."""
        with self._lock:
            for name, rows in self._rows.items():
                if name in indexed:
                    rows.read_by(indexed[name])

    def kept(self, indexed: Mapping[str, Indexed]) -> dict[str, Indexed] | None:
        """What an index of the snapshot would have; None where one that has this has all that would be kept."""
        with self._lock:
            kept = {name: indexes for name, rows in self._rows.items() if (indexes := rows.kept()) is not None}
        return None if all(name in indexed and indexed[name].has(each) for name, each in kept.items()) else kept

    def store(self, changed: Mapping[str, ChangedRows], calls: Iterable[Callable[[], None]] = ()) -> None:
        """Makes all changes of a transaction visible at once, and what the calls say; these read no table."""
        with self._lock:
            for call in calls:
                call()
            for name, rows in changed.items():
                self._rows[name].store(rows)


class OpenTransaction:
    """What a transaction of one thread would change."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.rows: dict[str, ChangedRows] = {}
        self.once_durable: list[Callable[[], None]] = []
        """What else is to be done once the changes are durable; whoever sees one sees the other. It reads no table."""

    def table(self, name: str) -> ChangedRows:
        """One table as the transaction sees it; raises ValueError for the name that snapshots use."""
        if name == STAMP_TABLE:
            raise ValueError(f"{name!r} is the snapshot's own table")
        if name not in self.rows:
            self.rows[name] = ChangedRows(self._tables.rows(name))
        return self.rows[name]

    def changes(self) -> Iterator[tuple[str, dict[int, bytes | None]]]:
        """What has to be stored, by table."""
        return ((name, rows.changes) for name, rows in self.rows.items() if rows.changes)

    def store(self) -> None:
        """Makes the changes visible; called once they are durable."""
        self._tables.store(self.rows, self.once_durable)
