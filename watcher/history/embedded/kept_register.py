"""The register, kept: what counts are made from stands beside the inspections, so that nothing is read over to count.

Each commit that alters a home stores its entry anew, and the tallies that it alters, in the same transaction. Both are
made of the other tables alone: where a version that does not know them has written since, which the sum of all
documents tells, they are made anew, and no backup has them.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import orjson
from tinydb.table import Document

from watcher.facts.inspection import Home
from watcher.facts.regulators import configured_form
from watcher.history.embedded.kept_entries import AtHand, KeptEntries
from watcher.history.embedded.keys import WEIGHT
from watcher.history.embedded.snapshot import Documents, encode
from watcher.history.embedded.store import Store
from watcher.history.embedded.table import JournalTable
from watcher.history.entries import (
    ALL,
    FORM,
    LARGEST_SUM,
    SOURCES,
    about_tallies,
    entry_document,
    read_entry,
    sum_document,
    tally_document,
    weight,
)
from watcher.history.filing import Derived, Field
from watcher.history.kept import MIXED, TABLE, TALLIES, FiledUnder, listed
from watcher.judging.entry import Entry
from watcher.judging.filed import Filing, moved, tallies, with_moves


class KeptRegister:
    """The entries of all homes and their tallies, in tables of their own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        for name in SOURCES:
            store.table(name).add_weight(WEIGHT, partial(weight, name))
        self._table = store.table(TABLE)
        self._table.add_indexes(home=Field("home"), **{filing.value: FiledUnder(filing.value) for filing in Filing})
        self._tallies = store.table(TALLIES)
        self._tallies.add_indexes(name=Field("name"), listed=Derived("name, where it is listed", listed))
        self._at_hand = AtHand()
        self._is_summed: bool | None = None
        """Whether the sum of all documents is that of the entries, once it was asked."""

    def source(self) -> KeptEntries | None:
        """The entries and tallies as they stand; None where they are not to be believed."""
        if self._is_summed is None:
            self._is_summed = self.is_true_of_ours()
        if not (self._is_summed and self._is_described_alike() and self._are_tallied()):
            return None
        return KeptEntries(self._store, self._at_hand)

    def is_true(self) -> bool:
        """Whether all is that of the homes and inspections as they stand, in the present form."""
        self._is_summed = self.is_true_of_ours()
        return self._is_summed and self._is_described_alike() and self._are_tallied()

    def is_true_of_ours(self) -> bool:
        """Whether the entries are, of all homes but those whose regulator only a configuration describes."""
        kept = self._about_all()
        return kept is not None and kept == sum_document(self._sum(), kept.get("described", ""))

    def _is_described_alike(self) -> bool:
        kept = self._about_all()
        return kept is not None and kept.get("described", "") == configured_form()

    def _are_tallied(self) -> bool:
        kept, tallied = self._about_all(), self._about(TALLIES, "name")
        return kept is not None and tallied == about_tallies(kept)

    def entries(self, homes: Iterable[Home]) -> Iterator[Entry]:
        """The entries of these homes."""
        # Read twice and one at a time: all documents as values at once would be many times what is kept of them.
        by_home = {orjson.loads(raw)["home"]: raw for raw in self._table.raw().values()}
        return (read_entry(orjson.loads(by_home[home.key]), home) for home in homes if home.key in by_home)

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """Stores all entries and tallies anew, in one commit."""
        about = sum_document(self._sum())
        kept = {1: encode(about)}
        counted = tallies(_written(entries, kept))
        tallied = [about_tallies(about), *(tally_document(name, counts) for name, counts in sorted(counted.items()))]
        self._store.replace({TABLE: kept, TALLIES: dict(enumerate(map(encode, tallied), 1))})
        self._at_hand.forget()
        self._is_summed = True

    def read_anew(self, entries: Iterable[Entry]) -> None:
        """Stores anew the entries of homes whose regulator is described otherwise, and the tallies of all."""
        about = sum_document(self._sum())
        with self._store.transaction():
            for entry in entries:
                _put(self._table, "home", entry_document(entry))
            _put(self._table, "home", about)
        with self._store.transaction():
            self._tally(about, KeptEntries(self._store, AtHand()).all())
        self._at_hand.forget()

    def _tally(self, about: Mapping[str, Any], entries: Iterable[Entry]) -> None:
        self._tallies.truncate()
        self._tallies.insert(about_tallies(about))
        for name, counts in sorted(tallies(entries).items()):
            self._tallies.insert(tally_document(name, counts))

    def follow(self, entries: Mapping[str, Entry]) -> None:
        """Within a transaction: stores the entries of the homes that it alters, and of what all are made now."""
        kept = self._about_all()
        is_new = kept is None and not any(len(rows) for rows in self._sources().values())
        if is_new:
            kept = sum_document(0)
            _put(self._tallies, "name", about_tallies(kept))
        if kept is None or kept["form"] != FORM:
            return
        altered = sum(
            weight(name, number, after) - weight(name, number, before)
            for name in SOURCES
            for number, before, after in self._store.altered(name)
        )
        is_alike = not kept["sum"] or self._is_described_alike()
        described = configured_form() if is_alike else MIXED
        about = sum_document((kept["sum"] + altered) % LARGEST_SUM, described)
        if is_alike and (is_new or self._are_tallied()):
            self._follow_tallies(entries, about)
        for entry in entries.values():
            _put(self._table, "home", entry_document(entry))
        _put(self._table, "home", about)
        if is_new:
            self._is_summed = True

    def _follow_tallies(self, entries: Mapping[str, Entry], about: Mapping[str, Any]) -> None:
        before = KeptEntries(self._store, self._at_hand)
        for name, moves in moved((before.get(key), entry) for key, entry in entries.items()).items():
            numbers = self._tallies.ids("name", name)
            if counts := with_moves(before.tally(name), moves):
                _put(self._tallies, "name", tally_document(name, counts))
            elif numbers:
                self._tallies.remove(doc_ids=list(numbers))
        _put(self._tallies, "name", about_tallies(about))

    def altered(self, homes: Iterable[str]) -> None:
        """Once such a transaction is committed: whoever asks from now on is told of the homes as they are."""
        self._at_hand.alter(homes)

    def forget(self) -> None:
        """Reads everything anew that was at hand."""
        self._at_hand.forget()

    def _about_all(self) -> dict[str, Any] | None:
        return self._about(TABLE, "home")

    def _about(self, table: str, index: str) -> dict[str, Any] | None:
        rows = self._store.committed(table)
        numbers = rows.ids(index, ALL)
        raw = rows.get(numbers[0]) if numbers else None
        return orjson.loads(raw) if raw is not None else None

    def _sources(self) -> dict[str, Any]:
        return {name: self._store.committed(name) for name in SOURCES}

    def _sum(self) -> int:
        total: int = sum(rows.total(WEIGHT) for rows in self._sources().values())
        return total % LARGEST_SUM


def _written(entries: Iterable[Entry], to: Documents) -> Iterator[Entry]:
    """The same entries, each written when it is taken: all as values at once would be many times what is kept."""
    for entry in entries:
        to[len(to) + 1] = encode(entry_document(entry))
        yield entry


def _put(table: JournalTable, index: str, document: dict[str, Any]) -> None:
    """Stores a document in place of that with the same name in an index."""
    numbers = table.ids(index, document[index])
    if numbers:
        table.put(Document(document, doc_id=numbers[0]))
    else:
        table.insert(document)
