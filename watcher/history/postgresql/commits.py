"""Commits: one transaction each, one after the other, and what becomes of one whose line is lost.

Whoever commits locks the only row of `history` first. READ COMMITTED is enough for that: every statement after it sees
all that was committed before, and nobody else can commit until this one ends. So numbers have no gaps, nothing is made
twice, and no commit is ever refused for another's sake.
"""

import secrets
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

import psycopg

from watcher.history.failures import CommitFailedError, FateUnknownError, HistoryAwayError, OutdatedError
from watcher.history.garbage import without_garbage_collection
from watcher.history.postgresql.advice import advice
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.drafts import Drafts
from watcher.history.postgresql.fencing import Fence
from watcher.history.postgresql.foreseen import foresee
from watcher.history.postgresql.kept_register import follow
from watcher.history.protocol import Transaction
from watcher.history.putting import put, touched
from watcher.history.read_lately import ReadLately
from watcher.timing.clock import SystemClock


@dataclass(frozen=True, slots=True)
class Reached:
    """Where the history stands, as its only row says."""

    sequence: int
    sequence_of_facts: int
    term: int = 0


def standing(line: Line, *, locked: bool = False) -> Reached:
    """Where the history stands; `locked` until the transaction ends, so that nobody else commits meanwhile."""
    asked = b"SELECT sequence, sequence_of_facts, term FROM history" + (b" FOR UPDATE" if locked else b"")
    ((sequence, sequence_of_facts, term),) = line.execute(asked).fetchall()
    return Reached(sequence, sequence_of_facts, term)


def commit(
    database: Database,
    transaction: Transaction,
    leading_as: int | None,
    lately: ReadLately,
    after: int | None = None,
) -> Reached:
    """Stores all of a transaction, or nothing; where the history stands then. `lately` reads it.

    Raises OutdatedError where the history does not stand where it did `after` a commit that is named.
    Raises FencedError where the present term is another than that of whoever leads, and stores what was accepted all
    the same; CommitFailedError where it could not be stored.
    """
    fences: list[Fence] = []

    def put_behind(line: Line, before: Reached) -> Reached:
        if after is not None and before.sequence != after:
            raise OutdatedError(f"commit {before.sequence} came before one that was to follow {after}")
        fences.append(Fence(leading_as, before.term))
        return _put(line, before, transaction, fences[-1], lately)

    stored = alter(database, put_behind)
    fences[-1].refuse(transaction, database.where)
    return stored


def _put(line: Line, before: Reached, transaction: Transaction, fence: Fence, lately: ReadLately) -> Reached:
    drafts = Drafts(line)
    foresee(drafts, transaction)
    transaction = fence.passed(transaction, drafts.rows("deliveries"))
    put(drafts, transaction)
    if not drafts.is_altered:
        return before
    if homes := touched(transaction):
        follow(line, drafts, homes, lately)
    drafts.write(before.sequence + 1)
    is_of_facts = bool(transaction.homes or transaction.records or transaction.changes or transaction.feeds)
    return moved(before, is_of_facts=is_of_facts)


def moved(before: Reached, *, is_of_facts: bool) -> Reached:
    """Where the history stands after one commit more."""
    sequence = before.sequence + 1
    return replace(before, sequence=sequence, sequence_of_facts=sequence if is_of_facts else before.sequence_of_facts)


def alter(database: Database, work: Callable[[Line, Reached], Reached]) -> Reached:
    """One commit of whatever `work` does; where it leaves the history as it stood, nothing is counted.

    Raises CommitFailedError, or HistoryAwayError before anything was asked. One whose answer is lost counts as what it
    came to; where nobody says that in time, as failed: it is not known then whether it is stored, and whoever does the
    same again makes nothing twice.
    """
    mark, after, is_marked = secrets.token_hex(8), None, False
    try:
        with database.raw_line() as line, line.transaction():
            before = standing(line, locked=True)
            with without_garbage_collection():  # a third of the time of a large one
                reached = work(line, before)
            if reached != before:
                line.execute(_REACHED, [reached.sequence, reached.sequence_of_facts, mark])
                is_marked = True
            after = reached
    except psycopg.Error as error:
        if after is not None and (not is_marked or _was_stored(database, mark)):
            return after
        raise _failed(database, error) from None
    return reached


_REACHED = """
    UPDATE history SET sequence = %s, sequence_of_facts = %s, commit_mark = left(%s || ' ' || commit_mark, 1000)
"""
"""The marks of the last commits are kept: others may commit before it is asked what became of one."""

_IN_TIME = "SET lock_timeout = '2s'"
_FATE = "SELECT commit_mark FROM history FOR UPDATE"
"""Is answered once the server is through with whatever was under way."""


def _was_stored(database: Database, mark: str) -> bool:
    """Whether a commit is there whose line was lost before its answer came.

    Asked of a server that is away until it is back, for a while; raises FateUnknownError where it is not back by then.
    """
    clock = SystemClock()
    until = clock.monotonic() + database.patience.fate
    while True:
        try:
            with closing(database.session()) as line:
                line.execute(_IN_TIME)
                with line.transaction(force_rollback=True):  # which waits for no standby
                    found = line.execute(_FATE).fetchone()
                return found is not None and mark in found[0].split()
        except (HistoryAwayError, psycopg.Error) as away:
            if clock.monotonic() >= until:
                why = away.why if isinstance(away, HistoryAwayError) else database.why(away)
                raise _unknown(database, why) from None
            time.sleep(0.1)


def _failed(database: Database, error: psycopg.Error) -> CommitFailedError:
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):  # it leads no more: another one may by now
        database.renew()
    why = database.why(error)
    return not_stored(database, why, advice(why))


def not_stored(database: Database, why: str, then: str) -> CommitFailedError:
    """What to raise where nothing of a commit is stored."""
    return CommitFailedError(
        f"A commit could not be stored in {database.where}: {why}. The history is as it was before. {then}"
    )


def _unknown(database: Database, why: str) -> FateUnknownError:
    return FateUnknownError(
        f"Whether a commit was stored in {database.where} is not known until it answers again: {why}. "
        f"Nothing is lost by that, and nothing is done twice. {advice(why)}"
    )
