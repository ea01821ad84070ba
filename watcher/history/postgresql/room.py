"""How large the history in a database is."""

from psycopg.sql import SQL, Identifier

from watcher.history.postgresql.columns import DOCUMENTS
from watcher.history.postgresql.database import Database
from watcher.history.protocol import Room

_PLENTY = 2**62
"""Stands for room that nobody here can measure; a server whose disk is full refuses what it is sent."""

_COUNTS = SQL(" UNION ALL ").join(
    SQL("SELECT coalesce(max(number), 0) AS documents FROM {}").format(Identifier(name)) for name in DOCUMENTS
)
_ROOM = SQL("SELECT sum(documents), pg_database_size(current_database()) FROM ({}) AS tables").format(_COUNTS)


def room(database: Database) -> Room:
    """Its documents, by the numbers that they have, and the bytes of its database."""
    with database.line() as line:
        ((count, size),) = line.execute(_ROOM).fetchall()
    return Room(int(count), int(size), _PLENTY, is_in_memory=False)
