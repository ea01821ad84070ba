"""The history of a folder, as one end of a move."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

from watcher.errors import PermanentError
from watcher.history.checksums import Checksum, checksums_of
from watcher.history.embedded.disk import Disk
from watcher.history.embedded.folder import HistoryFolder, prove
from watcher.history.embedded.lock import FolderLock
from watcher.history.embedded.salvage import salvage
from watcher.history.embedded.snapshot import Stamp
from watcher.history.failures import HistoryMovedError, HistoryTooNewError
from watcher.history.filing import KEYS
from watcher.history.kept import DERIVED
from watcher.history.protocol import HistoryUnusableError
from watcher.history.restoration import ORIGIN, RESTORED, Rows, aside_path
from watcher.history.transfer.sides import (
    Arrival,
    Whole,
    is_whole_already,
    knows_nothing,
    only_ours,
    refuse,
    standing_still,
)

_OURS = frozenset({*KEYS, ORIGIN, RESTORED, "signing"})


class FolderUnwritableError(PermanentError):
    """The disk of a folder refused what was to be moved there; the message says where the history before is."""


class FolderSide:
    """The history in a folder of this machine."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self._folder = folder
        self._disk = disk or Disk()
        self._files = HistoryFolder(folder, self._disk)

    @property
    def how_to_go_on(self) -> str:
        """What has to be done to run on it after all, once it was left."""
        return f"remove {self._files.moved} and start again"

    @contextmanager
    def held(self) -> Iterator["HeldFolder"]:
        """For so long nobody else owns it; raises HistoryLockedError where somebody does."""
        if not self._files.exists():
            raise HistoryUnusableError(f"There is no history in {self._folder} yet; `watcher run` begins one.")
        with self._locked():
            if moved_to := self._files.moved_to():
                raise HistoryMovedError(moved_to)
            yield HeldFolder(self._folder, self._files)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = FolderLock(self._folder, self._disk)
        try:
            yield
        finally:
            lock.release()

    def receive(self, whole: Whole, now: datetime, *, force: bool) -> Arrival:
        """Puts all of it in place at once, checked; the history before is kept in a dated folder inside it."""
        aside = aside_path(self._folder, now)
        try:
            self._disk.make_folder(self._folder)
            with self._locked():
                try:
                    return self._received(whole, aside, force=force)
                finally:
                    self._files.discard_new()
        except OSError as error:
            raise FolderUnwritableError(
                f"The history could not be moved to {self._folder}: {error}. Nothing is lost: what was there is as it "
                f"was, or in {aside.name} there. See to that disk and its room, then run `watcher copy` again."
            ) from error

    def _received(self, whole: Whole, aside: Path, *, force: bool) -> Arrival:
        there, end = self._present(force=force)
        if (found := is_whole_already(whole, end.sequence, there)) is not None:
            self._files.unmark_moved()
            return Arrival(end.sequence, found, None, was_there=True)
        if not (force or knows_nothing(there) or self._files.moved_to()):
            refuse(str(self._folder), there)
        given = checksums_of(whole.tables)
        was_there = self._files.keep_aside(aside)
        reached = Stamp(end.generation + 1, max(end.sequence, whole.sequence) + 1, secrets.token_hex(8))
        self._files.supersede(reached, whole.tables, proof=lambda written: self._prove(given, written))
        return Arrival(reached.sequence, given, aside if was_there else None)

    def _present(self, *, force: bool) -> tuple[Mapping[str, Rows], Stamp]:
        """What is there now; with `force` what cannot be read counts as nothing, and is kept aside all the same."""
        if not self._files.exists():
            return {}, Stamp()
        try:
            loaded = self._files.read()
            prove(loaded.tables)
        except HistoryTooNewError:
            raise
        except HistoryUnusableError:
            if not force:
                raise
            return {}, Stamp(sequence=salvage(self._files.remains()).sequence)
        return _without_register(loaded.tables), loaded.end

    def _prove(self, given: Mapping[str, Checksum], written: Mapping[str, Rows]) -> None:
        if checksums_of(written) != given:
            raise OSError(f"what was written to {self._folder} reads otherwise")


class HeldFolder:
    """A folder that nobody else owns."""

    def __init__(self, folder: Path, files: HistoryFolder) -> None:
        self._folder = folder
        self._files = files

    def whole(self) -> AbstractContextManager[Whole]:
        """All that it holds but for the register, which is made of the rest."""
        loaded = self._files.read()
        prove(loaded.tables)
        tables = _without_register(loaded.tables)
        only_ours(str(self._folder), tables, _OURS)
        return standing_still(Whole(loaded.end.sequence, 0, tables))

    def leave(self, words: str) -> None:
        """From here on nobody runs on it: whoever tries is told these words."""
        self._files.mark_moved(words)


def _without_register(tables: Mapping[str, Rows]) -> Mapping[str, Rows]:
    return {name: rows for name, rows in tables.items() if name not in DERIVED}
