"""Whether the database can be reached: once somebody doubts it, a thread finds out, and goes on until it can be again.

While it cannot, nobody waits for it: whoever asks is told at once why. Nothing is asked of the server while nobody
doubts.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from math import inf
from threading import Event, Lock, Thread
from typing import Any, TypeVar

import psycopg
import structlog

from watcher.history.failures import HistoryAwayError
from watcher.timing.clock import awake_or_asleep
from watcher.timing.threads import begin_thread

log = structlog.get_logger(__name__)

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class DatabasePatience:
    """How many seconds are waited for what."""

    silence: float = 1.0
    """Whoever has had no answer for so long has it asked whether the server is there at all."""
    answer: float = 40.0
    """After so long without one a connection is given up, though the server is there: it ends what takes so long."""
    connecting: int = 2
    """For each of its hosts; libpq takes no less."""
    line: float = 5.0
    """For a connection of the pool that is free."""
    again: float = 1.0
    """Between two looks for a server that is away."""
    fate: float = 2.0
    """For the server to come back and say what became of a commit."""


class DatabaseReach:
    """What is known of it; asked from any thread."""

    def __init__(
        self,
        where: str,
        try_once: Callable[[], None],
        *,
        again: float,
        lost: Callable[[], None],
    ) -> None:
        """`try_once` raises HistoryAwayError; `lost` is called once each time that it goes away."""
        self._where, self._try_once, self._again = where, try_once, again
        self._lost = lost
        self._lock = Lock()
        self._looks: Thread | None = None
        self._ends = Event()
        self._why = ""

    @property
    def why(self) -> str:
        """Why it cannot be reached; empty while nothing is known against it."""
        return self._why

    def doubt(self) -> None:
        """Has it found out whether it can be reached; waits for nothing."""
        with self._lock:
            if self._looks is None and not self._ends.is_set():
                self._looks = begin_thread(self._look, "looks for the database")

    def end(self) -> None:
        """Looks no more."""
        self._ends.set()

    def _look(self) -> None:
        while not self._ends.is_set():
            try:
                self._try_once()
            except Exception as error:  # noqa: BLE001  # a thread's boundary: whatever it was, it is looked at again
                self._note_lost(error.why if isinstance(error, HistoryAwayError) else type(error).__name__)
                self._ends.wait(self._again)
            else:
                self._note_back()
                return

    def _note_lost(self, why: str) -> None:
        was, self._why = self._why, why
        if not was:
            log.error("the database does not answer", place=self._where, why=why)
            self._lost()

    def _note_back(self) -> None:
        with self._lock:  # whoever doubts from now on has it looked at again
            was, self._why, self._looks = self._why, "", None
        if was:
            log.info("the database answers again", place=self._where)


Talk = Generator[Any, Any, _R]
"""What is said to the server and heard of it: it yields what it waits for, and is sent whether that has come."""


def patient(
    talk: Talk[_R], reach: DatabaseReach, silence: float, end: Callable[[], None], *, most: float = inf
) -> Talk[_R]:
    """A talk that is given up once the server is known to be away, however long it would wait.

    A statement that only takes long is waited for, `most` seconds. `end` closes the connection, in which half an answer
    may be.
    """

    def why_not(quiet_for: float) -> str:
        if quiet_for > silence:
            reach.doubt()
        return reach.why or (_no_answer(most) if quiet_for > most else "")

    return _heard(talk, why_not, end)


def bounded(talk: Talk[_R], most: float, end: Callable[[], None]) -> Talk[_R]:
    """A talk that is given up after so many seconds of silence."""
    return _heard(talk, lambda quiet_for: _no_answer(most) if quiet_for > most else "", end)


def _no_answer(seconds: float) -> str:
    return f"no answer within {seconds:g} s"


def _heard(talk: Talk[_R], why_not: Callable[[float], str], end: Callable[[], None]) -> Talk[_R]:
    """The same until `why_not` has a reason, asked ten times a second with how long nothing has come."""
    try:
        wanted = next(talk)
        heard = awake_or_asleep()
        while True:
            ready = yield wanted
            if ready:
                heard = awake_or_asleep()
            elif why := why_not(awake_or_asleep() - heard):
                end()
                raise psycopg.OperationalError(why)
            wanted = talk.send(ready)
    except StopIteration as done:
        result: _R = done.value
        return result
