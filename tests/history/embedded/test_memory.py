"""What the history keeps in memory costs little more than its JSON."""

import gc
import tracemalloc
import weakref
from pathlib import Path

import orjson

from watcher.history.embedded.snapshot import encode
from watcher.history.embedded.store import Store

DOCUMENT = {"name": "Dene", "words": "x" * 300}
NUMBER = 500
OVERHEAD = 400
"""Bytes for each document: its object, its number, its places in dictionaries, and room to spare."""


def kept(store: Store) -> float:
    """Bytes in memory for each document more."""
    tracemalloc.start()
    try:
        with store.transaction():
            for _ in range(NUMBER):
                store.table("homes").insert(DOCUMENT)
        return tracemalloc.get_traced_memory()[0] / NUMBER
    finally:
        tracemalloc.stop()


def test_it_is_the_same_json() -> None:
    assert encode(DOCUMENT) == orjson.dumps(DOCUMENT)


def test_a_document_that_is_stored_takes_no_more_memory_than_it_needs(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    assert kept(store) < len(orjson.dumps(DOCUMENT)) + OVERHEAD
    store.close()


def test_a_document_that_is_read_from_the_journal_takes_no_more_either(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    kept(store)
    store.close()
    tracemalloc.start()
    try:
        again = Store.open(tmp_path)
        assert tracemalloc.get_traced_memory()[0] / NUMBER < len(orjson.dumps(DOCUMENT)) + OVERHEAD
    finally:
        tracemalloc.stop()
    again.close()


def test_what_lies_in_the_snapshot_takes_no_memory_but_for_its_index(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        kept(store)
        store.compact()
    tracemalloc.start()
    try:
        with Store.open(tmp_path) as again:
            gc.collect()
            index = (tmp_path / "history.index").stat().st_size
            assert (tracemalloc.get_traced_memory()[0] - index) / NUMBER < 20
            assert len(again.table("homes")) == NUMBER
    finally:
        tracemalloc.stop()


def test_a_snapshot_that_was_superseded_is_let_go_of(tmp_path: Path) -> None:
    """Or a service that runs for months fills its disk with files that have no name, and its memory with old states."""
    with Store.open(tmp_path) as store:
        kept(store)
        store.compact()
    with Store.open(tmp_path) as again:
        documents = weakref.ref(again.committed("homes").view().below)
        assert documents() is not None
        kept(again)
        again.compact()
        assert documents() is None
