"""TinyDB's own interface, made of commits; and what the store adds to it."""

import contextlib
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where
from tinydb.operations import increment
from tinydb.table import Document

from watcher.history.embedded.store import Store
from watcher.history.failures import CommitFailedError
from watcher.history.filing import Field


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with Store.open(tmp_path) as store:
        yield store


def reopened(store: Store) -> Store:
    folder = store._storage.log._folder.path
    store.close()
    return Store.open(folder)


def test_documents_are_what_they_were_after_reopening(store: Store) -> None:
    document = {"name": "Dene “Élan”", "grades": {"overall": None, "areas": [1, 2.5, True, "é\n"]}}
    number = store.table("homes").insert(document)
    with reopened(store) as again:
        found = again.table("homes").get(doc_id=number)
        assert found == document
        assert isinstance(found, Document)
        assert found.doc_id == number


def test_tinydbs_own_calls_give_what_stock_tinydb_gives(store: Store, tmp_path: Path) -> None:
    with TinyDB(tmp_path / "stock.json") as stock:
        assert answers(store) == answers(stock)


def answers(database: TinyDB) -> list[Any]:
    table = database.table("homes")
    good = where("overall") == "good"
    return [
        table.insert({"overall": "good", "beds": 3}),
        table.insert_multiple([{"overall": "good"}, {"overall": "inadequate"}, {"name": "Ivy"}]),
        table.insert(Document({"overall": "good"}, doc_id=12)),
        table.insert({"overall": "outstanding"}),
        table.insert_multiple([Document({"beds": 1}, doc_id=30), {"beds": 2}][:1]),
        [document.doc_id for document in table],
        table.get(doc_id=2),
        table.get(doc_id=99),
        table.get(good),
        table.get(where("overall") == "unknown"),
        table.get(doc_ids=[1, 12, 77]),
        table.search(good),
        table.search(good),
        table.search(where("name").exists()),
        table.count(good),
        table.contains(good),
        table.contains(doc_id=13),
        table.contains(doc_id=14),
        table.update({"seen": True}, good),
        table.update(increment("beds"), doc_ids=[1, 55]),
        table.update({"all": 1}),
        table.update_multiple([({"first": 1}, good), ({"second": 2}, where("name") == "Ivy")]),
        table.upsert(Document({"beds": 9}, doc_id=2)),
        table.upsert(Document({"beds": 9}, doc_id=40)),
        table.upsert({"name": "Ivy", "beds": 5}, where("name") == "Ivy"),
        table.upsert({"name": "Fern"}, where("name") == "Fern"),
        table.remove(where("beds") == 9),
        table.remove(doc_ids=[1, 66]),
        len(table),
        table.all(),
        database.insert({"in": "the default table"}),
        len(database),
        sorted(database.tables()),
        database.table("empty").all(),
        no_answer(table.truncate),
        len(table),
        table.insert({"again": True}) > 0,
        no_answer(lambda: database.drop_table("homes")),
        len(database.table("homes")),
        no_answer(database.drop_tables),
        database.tables(),
    ]


def no_answer(call: Callable[[], None]) -> str:
    call()
    return "no answer"


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (lambda table: table.insert(Document({}, doc_id=1)), ValueError),
        (lambda table: table.insert_multiple([{"a": 1}, Document({}, doc_id=1)]), ValueError),
        (lambda table: table.insert_multiple([{"a": 1}, "no document"]), ValueError),
        (lambda table: table.insert("no document"), ValueError),
        (lambda table: table.insert({"a": object()}), TypeError),
        (lambda table: table.insert_multiple([{"a": 1}, {"a": {1, 2}}]), TypeError),
        (lambda table: table.insert(Document({}, doc_id=0)), ValueError),
        (lambda table: table.update(lambda document: document.clear() or document["missing"]), KeyError),
        (lambda table: table.remove(), RuntimeError),
        (lambda table: table.upsert({"a": 1}), ValueError),
        (lambda table: table.get(), RuntimeError),
    ],
)
def test_a_write_that_raises_changes_nothing_even_inside_a_transaction(store: Store, write: Any, error: Any) -> None:
    table = store.table("homes")
    table.insert({"name": "Dene"})
    before = store.read_all()
    with pytest.raises(error):
        write(table)
    assert store.read_all() == before
    with store.transaction(), pytest.raises(error):
        write(table)
    with reopened(store) as again:
        assert again.read_all() == before


