"""Several threads at one store: whole commits are seen, none is lost to a snapshot."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from tinydb.table import Document

from tests.builders import home, inspection
from watcher.facts.statements import HomeRecord, Record
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.rows import StoredRows
from watcher.history.embedded.store import Store
from watcher.history.protocol import Transaction
from watcher.judging.filed import Tally


def test_no_commit_is_lost_to_snapshots_written_meanwhile(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, ThreadPoolExecutor(5) as threads:
        homes = store.table("homes")
        homes.add_indexes(writer=lambda document: document["writer"])

        def commit(writer: str) -> None:
            for number in range(100):
                homes.insert({"writer": writer, "number": number})

        def compact() -> None:
            for _ in range(10):
                store.compact()

        started = [threads.submit(commit, writer) for writer in "abc"] + [threads.submit(compact) for _ in range(2)]
        for work in started:
            work.result()
        state = store.read_all()
        for writer_name in "abc":
            numbers = homes.ids("writer", writer_name)
            assert [homes.get(doc_id=number)["number"] for number in numbers] == list(range(100))
    with Store.open(tmp_path) as store:
        assert store.read_all() == state
        assert store.sequence == 300


def test_other_threads_see_a_transaction_only_once_it_is_committed_and_then_whole(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, ThreadPoolExecutor(1) as other:
        homes = store.table("homes")
        homes.add_indexes(name=lambda document: document["name"])
        homes.insert({"name": "Dene"})

        def seen() -> tuple[list[Document], int, tuple[int, ...]]:
            return homes.all(), len(homes), homes.ids("name", "Ivy")

        with store.transaction():
            homes.insert({"name": "Ivy"})
            homes.remove(doc_ids=[1])
            assert other.submit(seen).result() == ([{"name": "Dene"}], 1, ())
        assert other.submit(seen).result() == ([{"name": "Ivy"}], 1, (2,))


def test_a_reader_never_sees_half_a_commit(tmp_path: Path) -> None:
    done = Event()
    with Store.open(tmp_path) as store, ThreadPoolExecutor() as threads:
        homes = store.table("homes")
        homes.insert_multiple([{"commit": 0}] * 50)

        def write() -> None:
            number = 0
            while not done.is_set():
                number += 1
                homes.update({"commit": number})

        writer = threads.submit(write)
        try:
            seen = [0]
            while len(set(seen)) < 50:
                (commit,) = {document["commit"] for document in homes}
                seen.append(commit)
        finally:
            done.set()
        writer.result()
        assert seen == sorted(seen)


def test_what_is_stored_while_all_homes_are_read_breaks_the_reading_off_nowhere(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    homes = [home("SC1"), home("SC2")]
    before = [Record((inspection("2024-05-01", "good", home=one.key),)) for one in homes]
    history.commit(Transaction(homes=[HomeRecord.of(one) for one in homes], records=before))
    reading = history.homes_with_records()
    first, _ = next(reading)
    later = next(one for one in homes if one.key != first.home.key)
    history.commit(Transaction(records=[Record((inspection("2025-05-01", "inadequate", home=later.key),))]))
    ((described, records),) = reading
    assert described.home.key == later.key
    assert [record.inspection.day.year for record in records] == [2024]
    known = [entry.graded for entry in history.register() if entry.home.key == later.key]
    history.close()
    assert [len(graded) for graded in known] == [2]


def test_a_sum_is_of_one_snapshot_though_another_takes_its_place_while_it_is_reckoned(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.table("homes").insert_multiple({"name": name} for name in ("Dene", "Ivy"))
        store.compact()
    with Store.open(tmp_path) as store:
        homes, meanwhile = store.table("homes"), [store.compact, lambda: homes.insert({"name": "Fern"})]

        def weigh(number: int, document: bytes) -> int:
            if meanwhile:  # what another thread may do while this one weighs
                meanwhile.pop()()
            return 1

        homes.add_weight("one each", weigh)
        store.committed("homes").total("one each")
        assert store.committed("homes").total("one each") == 3
        homes.insert({"name": "Elm"})
        store.compact()
        assert store.committed("homes").total("one each") == len(homes) == 4


def test_what_is_noted_of_a_commit_is_noted_while_nobody_can_read(tmp_path: Path) -> None:
    """Else counts made between the two would be of what was before, and pass for those of what is."""
    with Store.open(tmp_path) as store:
        could_others_read: list[bool] = []
        with store.transaction():
            store.table("homes").insert({"name": "Dene"})
            store.once_durable(lambda: could_others_read.append(not store._storage._tables._lock.locked()))
    assert could_others_read == [False]


def test_which_tallies_there_are_is_not_taken_for_known_where_a_commit_came_while_it_was_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    history.commit(Transaction(homes=[HomeRecord.of(home())]))
    entries, named = history._kept.source(), StoredRows.named
    assert entries is not None
    others = [
        Transaction(
            homes=[HomeRecord.of(home(type="secure children's home"))],
            records=[Record((inspection("2024-02-01", "good"),))],
        )
    ]

    def overtaken(rows: StoredRows, index: str) -> Collection[str]:
        found = list(named(rows, index))
        if others:  # of another thread
            history.commit(others.pop())
        return found

    monkeypatch.setattr(StoredRows, "named", overtaken)
    assert not entries.tallies(Tally.STANDS.called())
    assert entries.tallies(Tally.STANDS.called())
    history.close()
