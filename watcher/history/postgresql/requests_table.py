"""Requests, and their answers, in the database: any watcher leaves them, and whoever leads carries them out."""

from collections.abc import Sequence
from datetime import UTC

from watcher.history.box import KEPT_FOR, LeftRequest, new_name
from watcher.history.postgresql.database import Database

_LEAVE = "INSERT INTO requests (name, document) VALUES (%s, %s)"
_LEFT = "SELECT name, document, left_at FROM requests WHERE document IS NOT NULL ORDER BY number"
_WAITING = "SELECT 1 FROM requests WHERE name = %s AND document IS NOT NULL"
_DISCARD = "DELETE FROM requests WHERE name = %s AND document IS NOT NULL RETURNING 1"
_OLD = "DELETE FROM requests WHERE document IS NULL AND left_at < clock_timestamp() - make_interval(secs => %s)"
_ANSWER = """
    INSERT INTO requests (name, answer) VALUES (%s, %s)
    ON CONFLICT (name) DO UPDATE SET document = NULL, answer = EXCLUDED.answer, left_at = clock_timestamp()
"""
_FETCH = "DELETE FROM requests WHERE name = %s AND answer IS NOT NULL RETURNING answer"


class DatabaseBox:
    """A box that all watchers on one database share; each call raises HistoryAwayError where nothing answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def leave(self, content: bytes) -> str:
        """Leaves a request for whoever leads."""
        name = new_name()
        with self._database.line() as line:
            line.execute(_LEAVE, [name, content.decode()])
        return name

    def left(self) -> Sequence[LeftRequest]:
        """Every request that waits, oldest first."""
        with self._database.line() as line:
            rows = line.execute(_LEFT).fetchall()
        return [LeftRequest(name, content, at.astimezone(UTC)) for name, content, at in rows]

    def is_waiting(self, name: str) -> bool:
        """Whether nobody has carried a request out yet."""
        with self._database.line() as line:
            return line.execute(_WAITING, [name]).fetchone() is not None

    def discard(self, name: str) -> bool:
        """Takes a request out; whether it was still there."""
        with self._database.line() as line:
            return line.execute(_DISCARD, [name]).fetchone() is not None

    def answer(self, name: str, content: bytes) -> None:
        """Leaves an answer, and with it the request is out."""
        with self._database.line() as line:
            line.execute(_OLD, [KEPT_FOR])
            line.execute(_ANSWER, [name, content.decode()])

    def fetch(self, name: str) -> bytes | None:
        """The answer of that name, which is gone then; None while there is none."""
        with self._database.line() as line:
            row = line.execute(_FETCH, [name]).fetchone()
        return None if row is None else bytes(row[0])

    def close(self) -> None:
        """Lets go of the connections."""
        self._database.close()
