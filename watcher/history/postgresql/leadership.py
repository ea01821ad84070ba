"""Which of several watchers on one database leads: whoever holds a lock of the server's, and knows it to be so.

The lock belongs to a session of its own. The server ends that session if it hears nothing of it for a while, and the
leader believes itself for less long than that: whoever is stopped or cut off has stopped leading before another begins.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, LiteralString, Self

import psycopg
import structlog

from watcher.errors import WatcherError
from watcher.history.postgresql.lock_session import LockSession, SessionLostError
from watcher.history.replica import Leader
from watcher.options.owner import signature
from watcher.timing.clock import awake_or_asleep

log = structlog.get_logger(__name__)

_KEY: LiteralString = "2003919971, hashtext(current_schema()) & 2147483647"
"""Of the lock: "watc", and the schema in which the history is."""

_TRY: LiteralString = f"SELECT pg_try_advisory_lock({_KEY})"
_UNLOCK: LiteralString = "SELECT pg_advisory_unlock_all()"
_RAISE: LiteralString = (
    "UPDATE history SET term = term + 1, holder = $1, led_since = clock_timestamp() RETURNING term::text"
)
_VERSION: LiteralString = "SELECT max(version)::text FROM watcher_schema"
_BEAT: LiteralString = (
    "SELECT (SELECT term::text FROM history)"
    " FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
    " AND (classid, objid) = (2003919971, (hashtext(current_schema()) & 2147483647)::oid)"
)
"""Says of this very session that it holds the lock, whatever lies between it and the server; and in which term."""

WHO: LiteralString = (
    "SELECT holder, led_since, EXISTS (SELECT FROM pg_locks JOIN pg_database d ON d.oid = database"
    " WHERE locktype = 'advisory' AND granted AND d.datname = current_database()"
    " AND (classid, objid) = (2003919971, (hashtext(current_schema()) & 2147483647)::oid)) FROM history"
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly a leader is missed."""

    beat: timedelta = timedelta(seconds=4)
    """The leader asks the server so often whether the lock is still its own."""
    lease: timedelta = timedelta(seconds=15)
    """It believes an answer for so long, from when it asked."""
    idle: timedelta = timedelta(seconds=20)
    """The server ends a session of which it has heard nothing for so long; longer than `lease`."""
    every: timedelta = timedelta(seconds=2.5)
    """Whoever does not lead tries so often."""
    answer: timedelta = timedelta(seconds=5)
    """The server has to answer within so long."""

    def faster(self, times: float) -> Self:
        """The same, so many times as fast."""
        return replace(
            self,
            beat=self.beat / times,
            lease=self.lease / times,
            idle=self.idle / times,
            every=self.every / times,
            answer=max(self.answer / times, timedelta(seconds=1)),
        )


def who_leads(connection: psycopg.Connection[Any]) -> Leader | None:
    """The present leader; None where nobody leads."""
    row = connection.execute(WHO).fetchone()
    return Leader(row[0], row[1]) if row is not None and row[2] else None


