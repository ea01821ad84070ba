"""The register, kept: what counts are made from stands beside the inspections, so that nothing is read over to count.

Each commit that alters a home stores its entry anew, in the same transaction. The entries are made of the other tables
alone: where a version that does not know them has written since, which the sum of all documents tells, they are made
anew, and no backup has them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from tinydb.table import Document

from watcher.facts.inspection import Home
from watcher.facts.regulators import configured_form
from watcher.history.embedded.store import Store
from watcher.history.entries import (
    ALL,
    FORM,
    LARGEST_SUM,
    SOURCES,
    entry_document,
    read_entry,
    register_documents,
    sum_document,
    sum_of,
    weight,
)
from watcher.history.filing import Field
from watcher.judging.register import Entry

TABLE = "register"
_MIXED = "several ways"
"""Stands for a description by which not all entries were read, until they are stored anew."""


class KeptRegister:
    """The entries of all homes, in a table of their own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._table = store.table(TABLE)
        self._table.add_indexes(home=Field("home"))

    def is_true(self) -> bool:
        """Whether the entries are those of the homes and inspections as they stand, in the present form."""
        return self.is_true_of_ours() and self._is_described_alike()

    def is_true_of_ours(self) -> bool:
        """Whether that holds of all homes but those whose regulator only a configuration describes."""
        kept = self._about_all()
        return kept is not None and kept == sum_document(self._sum(), kept.get("described", ""))

    def _is_described_alike(self) -> bool:
        kept = self._about_all()
        return kept is not None and kept.get("described", "") == configured_form()

    def entries(self, homes: Iterable[Home]) -> Iterator[Entry]:
        """The entries of these homes."""
        # Read twice and one at a time: all documents as values at once would be many times what is kept of them.
        by_home = {orjson.loads(raw)["home"]: raw for raw in self._table.raw().values()}
        return (read_entry(orjson.loads(by_home[home.key]), home) for home in homes if home.key in by_home)

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Stores all entries anew, in one commit."""
        with self._store.transaction():
            self._table.truncate()
            for document in register_documents(entries, self._sum()):
                self._table.insert(document)

    def read_anew(self, entries: Iterable[Entry]) -> None:
        """Stores anew the entries of homes whose regulator is described otherwise than when they were stored."""
        with self._store.transaction():
            for entry in entries:
                self._put(entry_document(entry))
            self._put(sum_document(self._sum()))

    def follow(self, entries: Iterable[Entry]) -> None:
        """Within a transaction: stores the entries of the homes that it alters, and of what all are made now."""
        kept = self._about_all()
        if kept is None and not any(len(rows) for rows in self._sources().values()):
            kept = sum_document(0)
        if kept is None or kept["form"] != FORM:
            return
        for entry in entries:
            self._put(entry_document(entry))
        moved = sum(
            weight(name, number, after) - weight(name, number, before)
            for name in SOURCES
            for number, before, after in self._store.altered(name)
        )
        described = configured_form() if self._is_described_alike() or not kept["sum"] else _MIXED
        self._put(sum_document((kept["sum"] + moved) % LARGEST_SUM, described))

    def _put(self, document: dict[str, Any]) -> None:
        numbers = self._table.ids("home", document["home"])
        if numbers:
            self._table.put(Document(document, doc_id=numbers[0]))
        else:
            self._table.insert(document)

    def _about_all(self) -> dict[str, Any] | None:
        numbers = self._table.ids("home", ALL)
        raw = self._store.committed(TABLE).get(numbers[0]) if numbers else None
        return orjson.loads(raw) if raw is not None else None

    def _sources(self) -> dict[str, Any]:
        return {name: self._store.committed(name) for name in SOURCES}

    def _sum(self) -> int:
        return sum_of({name: dict(rows.items()) for name, rows in self._sources().items()})
