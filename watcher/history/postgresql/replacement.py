"""Other documents in place of all that a database holds, within one transaction: all of them, or it is as it was."""

import secrets
from collections.abc import Mapping
from typing import LiteralString

import orjson

from watcher.errors import PermanentError
from watcher.history.checksums import Checksum, Checksums, checksums_of
from watcher.history.failures import HistoryLockedError
from watcher.history.postgresql.commits import Reached
from watcher.history.postgresql.database import Line
from watcher.history.postgresql.loading import empty, load
from watcher.history.postgresql.whole import TableInDatabase, tables_in
from watcher.history.protocol import KEY_BYTES

_LOCK: LiteralString = "(2003919971, hashtext(current_schema()) & 2147483647), holder FROM history"
_LOCKED_SESSION: LiteralString = f"SELECT pg_try_advisory_lock{_LOCK}"
_LOCKED_TRANSACTION: LiteralString = f"SELECT pg_try_advisory_xact_lock{_LOCK}"
"""Take the lock that `leadership` knows a leader by."""


class NotAsWrittenError(PermanentError):
    """What was stored reads otherwise, or is no document of watcher's: nothing was changed."""


def alone(line: Line, where: str, *, until_closed: bool = False) -> None:
    """Has nobody else lead until the transaction ends, or the connection; raises HistoryLockedError where one does."""
    found = line.execute(_LOCKED_SESSION if until_closed else _LOCKED_TRANSACTION).fetchone()
    if found is None or not found[0]:
        who = f", {found[1]}" if found is not None and found[1] else ""
        raise HistoryLockedError(
            f"The history in {where} belongs to another watcher{who}. Stop every one that runs on it, then try again."
        )


def supersede(
    line: Line, where: str, before: Reached, tables: Mapping[str, Mapping[int, bytes]], sequence: int, term: int = 0
) -> tuple[Reached, dict[str, Checksum]]:
    """Within a commit: these tables in place of all that is there, read back; where the history stands then.

    No former leader's commits are taken from here on, nor is any message taken for one that the next leader sent. What
    the checksums are of are the documents as they were given.
    """
    line.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    checksums = Checksums()
    empty(line)
    try:
        load(line, {name: checksums.passing(name, rows) for name, rows in tables.items()}, sequence)
    except (LookupError, ValueError, TypeError, AttributeError):
        raise NotAsWrittenError(
            "A document is not what watcher writes, or of a newer one. Nothing was changed."
        ) from None
    _refuse_another(checksums.found, checksums_of(tables_in(line, where)))
    load(line, {name: [(1, row)] for name, row in _first_documents().items() if name not in checksums.found}, sequence)
    term = max(term, before.term, _last_term(TableInDatabase(line, "deliveries", where))) + 1
    line.execute("UPDATE history SET term = %s, moved_to = '', register_form = NULL, register_described = ''", [term])
    line.execute("ANALYZE")
    return Reached(sequence, sequence, term), checksums.found


def _last_term(deliveries: Mapping[int, bytes]) -> int:
    """The highest number of a leadership that messages were sent by, wherever that was."""
    written = (orjson.loads(document).get("term") for document in deliveries.values() if b'"term":' in document)
    return max((term for term in written if term), default=0)


def _first_documents() -> dict[str, bytes]:
    """What every history has from its beginning on, and one of an older version may lack."""
    return {
        "origin": orjson.dumps({"id": secrets.token_hex(16)}),
        "signing": orjson.dumps({"key": secrets.token_hex(KEY_BYTES)}),
    }


def _refuse_another(given: Mapping[str, Checksum], there: Mapping[str, Checksum]) -> None:
    if given != there:
        name = next(name for name in (*given, *there) if given.get(name) != there.get(name))
        raise NotAsWrittenError(
            f"The table {name} could not be read back from the database as it was written. Nothing was changed."
        )
