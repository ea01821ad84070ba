"""The store's tables, as what is put into them sees them."""

from collections.abc import Mapping, Sequence
from typing import Any

from tinydb.table import Document

from watcher.history.embedded.store import Store
from watcher.history.embedded.table import JournalTable


class WrittenStore:
    """All tables of a store, within its open transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, name: str) -> "WrittenTable":
        """One table."""
        return WrittenTable(self._store.table(name))


class WrittenTable:
    """One table of a store."""

    def __init__(self, table: JournalTable) -> None:
        self._table = table

    def ids(self, index: str, key: str) -> Sequence[int]:
        """The numbers of the documents under a key, in order."""
        return self._table.ids(index, key)

    def every_id(self) -> Sequence[int]:
        """The numbers of all documents, in order."""
        return sorted(self._table.raw())

    def said(self, number: int) -> Mapping[str, Any]:
        """One document."""
        document = self._table.get(doc_id=number)
        return {} if document is None else document

    def add(self, document: Mapping[str, Any]) -> None:
        """Stores a new document, under the next number."""
        self._table.insert(document)

    def replace(self, number: int, document: Mapping[str, Any]) -> None:
        """Stores a document in place of whatever had its number."""
        self._table.put(Document(document, doc_id=number))

    def drop(self, numbers: Sequence[int]) -> None:
        """Removes documents."""
        if numbers:
            self._table.remove(doc_ids=list(numbers))
