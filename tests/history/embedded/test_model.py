"""Random sequences of writes, transactions, reopenings and snapshots behave like plain dictionaries."""

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tinydb.table import Document

from watcher.history.embedded.keys import Several
from watcher.history.embedded.store import Store

Model = dict[str, dict[int, dict[str, Any]]]

TABLES = ("homes", "inspections")
names = st.sampled_from(TABLES)
numbers = st.integers(1, 8)
values = st.one_of(st.none(), st.integers(-(2**53), 2**53), st.text(max_size=5), st.lists(st.booleans(), max_size=2))
documents = st.dictionaries(st.sampled_from(["a", "b", "é\n"]), values, max_size=3) | st.fixed_dictionaries(
    {"key": st.sampled_from(["x", "y"])}
)


def key(document: Any) -> str | None:
    found = document.get("key")
    return found if isinstance(found, str) else None


def letters(document: Any) -> tuple[str, ...]:
    """Several keys, one of them twice."""
    return (*document, *document)


LETTERS = Several("names of its fields", letters)


def weigh(number: int, document: bytes) -> int:
    return number * len(document)


def looks_at(store: Store) -> Store:
    for name in TABLES:
        store.table(name).add_indexes(key=key, letters=LETTERS)
        store.table(name).add_weight("number by length", weigh)
    return store


class StoreIsADictionary(RuleBasedStateMachine):
    """The store in `self.folder` against `self.model`; `self.before` is the model before an open transaction."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.model: Model = {name: {} for name in TABLES}
        self.before: Model | None = None
        self._open()

    def _open(self) -> None:
        self.store = looks_at(Store.open(self.folder))

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self._leave(abort=True)
            self.store.close()
            shutil.rmtree(self.folder)

    def _leave(self, *, abort: bool) -> None:
        if self.before is not None:
            error = ValueError() if abort else None
            assert not self.transaction.__exit__(ValueError if abort else None, error, None)
            self.model = self.before if abort else self.model
            self.before = None

    @precondition(lambda self: self.before is None)
    @rule()
    def begin_transaction(self) -> None:
        self.transaction = self.store.transaction()
        self.transaction.__enter__()
        self.before = {name: dict(rows) for name, rows in self.model.items()}

    @precondition(lambda self: self.before is not None)
    @rule()
    def commit(self) -> None:
        self._leave(abort=False)

    @precondition(lambda self: self.before is not None)
    @rule()
    def abort(self) -> None:
        self._leave(abort=True)

    @precondition(lambda self: self.before is None)
    @rule()
    def reopen(self) -> None:
        self.store.close()
        self._open()

    @precondition(lambda self: self.before is None)
    @rule()
    def compact(self) -> None:
        self.store.compact()

    @precondition(lambda self: self.before is None)
    @rule()
    def keep_index(self) -> None:
        self.store.keep_index()

    @rule(name=st.sampled_from(["history.index", "history.index.new"]))
    def lose_index(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    @rule(name=names, new=st.lists(documents, min_size=1, max_size=3))
    def insert(self, name: str, new: list[dict[str, Any]]) -> None:
        given = self.store.table(name).insert_multiple(new)
        assert not set(given) & set(self.model[name])
        self.model[name] |= dict(zip(given, new, strict=True))

    @rule(name=names, number=numbers, document=documents)
    def put(self, name: str, number: int, document: dict[str, Any]) -> None:
        self.store.table(name).put(Document(document, doc_id=number))
        self.model[name][number] = document

    @rule(name=names, number=numbers, document=documents)
    def upsert(self, name: str, number: int, document: dict[str, Any]) -> None:
        self.store.table(name).upsert(Document(document, doc_id=number))
        self.model[name][number] = self.model[name].get(number, {}) | document

    @rule(name=names, fields=documents, wanted=st.sampled_from(["x", "y"]))
    def update(self, name: str, fields: dict[str, Any], wanted: str) -> None:
        meant = [number for number, document in self.model[name].items() if document.get("key") == wanted]
        updated = self.store.table(name).update(fields, lambda document: document.get("key") == wanted)
        assert sorted(updated) == sorted(meant)
        for number in meant:
            self.model[name][number] = self.model[name][number] | fields

    @rule(name=names, gone=st.sets(numbers))
    def remove(self, name: str, gone: set[int]) -> None:
        removed = self.store.table(name).remove(doc_ids=gone)
        assert set(removed) == gone & set(self.model[name])
        for number in removed:
            del self.model[name][number]

    @rule(name=names)
    def truncate(self, name: str) -> None:
        self.store.table(name).truncate()
        self.model[name] = {}

    @invariant()
    def the_store_holds_what_the_model_holds(self) -> None:
        for name, rows in self.model.items():
            table = self.store.table(name)
            assert {document.doc_id: document for document in table} == rows
            assert len(table) == len(rows)
            for wanted in ("x", "y"):
                meant = sorted(number for number, document in rows.items() if document.get("key") == wanted)
                assert table.ids("key", wanted) == tuple(meant)
            for letter in "ab":
                assert table.ids("letters", letter) == tuple(
                    sorted(n for n, document in rows.items() if letter in document)
                )

    @invariant()
    def a_reader_of_the_files_sees_what_was_committed(self) -> None:
        committed = self.model if self.before is None else self.before
        reader = looks_at(Store.open(self.folder, read_only=True))
        for store in (self.store, reader):
            self._is_summed_up(store, committed)
        found = reader.read_all()
        assert {name: {number: orjson.loads(raw) for number, raw in rows.items()} for name, rows in found.items()} == {
            name: rows for name, rows in committed.items() if rows
        }

    def _is_summed_up(self, store: Store, committed: Model) -> None:
        for name, rows in committed.items():
            kept = store.committed(name)
            counts = Counter(letter for document in rows.values() for letter in document)
            assert (dict(kept.counts("letters")), set(kept.named("letters"))) == (counts, set(counts))
            assert kept.ids("letters", "a") == tuple(sorted(n for n, document in rows.items() if "a" in document))
            assert kept.total("number by length") == sum(
                weigh(number, orjson.dumps(document)) for number, document in rows.items()
            )


TestStoreIsADictionary = StoreIsADictionary.TestCase
TestStoreIsADictionary.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    suppress_health_check=[HealthCheck.too_slow],
)