def test_an_id_given_inside_insert_multiple_is_not_given_again(store: Store) -> None:
    """Stock TinyDB overwrites the first document with the second."""
    numbers = store.table("homes").insert_multiple([Document({"name": "Dene"}, doc_id=1), {"name": "Ivy"}])
    assert numbers == [1, 2]
    assert store.table("homes").all() == [{"name": "Dene"}, {"name": "Ivy"}]


def test_changing_what_was_read_changes_nothing(store: Store) -> None:
    table = store.table("homes")
    table.add_indexes(name=lambda document: document["name"])
    document = {"name": "Dene", "grades": {"areas": [1]}}
    table.insert(document)
    table.search(where("name") == "Dene")
    read = [
        document,
        table.get(doc_id=1),
        table.get(where("name") == "Dene"),
        *table.search(where("name") == "Dene"),
        *table.all(),
        *table,
        *table.get(doc_ids=[1]),
    ]
    for answer in read:
        assert isinstance(answer, dict)
        answer["grades"]["areas"].append(2)
        answer["name"] = "changed"
    assert len(read) == 7
    assert table.all() == table.search(where("name") == "Dene") == [{"name": "Dene", "grades": {"areas": [1]}}]


def test_a_transaction_is_one_commit_of_all_tables(store: Store, tmp_path: Path) -> None:
    with store.transaction():
        store.table("homes").insert({"name": "Dene"})
        store.table("deliveries").insert_multiple([{"state": "waiting"}] * 3)
        assert Store.open(tmp_path, read_only=True).read_all() == {}
    assert store.sequence == 1
    assert Store.open(tmp_path, read_only=True).read_all() == store.read_all()
    assert len((tmp_path / "history.journal").read_bytes().splitlines()) == 2


def test_a_transaction_reads_its_own_writes(store: Store) -> None:
    homes = store.table("homes")
    homes.add_indexes(owner=lambda document: document.get("owner"))
    homes.insert_multiple([{"owner": "A"}, {"owner": "A"}, {"owner": "B"}, {}])
    with store.transaction():
        homes.update({"owner": "B"}, doc_ids=[1])
        homes.remove(doc_ids=[3])
        number = homes.insert({"owner": "A"})
        assert number == 5
        assert homes.get(doc_id=1) == {"owner": "B"}
        assert homes.get(doc_id=3) is None
        assert [document.doc_id for document in homes] == [1, 2, 4, 5]
        assert len(homes) == len(homes.all()) == len(homes.raw()) == 4
        assert (homes.ids("owner", "A"), homes.ids("owner", "B")) == ((2, 5), (1,))
        homes.update({"owner": "A"}, doc_ids=[1])
        assert homes.ids("owner", "A") == (1, 2, 5)
        assert store.tables() == {"homes"}
    assert (homes.ids("owner", "A"), homes.ids("owner", "B")) == ((1, 2, 5), ())


def test_an_exception_undoes_the_whole_transaction(store: Store) -> None:
    homes = store.table("homes")
    homes.add_indexes(name=lambda document: document["name"])
    homes.insert({"name": "Dene"})
    before = store.read_all()
    with contextlib.suppress(ZeroDivisionError), store.transaction():
        homes.put(Document({"name": "Ivy"}, doc_id=1))
        store.table("deliveries").insert({"state": "waiting"})
        homes.truncate()
        raise ZeroDivisionError
    assert store.read_all() == before
    assert homes.ids("name", "Dene") == (1,)
    assert homes.ids("name", "Ivy") == ()
    assert homes.insert({"name": "Ivy"}) == 2
    with reopened(store) as again:
        assert again.sequence == 2


def test_a_transaction_inside_another_is_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), store.transaction(), store.transaction():
        pass
    store.table("homes").insert({"name": "the store goes on"})
    assert store.sequence == 1


