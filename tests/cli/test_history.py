"""A home is found by its key or by its id at any regulator; where several are meant, all of them are named."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import home, inspection
from watcher.cli.history import find_home
from watcher.errors import WatcherError
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.take_in import absorb


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    """Homes of three regulators, two of them of one id."""
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    for key in ("example:H1", "a:H2", "b:h2", "example:Ö-3"):
        regulator, _, identity = key.partition(":")
        described = replace(home(identity), regulator=regulator)
        known = absorb(history, [described], [inspection("2024-01-10", "good", home=key)], None)
        history.commit(known.transaction())
    yield history
    history.close()


@pytest.mark.parametrize("text", ["H1", "h1", "example:H1", "EXAMPLE:h1"])
def test_a_home_is_found_at_whichever_regulator(history: EmbeddedHistory, text: str) -> None:
    assert find_home(history, text).key == "example:H1"


def test_an_id_in_other_letters_is_found_as_it_is_written(history: EmbeddedHistory) -> None:
    assert find_home(history, "Ö-3").key == "example:Ö-3"
    assert find_home(history, "ö-3").key == "example:Ö-3"


def test_an_id_of_two_regulators_is_told_with_the_keys_of_both(history: EmbeddedHistory) -> None:
    with pytest.raises(WatcherError, match=r"'H2' may mean any of: a:H2, b:h2$"):
        find_home(history, "H2")
    assert find_home(history, "b:h2").key == "b:h2"


def test_an_id_that_nobody_has_is_told_with_the_nearest(history: EmbeddedHistory) -> None:
    with pytest.raises(WatcherError, match=r"no home H11; did you mean H1"):
        find_home(history, "H11")
