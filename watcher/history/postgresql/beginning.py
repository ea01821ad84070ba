"""A database is opened: it is looked at, brought up to date, and begun where it never had a history."""

from collections.abc import Callable, Iterator, Mapping

import psycopg

from watcher.history.bundled.bundle import Bundle, bundled
from watcher.history.entries import is_read_alike
from watcher.history.failures import DatabaseUnusableError, HistoryMovedError
from watcher.history.kept import TABLE, TALLIES
from watcher.history.postgresql import kept_register
from watcher.history.postgresql.commits import Reached, alter, moved, standing
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.loading import begin, load_register, load_tallies, retell
from watcher.history.postgresql.schema import migrate, migrations, version_of
from watcher.judging.register import Entry

_RIGHTS = """
    SELECT has_table_privilege('history', 'UPDATE') AND has_table_privilege('inspections', 'INSERT')
    AND NOT current_setting('transaction_read_only')::boolean
"""


def opened(database: Database, *, read_only: bool, with_bundle: bool) -> Reached:
    """Where the history of a database stands, once it is one; `read_only` makes nothing.

    Raises DatabaseUnusableError, naming what to do, or HistoryAwayError.
    """
    present = made_ready(database, read_only=read_only)
    if read_only:
        return present
    if moved_to := where_moved(database):
        raise HistoryMovedError(moved_to)
    if present.sequence:
        return present
    return alter(database, lambda line, before: _begun(line, before, with_bundle=with_bundle))


def made_ready(database: Database, *, read_only: bool = False) -> Reached:
    """Where the history of a database stands, which has its tables but need not have begun; raises as `opened`."""
    with database.session() as line:
        try:
            if read_only:
                _look(line, database.where)
            else:
                migrate(line, database.where)
                _refuse_readers(line, database.where)
            return standing(line)
        except psycopg.errors.InsufficientPrivilege as error:
            raise _powerless(database.where, database.why(error)) from None
        except psycopg.errors.ReadOnlySqlTransaction:
            raise _powerless(database.where, "it takes no changes") from None
        except psycopg.Error as error:
            raise database.away(error) from None


def where_moved(database: Database) -> str:
    """Where the history was moved, in words; empty while it is here."""
    with database.line() as line:
        row = line.execute("SELECT moved_to FROM history").fetchone()
    return str(row[0]) if row is not None else ""


def _look(line: Line, where: str) -> None:
    if version_of(line, where) < len(migrations()):
        raise DatabaseUnusableError(where, "has no history of this version yet", "`watcher run` begins one.")


def _refuse_readers(line: Line, where: str) -> None:
    ((may_write,),) = line.execute(_RIGHTS).fetchall()
    if not may_write:
        raise _powerless(where, "its role may only read, or the server is a standby")


def _powerless(where: str, why: str) -> DatabaseUnusableError:
    return DatabaseUnusableError(
        where,
        f"takes nothing from this role ({why})",
        "Make the role the owner of its database, or of a schema in it; connect to the primary server.",
    )


def _begun(line: Line, before: Reached, *, with_bundle: bool) -> Reached:
    if before.sequence:  # another process was quicker
        return before
    tables = _tables(bundled()) if with_bundle else {}
    begin(line, tables, before.sequence + 1)
    return moved(before, is_of_facts=True)


def keep_register(
    database: Database, present: Reached, made_anew: Callable[[Callable[[str], bool]], Iterator[Entry]]
) -> Reached:
    """Makes the entries anew that are kept, where they are of another form or description; where it stands then."""
    with database.line() as line:
        if kept_register.is_true(line):
            return present
    return alter(database, lambda line, before: _kept_anew(line, before, made_anew))


def _kept_anew(line: Line, before: Reached, made_anew: Callable[[Callable[[str], bool]], Iterator[Entry]]) -> Reached:
    line.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # of many homes it takes more than a minute
    after = moved(before, is_of_facts=False)
    if kept_register.is_true_of_ours(line):
        retell(line, made_anew(lambda key: not is_read_alike(key)), after.sequence)
        load_tallies(line, kept_register.entries(line), after.sequence)
    else:
        load_register(line, made_anew(lambda _: True), after.sequence)
    return after


def _tables(bundle: Bundle) -> Mapping[str, Mapping[int, bytes]]:
    return {
        "homes": bundle.homes,
        "inspections": bundle.inspections,
        TABLE: bundle.register,
        TALLIES: bundle.tallies,
    }
