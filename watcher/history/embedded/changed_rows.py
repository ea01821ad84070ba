"""One table as somebody sees it; and as an open transaction does, before anything of it is committed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Protocol

import orjson

from watcher.history.embedded.keys import keys_of
from watcher.history.embedded.rows import StoredRows

_NOTHING: Mapping[str, tuple[str, ...]] = {}


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

    def view(self) -> Mapping[int, bytes]:
        """All documents as of this moment, each read when it is asked for."""
        ...

    def items(self) -> Collection[tuple[int, bytes]]:
        """The same with their numbers."""
        ...

    def ids(self, index: str, key: str) -> tuple[int, ...]:
        """The ids of the documents indexed under the key, in order."""
        ...


class ChangedRows:
    """One table as the open transaction sees it; the table itself stays as it is."""

    def __init__(self, stored: StoredRows) -> None:
        self._stored = stored
        self._moves: dict[str, defaultdict[str, set[int]]] = {index: defaultdict(set) for index in stored.keys}
        self._added = 0
        self.changes: dict[int, bytes | None] = {}
        self.left: dict[int, Mapping[str, tuple[str, ...]]] = {}
        """The keys that each altered document had, by index."""
        self.entered: dict[int, Mapping[str, tuple[str, ...]]] = {}
        """The keys that it has."""
        self.last = stored.last

    def __len__(self) -> int:
        """How many documents."""
        return len(self._stored) + self._added

    def get(self, number: int) -> bytes | None:
        """One document."""
        return self.changes[number] if number in self.changes else self._stored.get(number)

    def view(self) -> Mapping[int, bytes]:
        """All documents as of this moment, each read when it is asked for."""
        rows = self._stored.view()
        for number, document in self.changes.items():
            rows.put(number, document)
        return rows

    def items(self) -> Collection[tuple[int, bytes]]:
        """The same with their numbers."""
        return self.view().items()

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
        left, entered = self._keys(before), self._keys(document)
        for index, moves in self._moves.items():
            for key in set(left.get(index, ())) ^ set(entered.get(index, ())):
                moves[key] ^= {number}
        self._added += (document is not None) - (before is not None)
        self.left.setdefault(number, left)
        self.entered[number] = entered
        self.changes[number] = document
        self.last = max(self.last, number)

    def _keys(self, document: bytes | None) -> Mapping[str, tuple[str, ...]]:
        if document is None or not self._stored.keys:
            return _NOTHING
        parsed: Mapping[str, Any] = orjson.loads(document)
        found = ((index, keys_of(key, parsed)) for index, key in self._stored.keys.items())
        return {index: keys for index, keys in found if keys}
