"""The register of a database: read as it is asked for, or, where nothing is kept that could be believed, in memory."""

import threading
from collections.abc import Callable, Iterator

from watcher.history.entries import is_read_alike
from watcher.history.postgresql import kept_register
from watcher.history.postgresql.at_hand import RegisterAtHand
from watcher.history.postgresql.commits import standing
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.kept_entries import EntriesInDatabase
from watcher.judging.register import Entry, Register
from watcher.timing.garbage import without_garbage_collection


class Registered:
    """What `History.register` gives; of any thread."""

    def __init__(self, database: Database, made_anew: Callable[[Callable[[str], bool]], Iterator[Entry]]) -> None:
        self._database = database
        self._made_anew = made_anew
        """The entries of the homes whose keys are wanted, made of their records."""
        self._at_hand = RegisterAtHand()
        self._lock = threading.Lock()
        self._register: Register | None = None
        self._of = 0
        """The commit that it is of."""
        self._is_stale = False

    def forget(self) -> None:
        """Has everything derived anew when it is next asked for."""
        self._is_stale = True

    def present(self, version: int) -> Register:
        """The register of a commit, or of a later one; the same one as long as no home is another."""
        with self._lock:
            if self._is_stale:
                self._is_stale, self._register = False, None
                self._at_hand.forget()
            if self._register is None or version > self._of:
                self._register = self._followed()
            return self._register

    def _followed(self) -> Register:
        with self._database.snapshot() as line:
            self._of = standing(line).sequence
            if not kept_register.is_true(line):
                with without_garbage_collection():
                    return Register({entry.home.key: entry for entry in self._in_memory(line)})
            self._at_hand.follow(line)
        known = self._register.source if self._register is not None else None
        source = EntriesInDatabase(self._database, self._at_hand)
        if self._register is not None and isinstance(known, EntriesInDatabase) and known.version == source.version:
            return self._register
        return Register(source)

    def _in_memory(self, line: Line) -> Iterator[Entry]:
        """Those that are kept, as far as they are true, and the others made anew."""
        is_ours_true = kept_register.is_true_of_ours(line)
        if is_ours_true:
            yield from (entry for entry in kept_register.entries(line) if is_read_alike(entry.home.key))
        yield from self._made_anew(lambda key: not (is_ours_true and is_read_alike(key)))
