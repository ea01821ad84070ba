"""A held reading is believed once somebody says so, feed by feed or of all of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import signed
from watcher.actions.release import feeds_meant, release
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Held, Transaction

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(("only", "meant"), [(None, ["ofsted", "statistics"]), ("statistics", ["statistics"])])
def test_where_no_feed_is_named_every_one_is_meant(only: str | None, meant: list[str]) -> None:
    assert list(feeds_meant({"ofsted": 1, "statistics": 2}, only)) == meant


def test_a_feed_that_is_held_is_read_again_at_once_and_the_others_stay(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    held = [FeedState(name=name, held=Held("too much", NOW), began=NOW, not_before=NOW) for name in ("ofsted", "other")]
    history.commit(Transaction(feeds=held))
    assert release(history, "ofsted", signed(NOW))
    assert not release(history, "nobody", signed(NOW))
    state = history.feed("ofsted")
    assert (state.released, state.began, state.not_before) == (True, None, None)
    assert history.feed("other") == held[1]
    assert [str(deed) for deed in history.deeds()] == [
        "reading released by Ann, 2026-03-02 12:00 UTC, on the page: seen to"
    ]
    assert history.deeds("nobody") == []
    history.close()
