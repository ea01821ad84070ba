"""Commits: one transaction each, one after the other, and what becomes of one whose line is lost.

Whoever commits locks the only row of `history` first. READ COMMITTED is enough for that: every statement after it sees
all that was committed before, and nobody else can commit until this one ends. So numbers have no gaps, nothing is made
twice, and no commit is ever refused for another's sake.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace

import psycopg

from watcher.history.failures import CommitFailedError, FateUnknownError, HistoryAwayError, OutdatedError
from watcher.history.postgresql.advice import advice
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.drafts import Alteration, Drafts, write
from watcher.history.postgresql.fencing import Fence
from watcher.history.postgresql.foreseen import foresee
from watcher.history.postgresql.kept_register import Forms, follow
from watcher.history.protocol import Transaction
from watcher.history.putting import put, touched
from watcher.history.read_lately import ReadLately
from watcher.timing.clock import SystemClock
from watcher.timing.garbage import without_garbage_collection


@dataclass(frozen=True, slots=True)
class Reached:
    """Where the history stands, as its only row says."""

    sequence: int
    sequence_of_facts: int
    term: int = 0


_STANDS = b"SELECT sequence, sequence_of_facts, term FROM history"
_BEGIN = b"BEGIN; SELECT sequence, sequence_of_facts, term, register_form, tally_form, register_described FROM history "
_BEGIN += b"FOR UPDATE"


def standing(line: Line) -> Reached:
    """Where the history stands."""
    ((sequence, sequence_of_facts, term),) = line.execute(_STANDS).fetchall()
    return Reached(sequence, sequence_of_facts, term)


@contextmanager
def _locked(line: Line) -> Iterator[tuple[Reached, Forms]]:
    """A transaction, and where the history stands until it ends: nobody else commits meanwhile."""
    try:
        begun = line.execute(_BEGIN, prepare=False)
        begun.nextset()
        ((sequence, sequence_of_facts, term, *forms),) = begun.fetchall()
        yield Reached(sequence, sequence_of_facts, term), Forms(*forms)
        line.execute(b"COMMIT")
    except BaseException:
        with suppress(psycopg.Error):  # of a line that is gone, on which nothing is open any more
            line.rollback()
        raise


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

    def put_behind(line: Line, before: Reached, kept: Forms) -> tuple[Reached, list[Alteration]]:
        if after is not None and before.sequence != after:
            raise OutdatedError(f"commit {before.sequence} came before one that was to follow {after}")
        fences.append(Fence(leading_as, before.term))
        return _put(line, before, kept, transaction, fences[-1], lately)

    stored = _alter(database, put_behind)
    fences[-1].refuse(transaction, database.where)
    return stored


def _put(
    line: Line, before: Reached, kept: Forms, transaction: Transaction, fence: Fence, lately: ReadLately
) -> tuple[Reached, list[Alteration]]:
    drafts = Drafts(line)
    foresee(drafts, transaction)
    transaction = fence.passed(transaction, drafts.rows("deliveries"))
    put(drafts, transaction)
    if not drafts.is_altered:
        return before, []
    homes = touched(transaction)
    more = follow(line, drafts, kept, homes, lately) if homes else []
    is_of_facts = bool(transaction.homes or transaction.records or transaction.changes or transaction.feeds)
    return moved(before, is_of_facts=is_of_facts), [*drafts.alterations(before.sequence + 1), *more]


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
    return _alter(database, lambda line, before, _: (work(line, before), []))


def _alter(database: Database, work: Callable[[Line, Reached, Forms], tuple[Reached, list[Alteration]]]) -> Reached:
    """The same where `work` leaves it to say what is to be stored."""
    mark, after, is_marked = secrets.token_hex(8), None, False
    try:
        with database.raw_line() as line, _locked(line) as (before, kept):
            with without_garbage_collection():  # a third of the time of a large one
                reached, alterations = work(line, before, kept)
            if reached != before:
                marked = ("reached", "history"), [reached.sequence, reached.sequence_of_facts, mark]
                write(line, [*alterations, marked])
                is_marked = True
            after = reached
    except psycopg.Error as error:
        if after is not None and (not is_marked or _was_stored(database, mark)):
            return after
        raise _failed(database, error) from None
    return reached


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
