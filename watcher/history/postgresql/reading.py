"""Documents read by their keys and numbers; what may be many comes a page at a time, and holds no connection."""

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import orjson

from watcher.history.postgresql import statements
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Database, Line
from watcher.history.reading import ALL, Numbered

RawDocument = tuple[int, bytes]

_AT_ONCE = 500


def found(line: Line, table: str, **keys: str) -> list[RawDocument]:
    """The documents under a key in each of some columns, in order."""
    wanted = [filed(key) for key in keys.values()]
    return line.execute(statements.selected(table, *keys), wanted).fetchall()


def last_number(line: Line, table: str) -> int:
    """The highest number of a table, 0 for an empty one."""
    ((last,),) = line.execute(statements.last_number(table)).fetchall()
    return int(last)


class DocumentReader:
    """The documents of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def found(self, table: str, **keys: str) -> list[Numbered]:
        """The documents under a key in each of some columns, in order; all of them where none is named."""
        with self._database.line() as line:
            rows = found(line, table, **keys)
        return parsed(rows)

    def under_any(self, table: str, index: str, keys: Collection[str]) -> list[Numbered]:
        """The documents under any of some keys of a column, in order."""
        with self._database.line() as line:
            rows = line.execute(statements.under_any(table, index), [list(map(filed, keys))]).fetchall()
        return parsed(rows)

    def beginning(self, table: str, indexes: Sequence[str], beginning: str) -> list[Numbered]:
        """The documents with a key in any of some columns that begins so, each once, in order."""
        between = [beginning, f"{beginning}{chr(sys.maxunicode)}"] * len(indexes)
        with self._database.line() as line:
            rows = line.execute(statements.beginning(table, *indexes), between).fetchall()
        return parsed(rows)

    def numbered(self, table: str, number: int) -> dict[str, Any]:
        """One document by its number."""
        with self._database.line() as line:
            (row,) = line.execute(statements.numbered(table), [[number]]).fetchall()
        document: dict[str, Any] = orjson.loads(row[1])
        return document

    def last_attempted(self) -> list[Numbered]:
        """Of each key under which attempts are filed the message that was attempted last, in order."""
        with self._database.line() as line:
            return sorted(parsed(line.execute(statements.LAST_ATTEMPTED).fetchall()), key=lambda row: row[0])

    def pages(
        self, table: str, *, after: int = 0, newest_first: bool = False, keys: Mapping[str, str] = ALL
    ) -> Iterator[Numbered]:
        """Those that there are now, one after the other, each as it stands when its page is read."""
        with self._database.line() as line:
            until = last_number(line, table) + 1
        return self._paged(table, after, until, keys, newest_first=newest_first)

    def _paged(
        self, table: str, after: int, until: int, keys: Mapping[str, str], *, newest_first: bool
    ) -> Iterator[Numbered]:
        statement = statements.selected(table, *keys, is_bounded=True, newest_first=newest_first)
        wanted = [filed(key) for key in keys.values()]
        while after + 1 < until:
            with self._database.line() as line:
                rows = line.execute(statement, [*wanted, after, until, _AT_ONCE]).fetchall()
            yield from parsed(rows)
            if len(rows) < _AT_ONCE:
                return
            after, until = (after, rows[-1][0]) if newest_first else (rows[-1][0], until)


def parsed(rows: Sequence[RawDocument]) -> list[Numbered]:
    """Documents as values."""
    return [(number, orjson.loads(document)) for number, document in rows]
