"""The statements that the tables are read and written by, each made once."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import orjson
from psycopg.sql import SQL, Composable, Composed, Identifier

from watcher.history.postgresql.columns import COLUMNS, column
from watcher.judging.filed import Filing


def columns_of(table: str) -> tuple[str, ...]:
    """The columns that documents of a table are found by."""
    return tuple(COLUMNS[table])


LAST_ATTEMPTED = SQL(
    "SELECT DISTINCT ON (sent) number, document FROM deliveries WHERE sent IS NOT NULL "
    "ORDER BY sent, (document->>'attempted')::timestamptz DESC, number DESC"
)
"""Of each key under which attempts are filed the message that was attempted last."""


@cache
def selected(table: str, *columns: str, is_bounded: bool = False, newest_first: bool = False) -> Composed:
    """Documents with their numbers, in order: those under a key in each of some columns.

    `is_bounded` asks for so many of those whose numbers lie between two, neither included.
    """
    wanted: list[Composable] = [SQL("{} = %s").format(Identifier(column)) for column in columns]
    if is_bounded:
        wanted.append(SQL("number > %s AND number < %s"))
    where = SQL("WHERE {} ").format(SQL(" AND ").join(wanted)) if wanted else SQL("")
    order = SQL("ORDER BY number DESC") if newest_first else SQL("ORDER BY number")
    limit = SQL(" LIMIT %s") if is_bounded else SQL("")
    return SQL("SELECT number, document FROM {} {}{}{}").format(Identifier(table), where, order, limit)


_HOMES = SQL("SELECT home, CASE WHEN starts_with(home, 'sha256:') THEN document END FROM register ")
REGISTERED = _HOMES + SQL("ORDER BY number")
"""The homes that have an entry."""
STANDING_INADEQUATE = _HOMES + SQL("WHERE filed_inadequate IS NOT NULL")
"""Those of them that stand inadequate."""
HOMES_SINCE = _HOMES + SQL("WHERE sequence > %s LIMIT %s")
"""Those whose entries were stored after a commit, so many at most."""
_TALLIES = SQL("SELECT name, CASE WHEN starts_with(name, 'sha256:') THEN document END FROM tallies ")
TALLIES_SINCE = _TALLIES + SQL("WHERE sequence > %s")
"""The tallies that were."""
LISTED = _TALLIES + SQL(
    "WHERE listed = %(name)s OR (listed > %(name)s || chr(10) AND listed < %(name)s || chr(11)) ORDER BY listed"
)
"""Those whose names begin so."""


def called(rows: Iterable[Sequence[Any]], field: str) -> list[str]:
    """What rows of these are called, where a column has not the name itself but what stands for it."""
    return [key if document is None else orjson.loads(document)[field] for key, document in rows]


@cache
def filed_under(filing: Filing) -> Composed:
    """The homes that are filed under a name."""
    return _HOMES + SQL("WHERE {} = %s").format(Identifier(column(filing)))


@cache
def numbered(table: str) -> Composed:
    """One document by its number."""
    return SQL("SELECT number, document FROM {} WHERE number = ANY(%s) ORDER BY number").format(Identifier(table))


@cache
def under_any(table: str, column: str) -> Composed:
    """Documents under any of several keys, with their numbers and keys."""
    return SQL("SELECT number, document, {0} FROM {1} WHERE {0} = ANY(%s) AND {0} IS NOT NULL ORDER BY number").format(
        Identifier(column), Identifier(table)
    )


@cache
def last_number(table: str) -> Composed:
    """The highest number of a table, 0 for an empty one."""
    return SQL("SELECT coalesce(max(number), 0) FROM {}").format(Identifier(table))


@cache
def removed(table: str) -> Composed:
    """Documents removed by their numbers."""
    return SQL("DELETE FROM {} WHERE number = ANY(%s)").format(Identifier(table))


@cache
def written(table: str) -> Composed:
    """Documents put in the places of their numbers: the commit, then an array of each column."""
    columns = columns_of(table)
    names = [Identifier(name) for name in ("number", "document", *columns)]
    arrays = [SQL("%b::bigint[]"), *[SQL("%b::text[]")] * (1 + len(columns))]  # as text each letter would be looked at
    values = [SQL("new.number"), SQL("new.document::json"), *(SQL("new.{}").format(name) for name in names[2:])]
    replaced = [SQL("{0} = excluded.{0}").format(name) for name in (*names[1:], Identifier("sequence"))]
    return SQL(
        "INSERT INTO {table} (sequence, {names}) SELECT %s, {values} FROM unnest({arrays}) AS new ({names}) "
        "ON CONFLICT (number) DO UPDATE SET {replaced}"
    ).format(
        table=Identifier(table),
        names=SQL(", ").join(names),
        values=SQL(", ").join(values),
        arrays=SQL(", ").join(arrays),
        replaced=SQL(", ").join(replaced),
    )


@cache
def copied(table: str) -> Composed:
    """Documents streamed in: number, document, commit, and each column."""
    names = map(Identifier, ("number", "document", "sequence", *columns_of(table)))
    return SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(names))
