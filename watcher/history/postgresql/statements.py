"""The statements that the tables are read and written by, each made once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
STANDING_INADEQUATE = SQL(
    "SELECT register_form, tally_form, register_described, home, "
    "CASE WHEN starts_with(home, 'sha256:') THEN document END "
    "FROM history LEFT JOIN register ON filed_inadequate IS NOT NULL"
)
"""Those of them that stand inadequate, each with the forms of what is kept; these alone where none does."""
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
    """The documents under any of several keys, in order."""
    named = {"table": Identifier(table), "column": Identifier(column)}
    return SQL("SELECT number, document FROM {table} WHERE {column} = ANY(%s) ORDER BY number").format(**named)


@cache
def beginning(table: str, *columns: str) -> Composed:
    """The documents with a key in any of some columns that lies from one text to before another, in order."""
    between = [SQL("({0} >= %s AND {0} < %s)").format(Identifier(column)) for column in columns]
    where = SQL(" OR ").join(between)
    return SQL("SELECT number, document FROM {} WHERE {} ORDER BY number").format(Identifier(table), where)


@cache
def under_any_of(columns: tuple[tuple[str, str], ...]) -> Composed:
    """Documents under any of several keys in each of some columns of tables; of each table the last number too.

    A row has the place of the column, number, document and key; that of a last number has neither of these.
    """
    return SQL(" UNION ALL ").join(
        SQL(
            "SELECT {place}, number, document, {column} FROM {table} "
            "WHERE {column} = ANY(%b::text[]) AND {column} IS NOT NULL "
            "UNION ALL SELECT {place}, coalesce(max(number), 0), NULL, NULL FROM {table}"
        ).format(place=place, table=Identifier(table), column=Identifier(column))
        for place, (table, column) in enumerate(columns)
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
def added(table: str) -> Composed:
    """New documents under their numbers: the commit, then an array of each column."""
    names, values, new = _arrays(table)
    return SQL("INSERT INTO {} (sequence, {}) SELECT %s, {} FROM {}").format(
        Identifier(table), SQL(", ").join(names), SQL(", ").join(values), new
    )


@cache
def altered(table: str) -> Composed:
    """Documents in the places of those of the same numbers: the commit, then an array of each column."""
    names, values, new = _arrays(table)
    said = [SQL("{} = {}").format(name, value) for name, value in zip(names, values, strict=True)][1:]
    return SQL("UPDATE {} AS old SET sequence = %s, {} FROM {} WHERE old.number = new.number").format(
        Identifier(table), SQL(", ").join(said), new
    )


def _arrays(table: str) -> tuple[Sequence[Composable], Sequence[Composable], Composable]:
    """The columns of a table, what stands in each, and the arrays that this is taken from."""
    names = [Identifier(name) for name in ("number", "document", *columns_of(table))]
    types = [SQL("%b::bigint[]"), *[SQL("%b::text[]")] * (len(names) - 1)]  # as text each letter would be looked at
    values = [SQL("new.number"), SQL("new.document::json"), *(SQL("new.{}").format(name) for name in names[2:])]
    new = SQL("unnest({}) AS new ({})").format(SQL(", ").join(types), SQL(", ").join(names))
    return names, values, new


def _unnamed(table: str) -> Composed:
    return SQL("DELETE FROM {} WHERE home = ANY(%b::text[])").format(Identifier(table))


def _named(table: str) -> Composed:
    return SQL("INSERT INTO {} SELECT unnest(%b::text[]) ON CONFLICT DO NOTHING").format(Identifier(table))


def carded(table: str) -> Composed:
    """Cards put in the places of their numbers: an array of these, and one of those."""
    return SQL(
        "INSERT INTO {} SELECT number, card::json FROM unnest(%b::bigint[], %b::text[]) AS new (number, card) "
        "ON CONFLICT (number) DO UPDATE SET card = excluded.card"
    ).format(Identifier(table))


def _reached(table: str) -> Composed:
    return SQL(
        "UPDATE {} SET sequence = %s, sequence_of_facts = %s, commit_mark = left(%s || ' ' || commit_mark, 1000)"
    ).format(Identifier(table))


STATEMENTS: Mapping[str, Callable[[str], Composed]] = {
    "added": added,
    "altered": altered,
    "removed": removed,
    "unnamed": _unnamed,
    "named": _named,
    "carded": carded,
    "reached": _reached,
}
"""What may be done to a table; `reached` is of the row that says where the history stands."""


@cache
def together(changes: tuple[tuple[str, str], ...]) -> Composed:
    """Several of them as one statement; none sees what another does."""
    *parts, last = (STATEMENTS[what](table) for what, table in changes)
    if not parts:
        return last
    named = [SQL("{} AS ({})").format(Identifier(f"change_{place}"), part) for place, part in enumerate(parts)]
    return SQL("WITH {} {}").format(SQL(", ").join(named), last)


@cache
def copied(table: str) -> Composed:
    """Documents streamed in: number, document, commit, and each column."""
    names = map(Identifier, ("number", "document", "sequence", *columns_of(table)))
    return SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(names))