@pytest.mark.parametrize(
    "call", [lambda store: store.compact(), lambda store: store.table("homes").add_indexes(name=lambda _: "x")]
)
def test_what_cannot_be_done_inside_a_transaction_is_refused(store: Store, call: Any) -> None:
    with store.transaction(), pytest.raises(RuntimeError, match="inside a transaction"):
        call(store)


def test_a_transaction_that_changes_nothing_writes_nothing(store: Store, tmp_path: Path) -> None:
    store.table("homes").insert({"name": "Dene"})
    before = (tmp_path / "history.journal").read_bytes()
    with store.transaction():
        store.table("homes").put(Document({"name": "Dene"}, doc_id=1))
        store.table("homes").remove(doc_ids=[7])
    assert (tmp_path / "history.journal").read_bytes() == before


def test_an_index_follows_every_write_and_reopening(store: Store) -> None:
    homes = store.table("homes")
    homes.insert_multiple([{"owner": "A"}, {"owner": "B"}, {"owner": None}])
    homes.add_indexes(owner=lambda document: document.get("owner"))
    assert (homes.ids("owner", "A"), homes.ids("owner", "B"), homes.ids("owner", "C")) == ((1,), (2,), ())
    homes.insert({"owner": "A"})
    homes.update({"owner": "C"}, doc_ids=[2])
    assert (homes.ids("owner", "A"), homes.ids("owner", "B"), homes.ids("owner", "C")) == ((1, 4), (), (2,))
    homes.remove(doc_ids=[1])
    assert homes.ids("owner", "A") == (4,)
    homes.truncate()
    assert homes.ids("owner", "A") == ()
    homes.insert(Document({"owner": "A"}, doc_id=3))
    with reopened(store) as again:
        again.table("homes").add_indexes(owner=lambda document: document.get("owner"))
        assert again.table("homes").ids("owner", "A") == (3,)


def test_an_index_is_made_once(store: Store) -> None:
    store.table("homes").add_indexes(owner=lambda _: None)
    with pytest.raises(ValueError, match="already"):
        store.table("homes").add_indexes(owner=lambda _: None)
    with pytest.raises(KeyError):
        store.table("homes").ids("name", "x")


def test_a_key_that_fails_leaves_the_table_without_any_of_its_indexes(store: Store) -> None:
    homes = store.table("homes")
    homes.insert({"owner": "A"})
    with pytest.raises(KeyError):
        homes.add_indexes(owner=lambda document: document["owner"], name=lambda document: document["name"])
    homes.add_indexes(owner=lambda document: document["owner"])
    assert homes.ids("owner", "A") == (1,)


def test_put_replaces_where_upsert_merges(store: Store) -> None:
    homes = store.table("homes")
    homes.put(Document({"name": "Dene", "closed": "2018-09-04"}, doc_id=4))
    homes.upsert(Document({"beds": 3}, doc_id=4))
    assert homes.get(doc_id=4) == {"name": "Dene", "closed": "2018-09-04", "beds": 3}
    homes.put(Document({"name": "Dene"}, doc_id=4))
    assert homes.get(doc_id=4) == {"name": "Dene"}
    assert homes.insert({}) == 5


def test_load_stores_bytes_as_they_are_in_the_snapshot(store: Store, tmp_path: Path) -> None:
    store.load({"homes": {4: b'{"name":"Dene"}', 2: b'{"name":"Ivy"}'}})
    assert store.table("homes").raw() == {4: b'{"name":"Dene"}', 2: b'{"name":"Ivy"}'}
    assert b'\n"4":{"name":"Dene"},\n"2":{"name":"Ivy"}\n' in (tmp_path / "history.json").read_bytes()
    assert len((tmp_path / "history.journal").read_bytes().splitlines()) == 1


@pytest.mark.parametrize("document", [b"[]", b"", b"7", b'{\n"name":1}'])
def test_load_refuses_what_would_spoil_the_snapshot(store: Store, document: bytes) -> None:
    with pytest.raises(ValueError, match="document 2 of homes"):
        store.load({"homes": {1: b"{}", 2: document}})
    assert store.read_all() == {}