class Leadership:
    """Tries to lead, and keeps it, in a thread of its own; asked from any."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[Any]],
        pace: Pace | None = None,
        monotonic: Callable[[], float] = awake_or_asleep,
        newest: int | None = None,
    ) -> None:
        """`connect` makes a session of its own, each statement by itself, and gives up in time.

        It leads on no database of a version beyond the `newest` that it knows.
        """
        self._newest = newest
        self._connect = connect
        self._pace = pace or Pace()
        self._monotonic = monotonic
        self._held: tuple[int, float] | None = None
        """The term, and when the last confirmed beat began."""
        self._session: LockSession | None = None
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None
        self._why = ""
        """Why it could not even try, so that it is said once."""

    def is_leading(self) -> bool:
        """Whether it leads at this very moment."""
        return self.term is not None

    @property
    def term(self) -> int | None:
        """The number of its leadership, by which others know what is of a former one; None while it does not lead."""
        held = self._held
        if held is None or self._monotonic() - held[1] >= self._pace.lease.total_seconds():
            return None
        return held[0]

    def try_once(self) -> bool:
        """Tries to lead now, and keeps it from then on; whether it leads. Raises SessionLostError."""
        try:
            self._attempt()
        finally:
            if self._held is None:
                self._close()
        if self._held is not None:
            self.start()
        return self._held is not None

    def start(self) -> None:
        """Begins to try, and to keep what it has."""
        self._thread = threading.Thread(target=self._run, name="leadership", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Leads no more; another may at once."""
        self._ends.set()
        if (session := self._session) is not None:
            session.wake()
        if self._thread is not None:
            self._thread.join(2 * self._pace.answer.total_seconds())
            self._thread = None

    def _run(self) -> None:
        try:
            while not self._ends.is_set():
                self._step()
        finally:
            self._held = None
            self._let_go()

    def _let_go(self) -> None:
        """The lock is free before this ends, if the server answers: whoever begins next need not try twice."""
        with suppress(SessionLostError):
            if self._session is not None:
                self._session.ask(_UNLOCK)
        self._close()

    def _step(self) -> None:
        """A beat, or an attempt; and the pause after it, which ends with the session."""
        pace = self._pace
        try:
            if self._held is None:
                self._attempt()
            if self._session is not None:
                self._session.rest((pace.beat if self._held else pace.every).total_seconds())
            if self._held is not None and not self._ends.is_set():
                self._beat(self._held[0])
        except (SessionLostError, psycopg.Error, OSError, WatcherError) as error:
            self._lost(str(error))
            self._ends.wait(pace.every.total_seconds())

    def _attempt(self) -> None:
        """Takes the lock if it is free, and raises the term; without both it holds neither."""
        if self._session is None:
            self._session = self._begun()
        began = self._monotonic()
        self._refuse_newer(self._session)
        if self._session.ask(_TRY) != [("t",)]:
            self._can_try()
            return
        raised = self._session.ask(_RAISE, signature())
        if not raised:
            raise SessionLostError("nothing is in the table history")
        self._refuse_newer(self._session)  # it may just have been brought up to date
        term = int(raised[0][0] or 0)
        self._held = term, began
        self._can_try()
        log.info("leading", term=term)

    def _refuse_newer(self, session: LockSession) -> None:
        """What a newer version keeps beside the documents this one would not keep up."""
        if self._newest is not None and int(session.ask(_VERSION)[0][0] or 0) > self._newest:
            raise SessionLostError("a newer watcher has brought the database up to date: it leads, and this one cannot")

    def _begun(self) -> LockSession:
        session = LockSession(self._connect, self._pace.answer.total_seconds())
        try:
            idle, answer = (round(length.total_seconds() * 1000) for length in (self._pace.idle, self._pace.answer))
            session.ask("SELECT set_config('idle_session_timeout', $1, false)", str(idle))
            session.ask("SELECT set_config('statement_timeout', $1, false)", str(answer))
            session.ask("SELECT set_config('lock_timeout', $1, false)", str(answer))
        except BaseException:
            session.close()
            raise
        return session

    def _beat(self, term: int) -> None:
        began = self._monotonic()
        found = self._session.ask(_BEAT) if self._session is not None else []
        if not found:
            raise SessionLostError("the lock is no longer this session's: the server was reached through a pooler")
        if found != [(str(term),)]:  # nothing more would be taken of this leadership
            raise SessionLostError(f"the history is no longer of term {term}: other contents were put in its place")
        self._held = term, began

    def _lost(self, said: str) -> None:
        was_leading, self._held = self._held is not None, None
        self._close()
        if was_leading:
            log.warning("no longer leading", server=said)
        elif self._why != said:
            log.warning("cannot try to lead", server=said)
        self._why = said

    def _can_try(self) -> None:
        if self._why:
            log.info("the database answers again")
        self._why = ""

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
