"""Where the feeds stand; a cursor may be large, and is read once as long as it does not alter."""

from dataclasses import replace

import orjson

from watcher.feeds.feed import Cursor
from watcher.history import documents
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Database
from watcher.history.protocol import FeedState

_STATE = """
    SELECT feeds.document, cursors.number, cursors.sequence,
        CASE WHEN (cursors.number, cursors.sequence) IS DISTINCT FROM (%s::bigint, %s::bigint) THEN cursors.document END
    FROM feeds LEFT JOIN cursors ON cursors.name = feeds.name WHERE feeds.name = %s
    ORDER BY feeds.number, cursors.number
"""


class FeedsInDatabase:
    """The states of all feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cursors: dict[str, tuple[int | None, int | None, Cursor]] = {}
        """By name: its number, the commit that stored it, and what it says."""

    def state(self, name: str) -> FeedState:
        """Where a feed stands; a fresh state for one never read."""
        number, sequence, cursor = self._cursors.get(name, (None, None, {}))
        with self._database.line() as line:
            row = line.execute(_STATE, [number, sequence, filed(name)]).fetchone()
        if row is None:
            return FeedState(name=name)
        raw, number, sequence, altered = row
        if altered is not None:
            cursor = orjson.loads(altered)["cursor"]
            self._cursors[name] = number, sequence, cursor
        document = orjson.loads(raw)
        state = documents.feed_state(document)
        # an older version kept the cursor with the state
        is_apart = number is not None and "cursor" not in document
        return replace(state, cursor=cursor) if is_apart else state

    def names(self) -> frozenset[str]:
        """Those that were read."""
        with self._database.line() as line:
            rows = line.execute("SELECT document FROM feeds").fetchall()
        return frozenset(orjson.loads(document)["name"] for (document,) in rows)
