"""What goes through large columns in turns finds what going through them at once would."""

from array import array
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.history.embedded import snapshot_file, sorted_keys
from watcher.history.embedded.snapshot_file import Places
from watcher.history.embedded.sorted_keys import SortedKeys

_INDEXES = st.dictionaries(st.text(max_size=3), st.sets(st.integers(1, 99), max_size=4), max_size=30)


@pytest.fixture(autouse=True, scope="module")
def short_turns() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    patch.setattr(snapshot_file, "A_TURN", 3)
    patch.setattr(sorted_keys, "AT_ONCE", 3)
    yield
    patch.undo()


@given(before=_INDEXES, changes=_INDEXES)
def test_a_changed_index_is_that_of_all(before: dict[str, set[int]], changes: dict[str, set[int]]) -> None:
    changed = SortedKeys.of(before).changed(changes)
    assert dict(changed.items()) == dict(SortedKeys.of(before | changes).items())


@given(some=_INDEXES, others=_INDEXES)
def test_the_keys_that_another_index_lacks_are_those(some: dict[str, set[int]], others: dict[str, set[int]]) -> None:
    named, theirs = ({key for key, numbers in index.items() if numbers} for index in (some, others))
    found = list(SortedKeys.of(some).lacking(SortedKeys.of(others)))
    assert set(found) == named - theirs
    assert found == sorted(found, key=lambda key: key.encode())


@given(numbers=st.lists(st.integers(1, 30), max_size=12))
def test_the_order_of_numbers_is_seen(numbers: list[int]) -> None:
    for told in (numbers, sorted(set(numbers))):
        places = Places(numbers=array("Q", told))
        places.see_order()
        assert places.ascending == (told == sorted(set(told)))