def test_what_replaces_tables_is_a_commit_that_later_ones_follow(tmp_path: Path) -> None:
    with Store.open(tmp_path / "data") as store:
        homes = store.table("homes")
        homes.add_indexes(name=Field("name"))
        for name in ("Dene", "Eden", "Fern"):
            homes.insert({"name": name})
        store.compact()
        homes.remove(doc_ids=[1])
        homes.update({"name": "Gale"}, doc_ids=[2])
        sequence = store.sequence
        store.replace({"homes": {1: b'{"name":"Hope"}', 2: b'{"name":"Eden"}'}})
        number = homes.insert({"name": "Ivy"})
        assert (store.sequence, number) == (sequence + 2, 4)
        found = {name: homes.ids("name", name) for name in ("Dene", "Eden", "Fern", "Gale", "Hope", "Ivy")}
        assert found == {"Dene": (), "Eden": (2,), "Fern": (), "Gale": (), "Hope": (1,), "Ivy": (4,)}
        kept = store.read_all()
    assert Store.open(tmp_path / "data", read_only=True).read_all() == kept
    assert kept == {"homes": {1: b'{"name":"Hope"}', 2: b'{"name":"Eden"}', 4: b'{"name":"Ivy"}'}}


def test_a_store_knows_whether_anything_was_ever_stored(store: Store, tmp_path: Path) -> None:
    assert not Store.exists(tmp_path / "elsewhere")
    assert Store.exists(tmp_path)
    assert store.sequence == 0
    store.table("homes").insert({})
    with reopened(store) as again:
        assert again.sequence == 1


def test_the_journal_asks_for_compaction_once_it_outgrows_the_snapshot(store: Store, tmp_path: Path) -> None:
    text = "x" * 100_000
    grown: list[bool] = []
    for _ in range(24):
        store.table("homes").put(Document({"text": text, "n": len(grown)}, doc_id=len(grown) % 12 + 1))
        grown.append(store.wants_compaction)
        if grown[-1]:
            store.compact()
    assert grown == ([False] * 9 + [True]) * 2 + [False] * 4
    assert (tmp_path / "history.json").stat().st_size > 1_000_000
    before = store.read_all()
    with reopened(store) as again:
        assert again.read_all() == before


def test_two_compactions_keep_the_generation_between(store: Store, tmp_path: Path) -> None:
    for name in ("Dene", "Ivy", "Fern"):
        store.table("homes").insert({"name": name})
        store.compact()
    assert b"Ivy" in (tmp_path / "history.json.previous").read_bytes()
    assert b"Fern" in (tmp_path / "history.journal.previous").read_bytes()
    assert b"Fern" not in (tmp_path / "history.json.previous").read_bytes()


def test_a_reader_takes_no_lock_and_refuses_writes(store: Store, tmp_path: Path) -> None:
    store.table("homes").insert({"name": "Dene"})
    reader = Store.open(tmp_path, read_only=True)
    with pytest.raises(CommitFailedError, match="opened for reading only"):
        reader.table("homes").insert({})
    with pytest.raises(CommitFailedError, match="opened for reading only"):
        reader.compact()
    assert not reader.wants_compaction
    reader.close()
    store.table("homes").insert({"name": "Ivy"})
    assert len(reader.table("homes")) == 1


def test_a_closed_store_refuses_writes_and_may_be_closed_again(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.close()
    store.close()
    with pytest.raises(CommitFailedError, match="it is closed"):
        store.table("homes").insert({})


def test_the_snapshots_own_table_cannot_be_written(store: Store) -> None:
    with pytest.raises(ValueError, match="snapshot's own"):
        store.table("_snapshot").insert({})
    with pytest.raises(ValueError, match="snapshot's own"):
        store.load({"_snapshot": {1: b"{}"}})


def test_an_interrupted_commit_lets_no_further_one_build_upon_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store._storage._tables, "store", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.table("homes").insert({"name": "Dene"})
    with pytest.raises(CommitFailedError, match="interrupted"):
        store.table("homes").insert({"name": "Ivy"})
    with reopened(store) as again:
        assert again.table("homes").all() == [{"name": "Dene"}]


def test_a_history_is_its_owners_alone_and_one_that_was_not_becomes_so(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    Store.open(folder).close()
    (folder / "history.journal").chmod(0o644)
    Store.open(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
