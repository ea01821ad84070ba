"""Where the feeds stand; a cursor may be large, and is read once as long as it does not alter."""

from dataclasses import replace

import orjson

from watcher.feeds.feed import Cursor
from watcher.history import documents
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Database
from watcher.history.protocol import FeedState

_STATE = """
    SELECT feeds.document, cursors.number, cursors.sequence
    FROM feeds LEFT JOIN cursors ON cursors.name = feeds.name WHERE feeds.name = %s
    ORDER BY feeds.number, cursors.number
"""
_CURSOR = "SELECT document, sequence FROM cursors WHERE number = %s"


class FeedsInDatabase:
    """The states of all feeds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cursors: dict[int, tuple[int, Cursor]] = {}
        """By number: the commit that stored it, and what it says."""

    def state(self, name: str) -> FeedState:
        """Where a feed stands; a fresh state for one never read."""
        with self._database.snapshot() as line:
            row = line.execute(_STATE, [filed(name)]).fetchone()
            if row is None:
                return FeedState(name=name)
            number, sequence = row[1:]
            if number is not None and self._cursors.get(number, (None,))[0] != sequence:
                ((document, stored),) = line.execute(_CURSOR, [number]).fetchall()
                self._cursors[number] = stored, orjson.loads(document)["cursor"]
        document = orjson.loads(row[0])
        state = documents.feed_state(document)
        # an older version kept the cursor with the state
        is_apart = number is not None and "cursor" not in document
        return replace(state, cursor=self._cursors[number][1]) if is_apart else state

    def names(self) -> frozenset[str]:
        """Those that were read."""
        with self._database.line() as line:
            rows = line.execute("SELECT document FROM feeds").fetchall()
        return frozenset(orjson.loads(document)["name"] for (document,) in rows)
