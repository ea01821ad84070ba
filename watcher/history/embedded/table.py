"""TinyDB's table over documents kept as JSON in bytes: every document that is read is the reader's own."""

import threading
from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

import orjson
from tinydb.queries import QueryLike
from tinydb.table import Document, Table

from watcher.history.embedded.snapshot import encode
from watcher.history.embedded.storage import JournalStorage
from watcher.history.embedded.tables import Key, TableView, Weigh

Fields = Mapping[str, Any] | Callable[[MutableMapping[str, Any]], None]


class JournalTable(Table):
    """A TinyDB table whose writes are commits of the journal, with indexes, and no query cache to share documents."""

    def __init__(self, storage: JournalStorage, name: str) -> None:
        super().__init__(storage, name, cache_size=0)
        self._journal_storage = storage
        self._threads = threading.local()

    @property
    def _draft(self) -> "Draft | None":
        """What the present thread is changing."""
        draft: Draft | None = getattr(self._threads, "draft", None)
        return draft

    @_draft.setter
    def _draft(self, draft: "Draft | None") -> None:
        self._threads.draft = draft

    def add_indexes(self, **keys: Key) -> None:
        """Keeps the ids of the documents by what each key says of each; None leaves one out."""
        self._journal_storage.add_indexes(self.name, keys)

    def ids(self, index: str, key: str) -> tuple[int, ...]:
        """The ids of the documents that the index has under this key, in ascending order."""
        return self._rows.ids(index, key)

    def raw(self) -> Mapping[int, bytes]:
        """All documents as of this moment, as JSON, each read when it is asked for."""
        return self._rows.view()

    def document(self, number: int) -> bytes | None:
        """One document as JSON; None where there is none."""
        return self._rows.get(number)

    def add_weight(self, name: str, weigh: Weigh) -> None:
        """Keeps a sum of what all documents weigh, under a name that says how: another sum has another name."""
        self._journal_storage.add_weight(self.name, name, weigh)

    def put(self, document: Document) -> None:
        """Stores a document in place of whatever had its id; `upsert` keeps the old fields that the new one lacks."""
        content = encode(document)
        with self._journal_storage.joined() as transaction:
            transaction.table(self.name).put(_checked(document.doc_id), content)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Stores a new document and says its id."""
        if isinstance(document, Document) or not isinstance(document, Mapping):
            with self._journal_storage.joined():
                return super().insert(document)
        content = encode(document)
        with self._journal_storage.joined() as transaction:
            rows = transaction.table(self.name)
            number = rows.last + 1
            rows.put(number, content)
        return number

    def update(self, fields: Fields, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Changes the documents meant, all if none are named, and says their ids."""
        with self._journal_storage.joined():
            return super().update(fields, None, self._meant(cond, doc_ids))

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Changes the documents meant, or stores a new one, and says the ids."""
        with self._journal_storage.joined():
            return super().upsert(document, cond)

    def remove(self, cond: QueryLike | None = None, doc_ids: Iterable[int] | None = None) -> list[int]:
        """Removes the documents meant, and says their ids."""
        with self._journal_storage.joined():
            return super().remove(None, self._meant(cond, doc_ids))

    def _meant(self, cond: QueryLike | None, doc_ids: Iterable[int] | None) -> Iterable[int] | None:
        """Ids instead of a condition, so that a write touches only the documents that it changes."""
        if doc_ids is None and cond is not None:
            return [document.doc_id for document in self.search(cond)]
        return doc_ids

    def __len__(self) -> int:
        """How many documents."""
        return len(self._rows)

    @property
    def _rows(self) -> TableView:
        return self._journal_storage.rows(self.name)

    def _read_table(self) -> Mapping[str, Mapping[str, Any]]:  # type: ignore[override]  # a view, not a dict
        return _Parsed(self._rows)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._journal_storage.joined() as transaction:
            rows = transaction.table(self.name)
            self._draft = Draft(rows)
            try:
                updater(self._draft)
                changes = self._draft.changes()
            finally:
                self._draft = None
            for number, document in changes:
                rows.put(number, document)

    def _get_next_id(self) -> int:
        return (self._rows if self._draft is None else self._draft).last + 1


class _Parsed(Mapping[str, Mapping[str, Any]]):
    """A table as stock TinyDB reads it, parsing each document as it is asked for."""

    def __init__(self, rows: TableView) -> None:
        self.rows = rows

    def __getitem__(self, number: str) -> dict[str, Any]:
        if (document := self.rows.get(int(number))) is None:
            raise KeyError(number)
        return _parse(document)

    def __iter__(self) -> Iterator[str]:
        return map(str, self.rows.view())

    def __len__(self) -> int:
        return len(self.rows)

    def items(self) -> ItemsView[str, Mapping[str, Any]]:
        return _ParsedItems(self)


class _ParsedItems(ItemsView[str, Mapping[str, Any]]):
    _mapping: _Parsed

    def __iter__(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        return ((str(number), _parse(document)) for number, document in self._mapping.rows.view().items())


class Draft(MutableMapping[int, dict[str, Any]]):
    """A table as stock TinyDB's updaters change it; only the documents they touch are parsed."""

    def __init__(self, rows: TableView) -> None:
        self._rows = rows
        self._touched: dict[int, dict[str, Any] | None] = {}
        self.last = rows.last

    def __getitem__(self, number: int) -> dict[str, Any]:
        if number not in self._touched:
            document = self._rows.get(number)
            self._touched[number] = None if document is None else _parse(document)
        if (touched := self._touched[number]) is None:
            raise KeyError(number)
        return touched

    def __setitem__(self, number: int, document: dict[str, Any]) -> None:
        self._touched[_checked(number)] = document
        self.last = max(self.last, number)

    def __delitem__(self, number: int) -> None:
        if number not in self:
            raise KeyError(number)
        self._touched[number] = None

    def __contains__(self, number: object) -> bool:
        if not isinstance(number, int):
            return False
        if number in self._touched:
            return self._touched[number] is not None
        return self._rows.get(number) is not None

    def __iter__(self) -> Iterator[int]:
        numbers = dict.fromkeys(self._rows.view()) | dict.fromkeys(self._touched)
        return (number for number in numbers if number in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        self._touched |= dict.fromkeys(self)

    def changes(self) -> list[tuple[int, bytes | None]]:
        """What is to be put, serialised; raises TypeError for a document that JSON cannot express."""
        return [(number, None if document is None else encode(document)) for number, document in self._touched.items()]


def _checked(number: object) -> int:
    if type(number) is not int or number < 1:
        raise ValueError(f"a document's id is a whole number from 1, not {number!r}")
    return number


def _parse(document: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = orjson.loads(document)
    return parsed
