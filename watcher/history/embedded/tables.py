"""The documents in memory: JSON in bytes by table and id, with indexes; and what an open transaction would change."""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

import orjson

from watcher.history.embedded.snapshot import STAMP_TABLE, Documents
from watcher.history.filing import Field, Key
from watcher.history.garbage import without_garbage_collection

FEW = 3
"""Look-ups that are made without an index where nothing will change: to make one takes as long as fifteen of them."""


class TableView(Protocol):
    """One table as somebody sees it."""

    @property
    def last(self) -> int:
        """The highest id ever given, 0 if none was."""
        ...

    def __len__(self) -> int:
        """How many documents."""
        ...

    def get(self, number: int) -> bytes | None:
        """One document."""
        ...

    def items(self) -> list[tuple[int, bytes]]:
        """All documents as of one moment."""
        ...

    def ids(self, index: str, key: str) -> tuple[int, ...]:
        """The ids of the documents indexed under the key, in order."""
        ...


class StoredRows:
    """One table as committed; readers of any thread see whole commits."""

    def __init__(self, documents: Documents, lock: threading.Lock, *, read_only: bool = False) -> None:
        self.documents = documents
        self._indexes_when_asked = read_only
        self._searches = 0
        self.last = max(documents, default=0)
        self.keys: dict[str, Key] = {}
        self.indexes: dict[str, dict[str, tuple[int, ...]]] = {}
        self._lock = lock

    def __len__(self) -> int:
        """How many documents."""
        return len(self.documents)

    def get(self, number: int) -> bytes | None:
        """One document."""
        return self.documents.get(number)

    def items(self) -> list[tuple[int, bytes]]:
        """All documents as of one moment."""
        with self._lock:
            return list(self.documents.items())

    def ids(self, index: str, key: str) -> tuple[int, ...]:
        """The ids of the documents indexed under the key, in order."""
        if index not in self.indexes:
            self._searches += 1
            field = self.keys[index]
            if isinstance(field, Field) and self._searches <= FEW:
                return self._searched(field, key)
            self._index(self.keys)
        return self.indexes[index].get(key, ())

    def named(self, index: str) -> Collection[str]:
        """Every key under which the index has any document."""
        if index not in self.indexes:
            self._index(self.keys)
        return self.indexes[index].keys()

    def _searched(self, field: Field, key: str) -> tuple[int, ...]:
        written = field.written(key)
        near = ((number, document) for number, document in self.items() if written in document)
        return tuple(sorted(number for number, document in near if field(orjson.loads(document)) == key))

    def add_indexes(self, keys: Mapping[str, Key]) -> None:
        """Indexes what is there and what will come; whatever a key raises leaves the table without any of them.

        However many indexes there are, each document is parsed once; where nothing will come, when it is worth it.
        """
        for index in keys:
            if index in self.keys:
                raise ValueError(f"there is an index {index!r} already")
        if not self._indexes_when_asked:
            self._index(keys)
        self.keys |= keys

    def _index(self, keys: Mapping[str, Key]) -> None:
        found: dict[str, defaultdict[str, list[int]]] = {index: defaultdict(list) for index in keys}
        filing = [(key, found[index]) for index, key in keys.items()]
        with without_garbage_collection():
            for number, document in sorted(self.items()):
                parsed = orjson.loads(document)
                for key, numbers in filing:
                    if (value := key(parsed)) is not None:
                        numbers[value].append(number)
            for index, by_value in found.items():
                self.indexes[index] = {value: tuple(numbers) for value, numbers in by_value.items()}


class ChangedRows:
    """One table as the open transaction sees it; the table itself stays as it is."""

    def __init__(self, stored: StoredRows) -> None:
        self._stored = stored
        self._moves: dict[str, defaultdict[str, set[int]]] = {index: defaultdict(set) for index in stored.keys}
        self._added = 0
        self.changes: dict[int, bytes | None] = {}
        self.last = stored.last

    def __len__(self) -> int:
        """How many documents."""
        return len(self._stored) + self._added

    def get(self, number: int) -> bytes | None:
        """One document."""
        return self.changes[number] if number in self.changes else self._stored.get(number)

    def items(self) -> list[tuple[int, bytes]]:
        """All documents as of one moment."""
        rows = {**dict(self._stored.items()), **self.changes}
        return [(number, document) for number, document in rows.items() if document is not None]

    def ids(self, index: str, key: str) -> tuple[int, ...]:
        """The ids of the documents indexed under the key, in order."""
        stored = self._stored.ids(index, key)
        moved = self._moves[index].get(key)
        return tuple(sorted(set(stored) ^ moved)) if moved else stored

    def altered(self) -> list[tuple[int, bytes | None, bytes | None]]:
        """What the open transaction alters: the number of each document, how it was and how it would be."""
        return [(number, self._stored.get(number), document) for number, document in self.changes.items()]

    def put(self, number: int, document: bytes | None) -> None:
        """Puts a document in place of whatever had its id; None removes it."""
        before = self.get(number)
        if document == before:
            return
        for index, left, entered in self._index_moves(before, document):
            for key in {key for key in (left, entered) if key is not None} if left != entered else ():
                self._moves[index][key] ^= {number}
        self._added += (document is not None) - (before is not None)
        self.changes[number] = document
        self.last = max(self.last, number)

    def _index_moves(self, before: bytes | None, after: bytes | None) -> list[tuple[str, str | None, str | None]]:
        """For each index the key that the document had and has."""
        keys = self._stored.keys
        if not keys:
            return []
        old = None if before is None else orjson.loads(before)
        new = None if after is None else orjson.loads(after)
        return [
            (name, None if old is None else key(old), None if new is None else key(new)) for name, key in keys.items()
        ]

    def store(self) -> None:
        """Makes the changes those of the table; called with the lock held, and after they are durable."""
        stored = self._stored
        for index, moved in self._moves.items():
            for key in moved:
                numbers = self.ids(index, key)
                if numbers:
                    stored.indexes[index][key] = numbers
                else:
                    stored.indexes[index].pop(key, None)
        for number, document in self.changes.items():
            if document is None:
                stored.documents.pop(number, None)
            else:
                stored.documents[number] = document
        stored.last = self.last


class Tables:
    """All tables as committed."""

    def __init__(self, tables: Mapping[str, Documents], *, read_only: bool = False) -> None:
        self._lock = threading.Lock()
        self._read_only = read_only
        self._rows = {
            name: StoredRows(documents, self._lock, read_only=read_only) for name, documents in tables.items()
        }

    def rows(self, name: str) -> StoredRows:
        """One table, empty if it was never written to."""
        with self._lock:
            if name not in self._rows:
                self._rows[name] = StoredRows({}, self._lock, read_only=self._read_only)
            return self._rows[name]

    def names(self) -> set[str]:
        """The tables that have documents."""
        with self._lock:
            return {name for name, rows in self._rows.items() if rows.documents}

    @property
    def documents(self) -> int:
        """How many documents all tables have together."""
        with self._lock:
            return sum(map(len, self._rows.values()))

    def copy(self) -> dict[str, Documents]:
        """All documents as of one moment, by table."""
        with self._lock:
            return {name: rows.documents.copy() for name, rows in self._rows.items() if rows.documents}

    def store(self, changed: Mapping[str, ChangedRows]) -> None:
        """Makes all changes of a transaction visible at once."""
        with self._lock:
            for rows in changed.values():
                rows.store()


class OpenTransaction:
    """What a transaction of one thread would change."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.owner = threading.get_ident()
        self.rows: dict[str, ChangedRows] = {}

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
