"""Several questions to the register in a database, answered as of one moment.

What is at hand is as of one commit, and answers without the database. Where something else is needed a snapshot is
begun. If others have committed by then, and something was answered before, all is asked once more, in that snapshot.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import TypeVar

from watcher.history.postgresql.at_hand import LastAsked, Name, RegisterAtHand, Thing
from watcher.history.postgresql.database import Database, Line

Answer = TypeVar("Answer")
Read = Callable[[Line, Sequence[Name]], Mapping[Name, Thing]]

_others = count(1)


class _OvertakenError(Exception):
    """Something was answered of a state that is over by now."""


class OneMoment:
    """What one thread asks at once."""

    def __init__(self, database: Database, at_hand: RegisterAtHand, undo: ExitStack) -> None:
        """`undo` lets go of the snapshot, and takes what goes wrong meanwhile for what it is."""
        self._database, self._at_hand, self._undo = database, at_hand, undo
        self._line: Line | None = None
        self.version: int | None = at_hand.version
        """That of what is at hand, as long as it is of this moment; None once it is newer."""
        self._has_answered = False
        self._other = -next(_others)

    def told_version(self) -> int:
        """Its version, which is an answer too; another than any other's where what is at hand is newer."""
        self._has_answered = True
        return self._other if self.version is None else self.version

    def line(self) -> Line:
        """The snapshot, begun now where there is none yet."""
        if self._line is None:
            self._line = self._undo.enter_context(self._database.snapshot())
            version = self._at_hand.follow(self._line)
            if version != self.version and self._has_answered:
                raise _OvertakenError
            self.version = version
        return self._line

    def read(self, kept: LastAsked[Name, Thing], wanted: Sequence[Name], read: Read[Name, Thing]) -> dict[Name, Thing]:
        """Some things by name: what is at hand, and the rest of the snapshot; that stays at hand for others."""
        found = self._known(kept, wanted)
        missing = [name for name in wanted if name not in found]
        if missing:
            line = self.line()
            more = read(line, missing)
            self._has_answered = True
            with self._at_hand.lock:
                if self._at_hand.version == self.version:
                    kept.keep(more)
            found.update(more)
        return found

    def _known(self, kept: LastAsked[Name, Thing], wanted: Sequence[Name]) -> dict[Name, Thing]:
        with self._at_hand.lock:
            if self._at_hand.version == self.version:
                found = kept.known(wanted)
                self._has_answered |= bool(found)
                return found
        if self._line is None and self._has_answered:
            raise _OvertakenError
        return {}


class Moments:
    """The moments of one database; each thread has one at a time."""

    def __init__(self, database: Database, at_hand: RegisterAtHand) -> None:
        self._database, self._at_hand = database, at_hand
        self._present = threading.local()

    @property
    def version(self) -> int:
        """That of what this thread is told; whoever knows it may have something that was made of it."""
        moment: OneMoment | None = getattr(self._present, "moment", None)
        return self._at_hand.version if moment is None else moment.told_version()

    def at_once(self, ask: Callable[[OneMoment], Answer]) -> Answer:
        """What is asked of one moment, that which is present if there is one. Raises HistoryAwayError."""
        moment: OneMoment | None = getattr(self._present, "moment", None)
        if moment is not None:
            return ask(moment)
        try:
            with self._begun() as moment:
                return ask(moment)
        except _OvertakenError:
            with self._begun() as moment:
                moment.line()
                return ask(moment)

    @contextmanager
    def _begun(self) -> Iterator[OneMoment]:
        with ExitStack() as undo:
            self._present.moment = moment = OneMoment(self._database, self._at_hand, undo)
            try:
                yield moment
            finally:
                self._present.moment = None
