"""Commits: one transaction each, one after the other, and what becomes of one whose line is lost.

Whoever commits locks the only row of `history` first. READ COMMITTED is enough for that: every statement after it sees
all that was committed before, and nobody else can commit until this one ends. So numbers have no gaps, nothing is made
twice, and no commit is ever refused for another's sake.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

import psycopg

from watcher.delivery.ledger import State
from watcher.history.failures import CommitFailedError, FencedError, HistoryAwayError, OvertakenError
from watcher.history.garbage import without_garbage_collection
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.drafts import Drafts
from watcher.history.postgresql.foreseen import foresee
from watcher.history.postgresql.kept_register import follow
from watcher.history.protocol import Transaction
from watcher.history.putting import put, touched
from watcher.history.read_lately import ReadLately


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

    Raises OvertakenError where the history does not stand where it did `after` a commit that is named.
    Raises FencedError where the present term is another than that of whoever leads, and stores what was accepted all
    the same; CommitFailedError where it could not be stored.
    """

    def work(line: Line, before: Reached) -> Reached:
        if after is not None and before.sequence != after:
            raise OvertakenError(f"commit {before.sequence} came before one that was to follow {after}")
        return _put(line, before, transaction, leading_as, lately)

    stored = alter(database, work)
    if leading_as is not None and stored.term != leading_as:
        raise FencedError(
            f"The history in {database.where} takes no changes from here: another watcher leads by now (term "
            f"{stored.term}, not {leading_as}). Nothing is lost; this one serves pages and takes over when it has to."
        )
    return stored


def _put(line: Line, before: Reached, transaction: Transaction, leading_as: int | None, lately: ReadLately) -> Reached:
    if leading_as is not None and before.term != leading_as:
        accepted = [sent for sent in transaction.deliveries if sent.number and sent.state is State.ACCEPTED]
        transaction = Transaction(deliveries=accepted)
    drafts, homes = Drafts(line), touched(transaction)
    foresee(drafts, transaction)
    put(drafts, transaction)
    if not drafts.is_altered:
        return before
    if homes:
        follow(line, drafts, homes, lately)
    drafts.write(before.sequence + 1)
    is_of_facts = bool(transaction.homes or transaction.records or transaction.changes or transaction.feeds)
    return moved(before, is_of_facts=is_of_facts)


def moved(before: Reached, *, is_of_facts: bool) -> Reached:
    """Where the history stands after one commit more."""
    sequence = before.sequence + 1
    return replace(before, sequence=sequence, sequence_of_facts=sequence if is_of_facts else before.sequence_of_facts)


def alter(database: Database, work: Callable[[Line, Reached], Reached]) -> Reached:
    """One commit of whatever `work` does; where it leaves the history as it stood, nothing is counted."""
    mark, after = secrets.token_hex(8), None
    try:
        with database.raw_line() as line, line.transaction():
            before = standing(line, locked=True)
            with without_garbage_collection():  # a third of the time of a large one
                reached = work(line, before)
            if reached != before:
                line.execute(
                    "UPDATE history SET sequence = %s, sequence_of_facts = %s, commit_mark = %s",
                    [reached.sequence, reached.sequence_of_facts, mark],
                )
            after = reached
    except psycopg.Error as error:
        if after is not None and _was_stored(database, after, mark):
            return after
        raise _failed(database, error) from None
    return reached


def _was_stored(database: Database, after: Reached, mark: str) -> bool:
    """Whether a commit whose line was lost before its answer came is there; a lock waits until the server is through.

    Where somebody has committed since, or nobody can tell, it counts as not stored: whoever tries it again finds what
    is known already, and makes nothing of it twice.
    """
    try:
        with database.line() as line, line.transaction():
            found = line.execute("SELECT sequence, commit_mark FROM history FOR UPDATE").fetchone()
    except HistoryAwayError:
        return False
    return found == (after.sequence, mark)


def _failed(database: Database, error: psycopg.Error) -> CommitFailedError:
    return CommitFailedError(
        f"A commit could not be stored in {database.where}: {database.why(error)}. The history is as it was before. "
        f"See to that database: whether it runs, has room, and lets this role write."
    )
