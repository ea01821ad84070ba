"""What the database has to look like: its migrations applied, in order, by one process at a time.

The steps are the numbered files of `migrations/`; the table `watcher_schema` has a row for each that was applied. All
that are missing are applied in one transaction, so that a process that dies on the way leaves nothing of them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from watcher.history.failures import DatabaseUnusableError
from watcher.history.postgresql.database import Line

MIGRATING = 0x7761746368657201
"""The advisory lock of whoever applies migrations: "watcher" in ASCII, and 1."""
OLDEST_SERVER = 140_000
_MARK = "watcher_schema"

_BEGUN = """
    CREATE TABLE IF NOT EXISTS watcher_schema (
        version integer PRIMARY KEY,
        file text NOT NULL,
        applied timestamptz NOT NULL DEFAULT now()
    );
    COMMENT ON TABLE watcher_schema IS 'The migrations of watcher that were applied here';
"""

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = to_regnamespace(quote_ident(current_schema())) AND relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    ORDER BY relname
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step."""

    version: int
    file: str
    statements: str

    @property
    def tables(self) -> Sequence[str]:
        """The tables that it makes."""
        return re.findall(r"^CREATE TABLE (\w+)", self.statements, re.MULTILINE)


@cache
def migrations() -> Sequence[Migration]:
    """Every step that this version knows, in order."""
    folder = files(__package__).joinpath("migrations")
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return [Migration(int(file.name.partition("_")[0]), file.name, file.read_text("utf-8")) for file in found]


def migrate(connection: Line, where: str, *, steps: Sequence[Migration] | None = None) -> None:
    """Applies what is missing; raises DatabaseUnusableError for a database that is no place for it.

    Of a leader that knows the former version alone nothing is taken from then on, and it leads no more.
    """
    steps = migrations() if steps is None else steps
    with connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '60s'")
        connection.execute("SET LOCAL statement_timeout = 0")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATING])
        before = version_of(connection, where, steps=steps)
        missing = steps[before:]
        if missing:
            connection.execute(_BEGUN)
        for step in missing:
            connection.execute(step.statements.encode())
            connection.execute("INSERT INTO watcher_schema (version, file) VALUES (%s, %s)", [step.version, step.file])
        if missing and before:
            connection.execute("UPDATE history SET term = term + 1")


def version_of(connection: Line, where: str, *, steps: Sequence[Migration] | None = None) -> int:
    """How many steps were applied; raises DatabaseUnusableError where that cannot be, or is no business of ours."""
    steps = migrations() if steps is None else steps
    _refuse_server(connection, where)
    tables = {name for (name,) in connection.execute(_TABLES)}
    if _MARK not in tables:
        _refuse_strangers(tables, where)
        return 0
    applied: dict[int, str] = dict(
        connection.execute("SELECT version, file FROM watcher_schema ORDER BY version").fetchall()
    )
    if max(applied, default=0) > len(steps):
        raise DatabaseUnusableError(
            where,
            f"has version {max(applied)}, which a newer watcher made, and this one knows {len(steps)}",
            "Start that version.",
        )
    _refuse_halves(applied, tables, where, steps)
    return len(applied)


def _refuse_server(connection: Line, where: str) -> None:
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise DatabaseUnusableError(
            where, f"is of PostgreSQL {version // 10_000}", f"Use version {OLDEST_SERVER // 10_000} or a later one."
        )
    facts = connection.execute("SELECT current_setting('server_encoding'), current_schema()").fetchone()
    encoding, schema = facts if facts is not None else ("", None)
    if encoding != "UTF8":
        then = "Make one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."
        raise DatabaseUnusableError(where, f"has the encoding {encoding}", then)
    if schema is None:
        raise DatabaseUnusableError(
            where, "has no schema for this role", "Make one: CREATE SCHEMA watcher AUTHORIZATION the role's name."
        )


def _refuse_strangers(tables: set[str], where: str) -> None:
    if tables:
        some = ", ".join(sorted(tables)[:3])
        raise DatabaseUnusableError(
            where,
            f"has tables of another program ({some}{', ...' if len(tables) > 3 else ''})",
            "Give watcher a database, or a schema, of its own.",
        )


def _refuse_halves(applied: Mapping[int, str], tables: set[str], where: str, steps: Sequence[Migration]) -> None:
    done = steps[: len(applied)]
    wanted = {step.version: step.file for step in done}
    missing = [name for step in done for name in step.tables if name not in tables]
    if not applied or dict(applied) != wanted or missing:
        what = f"lacks {', '.join(missing[:3])}" if missing else "has other migrations than this version knows"
        raise DatabaseUnusableError(
            where,
            f"has half a migration and {what}",
            "Restore it with pg_restore into an empty database, or begin a new one and `watcher restore FILE`.",
        )
