"""Ids may be written by their beginning, as long as that means one thing."""

import pytest

from watcher.actions.ids import may_begin_an_id, meaning
from watcher.errors import WatcherError

MEANINGS = {
    "aaaaaa1111": {"one"},
    "aaaaaa2222": {"two"},
    "bbbbbb1111": {"two"},
    "bbbbbb2222": {"two"},
    "cccccc": {"three"},
    "cccccc3333": {"four"},
    "dddddd": {"five", "six"},
}


@pytest.mark.parametrize(
    ("text", "means"), [("aaaaaa1111", "one"), ("aaaaaa2", "two"), ("bbbbbb", "two"), ("cccccc", "three")]
)
def test_a_beginning_that_means_one_thing_is_enough(text: str, means: str) -> None:
    assert meaning(text, MEANINGS, "message") == means


@pytest.mark.parametrize(
    ("text", "may"), [("0123af", True), ("1234567", True), ("01234", False), ("", False), ("SC478986", False)]
)
def test_what_may_begin_an_id_is_long_enough_and_of_hex_digits(text: str, may: bool) -> None:
    assert may_begin_an_id(text) == may


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("aaaaaa", "may mean any of: one, two"),
        ("dddddd", "may mean any of: five, six"),
        ("eeeeee", "there is no message 'eeeeee'"),
        ("bbbbb", "at least 6 characters"),
        ("", "at least 6 characters"),
    ],
)
def test_anything_else_is_refused_with_what_it_may_mean(text: str, said: str) -> None:
    with pytest.raises(WatcherError, match=said):
        meaning(text, MEANINGS, "message")
