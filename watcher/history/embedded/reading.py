"""The documents of one store, read by their keys and numbers; each is parsed when its turn comes."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from watcher.history.embedded.store import Store
from watcher.history.embedded.table import JournalTable
from watcher.history.reading import ALL, Numbered

_LAST_MADE = 10
"""So many messages of one recipient are looked at for the last attempt: those before were sent before, as a rule."""


class StoredDocuments:
    """All tables of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def found(self, table: str, **keys: str) -> Sequence[Numbered]:
        """Those under a key of each index that is named; all of them where none is."""
        kept = self._store.table(table)
        return list(_read(kept, _numbers(kept, keys)))

    def under_any(self, table: str, index: str, keys: Collection[str]) -> Sequence[Numbered]:
        """Those under any of some keys of an index."""
        kept = self._store.table(table)
        return list(_read(kept, sorted(number for key in frozenset(keys) for number in kept.ids(index, key))))

    def beginning(self, table: str, indexes: Sequence[str], beginning: str) -> Sequence[Numbered]:
        """Those with a key of any of some indexes that begins so, each once."""
        rows = self._store.committed(table)
        numbers = {number for index in indexes for number in rows.ids_beginning(index, beginning)}
        return list(_read(self._store.table(table), sorted(numbers)))

    def numbered(self, table: str, number: int) -> Mapping[str, Any]:
        """One by its number."""
        return next(document for _, document in _read(self._store.table(table), [number]))

    def pages(
        self, table: str, *, after: int = 0, newest_first: bool = False, keys: Mapping[str, str] = ALL
    ) -> Iterator[Numbered]:
        """Those that there are now and whose number is higher, one after the other, one of them parsed at a time."""
        kept = self._store.table(table)
        numbers = _numbers(kept, keys)
        numbers = numbers[bisect_right(numbers, after) :]
        return _read(kept, reversed(numbers) if newest_first else numbers)

    def last_attempted(self) -> Sequence[Numbered]:
        """Of each key under which attempts are filed the message that was attempted last."""
        kept = self._store.table("deliveries")
        last = (_last_of(kept, sent) for sent in list(self._store.committed("deliveries").named("sent")))
        return sorted((found for found in last if found is not None), key=lambda found: found[0])


def _numbers(table: JournalTable, keys: Mapping[str, str]) -> Sequence[int]:
    if not keys:
        return sorted(table.raw())
    first, *others = (table.ids(index, key) for index, key in keys.items())
    return sorted(set(first).intersection(*others)) if others else sorted(first)


def _read(table: JournalTable, numbers: Iterable[int]) -> Iterator[Numbered]:
    raw = ((number, table.document(number)) for number in numbers)
    return ((number, orjson.loads(document)) for number, document in raw if document is not None)


def _last_of(table: JournalTable, sent: str) -> Numbered | None:
    newest = _read(table, table.ids("sent", sent)[-_LAST_MADE:])
    return max(newest, key=lambda found: (datetime.fromisoformat(found[1]["attempted"]), found[0]), default=None)
