"""The history of a database, as one end of a move."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg

from watcher.history.failures import HistoryAwayError, HistoryMovedError
from watcher.history.postgresql.beginning import made_ready, where_moved
from watcher.history.postgresql.commits import Reached, alter
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.replacement import alone, supersede
from watcher.history.postgresql.restore import keep_aside
from watcher.history.postgresql.whole import tables_in, whole_in
from watcher.history.transfer.sides import Arrival, Whole, is_whole_already, knows_nothing, refuse

_STILL = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class DatabaseSide:
    """The history in a database; what is kept aside of it goes into a folder of this machine."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    @property
    def how_to_go_on(self) -> str:
        """What has to be done to run on it after all, once it was left."""
        return "have its owner say UPDATE history SET moved_to = '' and start again"

    @contextmanager
    def held(self) -> Iterator["HeldDatabase"]:
        """For so long nobody else leads; raises HistoryLockedError where somebody does."""
        made_ready(self._database, read_only=True)
        if moved_to := where_moved(self._database):
            raise HistoryMovedError(moved_to)
        with self._database.held() as line:
            line.execute("SET idle_in_transaction_session_timeout = 0")
            alone(line, self._database.where, until_closed=True)
            yield HeldDatabase(line, self._database.where)

    def receive(self, whole: Whole, now: datetime, *, force: bool) -> Arrival:
        """Puts all of it in place in one transaction, checked; the history before is kept in a backup of its own."""
        made_ready(self._database)
        arrived: list[Arrival] = []

        def work(line: Line, before: Reached) -> Reached:
            reached, arrival = self._received(line, before, whole, now, force=force)
            arrived[:] = [arrival]
            return reached

        alter(self._database, work)
        return arrived[0]

    def _received(
        self, line: Line, before: Reached, whole: Whole, now: datetime, *, force: bool
    ) -> tuple[Reached, Arrival]:
        where = self._database.where
        line.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        alone(line, where)
        there = tables_in(line, where)
        if (found := is_whole_already(whole, before.sequence, there)) is not None:
            line.execute("UPDATE history SET moved_to = ''")
            return before, Arrival(before.sequence, found, None, was_there=True)
        is_new = knows_nothing(there)
        if not (force or is_new or _is_left(line)):
            refuse(where, there)
        aside = None if is_new else keep_aside(line, where, before, now, self._folder)
        sequence = max(before.sequence, whole.sequence) + 1
        reached, checksums = supersede(line, where, before, whole.tables, sequence, whole.term)
        return reached, Arrival(reached.sequence, checksums, aside)


class HeldDatabase:
    """A database that nobody else leads."""

    def __init__(self, line: Line, where: str) -> None:
        self._line = line
        self._where = where

    @contextmanager
    def whole(self) -> Iterator[Whole]:
        """All that it holds but for the register, which is made of the rest."""
        with self._line.transaction():
            self._line.execute(_STILL)
            found = whole_in(self._line, self._where)
            yield Whole(found.standing.sequence, found.standing.term, found.tables)

    def leave(self, words: str) -> None:
        """From here on nobody runs on it: the database refuses every commit, and whoever would lead."""
        try:
            self._line.execute("UPDATE history SET term = term + 1, moved_to = %s", [words])
        except psycopg.Error as error:
            raise HistoryAwayError(self._where, error.diag.message_primary or "the connection is lost") from None


def _is_left(line: Line) -> bool:
    return line.execute("SELECT FROM history WHERE moved_to <> ''").fetchone() is not None
