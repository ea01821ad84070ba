"""Everything that a database holds, as of one commit: its documents come one after the other, never all at once."""

import secrets
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg.sql import SQL, Identifier

from watcher.history.failures import HistoryAwayError
from watcher.history.kept import DERIVED
from watcher.history.postgresql import statements
from watcher.history.postgresql.columns import COLUMNS
from watcher.history.postgresql.commits import Reached, standing
from watcher.history.postgresql.database import Database, Line
from watcher.history.protocol import HistoryUnusableError

_AT_ONCE = 2000


class TableInDatabase(Mapping[int, bytes]):
    """The documents of one table within a transaction, in the order of their numbers, each read as it is asked for."""

    def __init__(self, line: Line, name: str, where: str) -> None:
        """`where` is the database in words, for the HistoryAwayError that is raised where it fails on the way."""
        self._line = line
        self._name = name
        self._where = where

    def __getitem__(self, number: int) -> bytes:
        row = self._line.execute(statements.numbered(self._name), [[number]]).fetchone()
        if row is None:
            raise KeyError(number)
        document: bytes = row[1]
        return document

    def __len__(self) -> int:
        row = self._line.execute(SQL("SELECT count(*) FROM {}").format(Identifier(self._name))).fetchone()
        return int(row[0]) if row is not None else 0

    def __iter__(self) -> Iterator[int]:
        return (number for number, _ in self.rows())

    def items(self) -> ItemsView[int, bytes]:
        """Numbers with documents, some thousands at a time."""
        return _Rows(self)

    def values(self) -> ValuesView[bytes]:
        """Documents, likewise."""
        return _Documents(self)

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """The same once."""
        try:
            with self._line.cursor(name=f"whole_{secrets.token_hex(4)}") as cursor:
                cursor.itersize = _AT_ONCE
                cursor.execute(statements.selected(self._name))
                yield from cursor
        except psycopg.Error as error:
            raise HistoryAwayError(self._where, error.diag.message_primary or "the connection is lost") from None


class _Rows(ItemsView[int, bytes]):
    _mapping: TableInDatabase

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        return self._mapping.rows()


class _Documents(ValuesView[bytes]):
    _mapping: TableInDatabase

    def __iter__(self) -> Iterator[bytes]:
        return (document for _, document in self._mapping.rows())


@dataclass(frozen=True, slots=True)
class WholeDatabase:
    """What a database holds, for as long as its transaction is open."""

    standing: Reached
    tables: Mapping[str, TableInDatabase]


def tables_in(line: Line, where: str) -> dict[str, TableInDatabase]:
    """Every table of documents but for the register and the tallies, which are made of the others."""
    return {name: TableInDatabase(line, name, where) for name in COLUMNS if name not in DERIVED}


@contextmanager
def whole(database: Database) -> Iterator[WholeDatabase]:
    """Everything as of one commit, however many follow; raises HistoryUnusableError where there is nothing."""
    with database.snapshot() as line:
        line.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield whole_in(line, database.where)


def whole_in(line: Line, where: str) -> WholeDatabase:
    """The same, within a transaction that is open."""
    present = standing(line)
    if not present.sequence:
        raise HistoryUnusableError(f"There is no history in {where} yet; `watcher run` begins one.")
    return WholeDatabase(present, tables_in(line, where))
