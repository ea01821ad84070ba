"""The register as of the last commit: loaded once, then followed by what each commit stored anew."""

import threading
from collections.abc import Callable, Iterator

from watcher.history.entries import is_read_alike
from watcher.history.garbage import without_garbage_collection
from watcher.history.postgresql import kept_register
from watcher.history.postgresql.commits import standing
from watcher.history.postgresql.database import Database, Line
from watcher.judging.register import Entry, Register


class Registered:
    """What `History.register` gives; of any thread."""

    def __init__(self, database: Database, made_anew: Callable[[Callable[[str], bool]], Iterator[Entry]]) -> None:
        self._database = database
        self._made_anew = made_anew
        """The entries of the homes whose keys are wanted, made of their records."""
        self._lock = threading.Lock()
        self._register: Register | None = None
        self._of = 0
        """The commit that it is of."""
        self._is_followed = False
        self._is_stale = False

    def forget(self) -> None:
        """Has everything derived anew when it is next asked for."""
        self._is_stale = True

    def present(self, version: int) -> Register:
        """The register of a commit, or of a later one."""
        with self._lock:
            if self._is_stale or not (self._is_followed or version <= self._of):
                self._is_stale, self._register = False, None
            if self._register is None:
                with without_garbage_collection():
                    self._register = self._loaded()
            elif version > self._of:
                self._register = self._followed(self._register)
            return self._register

    def _followed(self, register: Register) -> Register:
        with self._database.snapshot() as line:
            since, self._of = self._of, standing(line).sequence
            return register.updated(list(kept_register.entries(line, since=since)))

    def _loaded(self) -> Register:
        with self._database.snapshot() as line:
            self._of = standing(line).sequence
            self._is_followed = kept_register.is_true(line)
            kept = self._kept(line)
        others = () if self._is_followed else self._made_anew(lambda key: key not in kept)
        return Register({**kept, **{entry.home.key: entry for entry in others}})

    def _kept(self, line: Line) -> dict[str, Entry]:
        """Those that are kept, as far as they are true."""
        if not kept_register.is_true_of_ours(line):
            return {}
        found = kept_register.entries(line)
        return {entry.home.key: entry for entry in found if self._is_followed or is_read_alike(entry.home.key)}
