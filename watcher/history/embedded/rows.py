"""One table as committed: its documents, which lie in the snapshot or over it, and their indexes."""

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import orjson

from watcher.history.embedded.index_file import Indexed, KeptKeys
from watcher.history.embedded.keys import Key, form_of, keys_of
from watcher.history.embedded.layered import Layered
from watcher.history.embedded.snapshot_file import PlacedDocuments, Places
from watcher.history.embedded.sorted_keys import SortedKeys
from watcher.history.filing import Field
from watcher.timing.garbage import without_garbage_collection

FEW = 3
"""Look-ups that are made without an index where nothing will change: to make one takes as long as fifteen of them."""

Weigh = Callable[[int, bytes], int]
"""What a document adds to a sum, by its number and what it says."""

if TYPE_CHECKING:
    from watcher.history.embedded.changed_rows import ChangedRows

_Filed = dict[str, set[int]]
_NOTHING = SortedKeys.of({})


class StoredRows:
    """One table as committed; readers of any thread see whole commits.

    The snapshot's documents are indexed in files, or in arrays where the file has no such index; the others in memory.
    """

    def __init__(
        self, rows: Layered, lock: threading.Lock, indexed: Indexed | None, *, read_only: bool = False
    ) -> None:
        self.committed = rows
        """The documents; whoever has the lock may read them."""
        self.keys: dict[str, Key] = {}
        self.last = rows.last
        self._lock = lock
        self._read_only = read_only
        self._searches = 0
        self._offered = indexed
        self._below: dict[str, SortedKeys] = {}
        self._above: dict[str, _Filed] = {}
        self._weights: dict[str, Weigh] = {}
        self._sums_below: dict[str, int] = {}

    def __len__(self) -> int:
        """How many documents."""
        return len(self.committed)

    def get(self, number: int) -> bytes | None:
        """One document."""
        with self._lock:
            rows = self.committed
            document = rows.above.get(number)
            if document is not None or rows.below is None or number in rows.gone:
                return document
        return rows.below.get(number)

    def view(self) -> Layered:
        """All documents as of this moment, each read when it is asked for."""
        with self._lock:
            return self._as_of_now()

    def _as_of_now(self) -> Layered:
        return self.committed if self._read_only else self.committed.copy()

    def items(self) -> Collection[tuple[int, bytes]]:
        """The same with their numbers."""
        return self.view().items()

    def ids(self, index: str, key: str) -> tuple[int, ...]:
        """The ids of the documents indexed under the key, in order."""
        if index not in self._above:
            field = self.keys[index]
            self._searches += 1
            if isinstance(field, Field) and self._searches <= FEW:
                return self._searched(index, field, key)
            self._index(self.keys)
        with self._lock:
            below, above = self._ids_below(index, key), self._above[index].get(key)
            return tuple(sorted({*below, *above})) if above else below

    def ids_beginning(self, index: str, beginning: str) -> set[int]:
        """The ids of the documents indexed under any key that begins so."""
        if index not in self._above:
            self._index({index: self.keys[index]})
        with self._lock:
            rows, below = self.committed, self._below[index].beginning(beginning)
            above = (ids for key, ids in self._above[index].items() if key.startswith(beginning))
            return set().union((number for number in below if not rows.hides(number)), *above)

    def named(self, index: str) -> Collection[str]:
        """Every key under which the index has any document."""
        return self.counts(index).keys()

    def counts(self, index: str) -> Mapping[str, int]:
        """How many documents the index has under each of its keys."""
        if index not in self._above:
            self._index({index: self.keys[index]})
        with self._lock:
            rows, below = self._as_of_now(), self._below[index]
            above = {key: len(numbers) for key, numbers in self._above[index].items()}
        hidden = {number for number in (*rows.above, *rows.gone) if rows.is_below(number)}
        counts = dict(below.counts())
        if hidden:
            counts = {key: left for key, ids in below.items() if (left := sum(n not in hidden for n in ids))}
        for key, count in above.items():
            counts[key] = counts.get(key, 0) + count
        return counts

    def lacking(self, index: str, other: "StoredRows", of: str) -> set[str]:
        """The keys under which this has any document and an index of another table has none."""
        for rows, name in ((self, index), (other, of)):
            if name not in rows._above:
                rows._index({name: rows.keys[name]})
        with self._lock:  # that of all tables
            below, named, theirs = self._below[index], [*self._above[index]], other._as_of_now()
            found = below.lacking(other._below[of])
        left = _filed(theirs.hidden(), {of: other.keys[of]})[of]
        return {key for key in {*found, *named, *left} if self.ids(index, key) and not other.ids(of, key)}

    def total(self, name: str) -> int:
        """What all documents add up to by a weight that `add_weight` named; costs what was stored since the snapshot.

        Where the snapshot's index does not know it, all documents are read once.
        """
        weigh = self._weights[name]
        with self._lock:  # both of one snapshot: another may take its place meanwhile
            offered = self._offered.sums if self._offered else {}
            rows, known = self._as_of_now(), self._sums_below.get(name, offered.get(name))
        total = known if known is not None else self._learnt(name, rows)
        for number in {*rows.above, *rows.gone}:
            before = rows.below.get(number) if rows.below is not None else None
            total -= weigh(number, before) if before is not None else 0
        return total + sum(weigh(number, document) for number, document in rows.above.items())

    def _learnt(self, name: str, rows: Layered) -> int:
        """The sum over the snapshot that these lie upon, noted while it is the present one."""
        known = self._summed(name, rows.below)
        with self._lock:
            if self.committed.below is rows.below:
                self._sums_below[name] = known
        return known

    def _sum_below(self, name: str) -> int:
        if name not in self._sums_below:
            offered = self._offered.sums.get(name) if self._offered else None
            self._sums_below[name] = offered if offered is not None else self._summed(name, self.committed.below)
        return self._sums_below[name]

    def _summed(self, name: str, below: PlacedDocuments | None) -> int:
        weigh = self._weights[name]
        return sum(weigh(number, document) for number, document in below.items()) if below is not None else 0

    def add_weight(self, name: str, weigh: Weigh) -> None:
        """Keeps a sum over all documents, whose name is another one whenever it would be any other sum."""
        self._weights[name] = weigh

    def _ids_below(self, index: str, key: str) -> tuple[int, ...]:
        numbers, rows = self._below[index].ids(key), self.committed
        if rows.above or rows.gone:
            return tuple(number for number in numbers if not rows.hides(number))
        return numbers

    def _searched(self, index: str, field: Field, key: str) -> tuple[int, ...]:
        written, rows = field.written(key), self.view()
        kept = self._offered_keys(index, field)
        found = [number for number in kept.ids(key) if not rows.hides(number)] if kept is not None else []
        near = (rows if kept is None else rows.above).items()
        found += (n for n, document in near if written in document and key in keys_of(field, orjson.loads(document)))
        return tuple(sorted(found))

    def _offered_keys(self, index: str, key: Key) -> SortedKeys | None:
        """The index of the snapshot's documents as it lies in the file, if it does."""
        if self.committed.below is None:
            return _NOTHING
        kept = self._offered.keys.get(index) if self._offered else None
        return kept.keys if kept is not None and kept.form == form_of(key) else None

    def add_indexes(self, keys: Mapping[str, Key]) -> None:
        """Indexes what is there and what will come; whatever a key raises leaves the table without any of them.

        However many indexes there are, each document is parsed once; where nothing will come, when it is worth it.
        """
        for index in keys:
            if index in self.keys:
                raise ValueError(f"there is an index {index!r} already")
        if not self._read_only:
            self._index(keys)
        self.keys |= keys

    def _index(self, keys: Mapping[str, Key]) -> None:
        below = {index: kept for index, key in keys.items() if (kept := self._offered_keys(index, key)) is not None}
        lacking = {index: key for index, key in keys.items() if index not in below}
        if lacking and self.committed.below is not None:
            found = _filed(self.committed.below.items(), lacking)
            below |= {index: SortedKeys.of(filed) for index, filed in found.items()}
        above = _filed(self.committed.above.items(), keys)
        self._below |= below
        self._above |= above

    def indexed(self, rows: Layered, places: Places) -> Indexed:
        """What the index of a snapshot has of this table, in which `rows`, a copy of it, lie at these places."""
        hidden = {number for number in (*rows.above, *rows.gone) if rows.is_below(number)}
        below = rows.below
        left = _filed(((n, document) for n in hidden if below and (document := below.get(n))), self.keys)
        entered = self._filed_alike(rows) or _filed(rows.above.items(), self.keys)
        keys = {}
        for index, key in self.keys.items():
            kept = self._below.get(index, _NOTHING) if below is not None else _NOTHING
            changed: Mapping[str, Collection[int]] = entered[index]
            if below is not None:
                changed = {
                    each: [*(n for n in kept.ids(each) if not rows.hides(n)), *entered[index].get(each, ())]
                    for each in left[index].keys() | entered[index].keys()
                }
            keys[index] = KeptKeys(form_of(key) or "", kept.changed(changed))
        sums = {}
        for name, weigh in self._weights.items():
            sums[name] = self._sum_below(name) if below is not None else 0
            sums[name] += sum(weigh(n, document) for n, document in rows.above.items())
            sums[name] -= sum(weigh(n, document) for n in hidden if below and (document := below.get(n)))
        return Indexed(places, keys, sums)

    def _filed_alike(self, rows: Layered) -> dict[str, _Filed] | None:
        """What a copy has over the snapshot, by its keys, if nothing was stored since it was made."""
        with self._lock:
            now = self.committed
            if now.above == rows.above and now.gone == rows.gone:
                return {index: {key: set(ids) for key, ids in filed.items()} for index, filed in self._above.items()}
        return None

    def kept(self) -> Indexed | None:
        """What the index of the present snapshot has of this table."""
        below = self.committed.below
        if below is None:
            return None
        keys = {index: KeptKeys(form_of(self.keys[index]) or "", keys) for index, keys in self._below.items()}
        return Indexed(below.places, keys, {name: self._sum_below(name) for name in self._weights})

    def read_by(self, indexed: Indexed) -> None:
        """Finds the documents of the present snapshot by this; of who has the lock."""
        if self.committed.below is not None:
            self.committed = self.committed.upon(PlacedDocuments(self.committed.below.file, indexed.places))
            self._below |= {index: kept.keys for index, kept in indexed.keys.items() if index in self._below}
            self._offered = indexed

    def rest_on(self, below: PlacedDocuments | None, indexed: Indexed | None, written: Layered, now: Layered) -> None:
        """Is `now`, and reads what was stored of `written`, a copy, in a snapshot from there; of who has the lock."""
        rows = now.moved_to(below, written)
        self.committed, self._offered, self._sums_below = rows, indexed, dict(indexed.sums) if indexed else {}
        kept = indexed.keys if indexed else {}
        self._below = {index: kept[index].keys if index in kept else _NOTHING for index in self.keys}
        self._above = _filed(rows.above.items(), self.keys)
        self.last = max(self.last, rows.last)

    def store(self, changed: "ChangedRows") -> None:
        """Makes the changes of a transaction those of the table; of who has the lock, and after they are durable."""
        for number, document in changed.changes.items():
            is_above = number in self.committed.above
            for index, filed in self._above.items():
                for key in changed.left[number].get(index, ()) if is_above else ():
                    filed[key].discard(number)
                    if not filed[key]:
                        del filed[key]
                for key in changed.entered[number].get(index, ()):
                    filed.setdefault(key, set()).add(number)
            self.committed.put(number, document)
        self.last = changed.last


def _filed(documents: Iterable[tuple[int, bytes]], keys: Mapping[str, Key]) -> dict[str, _Filed]:
    """The numbers of documents by what they are indexed under, for each index."""
    found: dict[str, defaultdict[str, set[int]]] = {index: defaultdict(set) for index in keys}
    filing = [(key, found[index]) for index, key in keys.items()]
    with without_garbage_collection():
        for number, document in documents if filing else ():
            parsed = orjson.loads(document)
            for key, numbers in filing:
                for value in keys_of(key, parsed):
                    numbers[value].add(number)
    return {index: dict(filed) for index, filed in found.items()}
