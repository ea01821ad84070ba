"""Where a feed stands is kept by itself, and altered where it is another place."""

from datetime import UTC, datetime

from tests.history.kinds import HistoryKind
from watcher.history.protocol import FeedState, History, Transaction

NOW = datetime(2026, 3, 2, tzinfo=UTC)
LARGE = FeedState(name="register", cursor={"rows": {f"{number:06}": "abcd" for number in range(5000)}}, began=NOW)


def commit(history: History, state: FeedState) -> None:
    history.commit(Transaction(feeds=(state,)))


def test_one_that_is_altered_where_it_was_read_is_written_all_the_same(
    history: History, history_kind: HistoryKind
) -> None:
    commit(history, LARGE)
    state = history.feed("register")
    state.cursor["rows"]["000001"] = "efgh"
    commit(history, state)
    history.close()
    again = history_kind.open(read_only=True)
    assert again.feed("register").cursor["rows"]["000001"] == "efgh"
    again.close()
