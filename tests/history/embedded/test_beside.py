"""What is committed beside others is stored whole after what it was made from, or not at all."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from watcher.history.embedded.store import Store
from watcher.history.failures import OutdatedError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path) as opened:
        opened.table("homes").add_indexes(key=lambda document: document["key"])
        opened.table("homes").insert({"key": "a"})
        yield opened


def _elsewhere(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()  # it waited for nobody


def _put_beside(store: Store, then: Callable[[], object]) -> None:
    with store.transaction_beside(store.sequence):
        store.table("homes").insert({"key": "b"})
        then()


def test_it_is_stored_if_nothing_came_between(store: Store, tmp_path: Path) -> None:
    homes = store.table("homes")
    seen: list[int] = []
    with store.transaction_beside(store.sequence):
        assert homes.insert({"key": "b"}) == 2
        assert homes.insert({"key": "b"}) == 3
        _elsewhere(lambda: seen.append(len(homes)))
    assert seen == [1]
    assert homes.ids("key", "b") == (2, 3)
    store.close()
    with Store.open(tmp_path) as again:
        assert [document["key"] for document in again.table("homes")] == ["a", "b", "b"]


def test_others_commit_meanwhile_and_then_nothing_of_it_is_stored(store: Store, tmp_path: Path) -> None:
    homes = store.table("homes")
    with pytest.raises(OutdatedError):
        _put_beside(store, lambda: _elsewhere(lambda: homes.insert({"key": "c"})))
    assert [document["key"] for document in homes] == ["a", "c"]
    assert homes.ids("key", "b") == ()
    assert homes.insert({"key": "d"}) == 3
    store.close()
    with Store.open(tmp_path) as again:
        assert [document["key"] for document in again.table("homes")] == ["a", "c", "d"]


def test_one_that_comes_too_late_is_not_begun(store: Store) -> None:
    begun = []
    with pytest.raises(OutdatedError), store.transaction_beside(store.sequence - 1):
        begun.append(True)
    assert not begun


def test_what_is_wrong_in_it_is_raised_as_it_is_where_nobody_came_between(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _put_beside(store, lambda: 1 / 0)
    assert len(store.table("homes")) == 1
    store.table("homes").insert({"key": "c"})  # another may begin
