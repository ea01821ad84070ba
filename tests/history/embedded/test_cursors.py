"""Where a feed stands is kept by itself, and written only where it is another place."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.cli.commands.backup import back_up, bring_back
from watcher.history.documents import feed_document
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.embedded.store import Store
from watcher.history.protocol import FeedState, Transaction

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LARGE = FeedState(name="register", cursor={"rows": {f"{number:06}": "abcd" for number in range(5000)}}, began=NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def commit(history: EmbeddedHistory, state: FeedState) -> None:
    history.commit(Transaction(feeds=(state,)))


def test_a_poll_that_leaves_it_does_not_write_it_again(folder: Path) -> None:
    history = EmbeddedHistory.open(folder, with_bundle=False)
    commit(history, LARGE)
    before = (folder / "history.journal").stat().st_size
    for turn in range(1, 6):
        commit(history, replace(history.feed("register"), failures=turn))
    assert (folder / "history.journal").stat().st_size - before < 5 * 1000
    commit(history, replace(LARGE, cursor={"rows": {}}))
    assert history.feed("register").cursor == {"rows": {}}
    history.close()
    assert EmbeddedHistory.open(folder, read_only=True).feed("register").cursor == {"rows": {}}


def test_what_an_older_version_kept_or_has_kept_since_holds(folder: Path) -> None:
    def written_by_an_older_version(state: FeedState) -> None:
        with Store.open(folder) as store:
            table = store.table("feeds")
            table.truncate()
            table.insert(feed_document(state))

    written_by_an_older_version(LARGE)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    assert history.feed("register") == LARGE
    commit(history, replace(LARGE, cursor={"page": 1}))
    history.close()
    written_by_an_older_version(replace(LARGE, cursor={"page": 2}))
    history = EmbeddedHistory.open(folder, with_bundle=False)
    assert history.feed("register").cursor == {"page": 2}
    history.close()


def test_a_backup_has_it(folder: Path, tmp_path: Path) -> None:
    history = EmbeddedHistory.open(folder, with_bundle=False)
    commit(history, LARGE)
    history.close()
    back_up(folder, tmp_path / "a.gz", NOW)
    bring_back(tmp_path / "other", tmp_path / "a.gz", NOW)
    history = EmbeddedHistory.open(tmp_path / "other", with_bundle=False)
    assert history.feed("register") == LARGE
    history.close()
