"""Where commits go: the journal in force, what happens when it cannot be written, and its change for a new one."""

import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from watcher.history.embedded.disk import Disk
from watcher.history.embedded.folder import HistoryFolder, Loaded
from watcher.history.embedded.index_file import Indexed
from watcher.history.embedded.journal import Changes, Journal
from watcher.history.embedded.layered import Layered
from watcher.history.embedded.lock import FolderLock
from watcher.history.embedded.snapshot import Documents, Snapshot, SnapshotDraft, Stamp
from watcher.history.embedded.tables import Tables
from watcher.history.failures import CommitFailedError, HistoryDamagedError

COMPACTION_FLOOR = 1_000_000
"""A journal of fewer bytes is never worth a new snapshot."""
COMPACTION_CEILING = 16_000_000
"""One of more bytes always is: whoever opens the history reads it whole."""


class CommitLog:
    """The files of one history, opened; `refusal` says why it takes no commits, and is empty while it does."""

    def __init__(
        self,
        folder: Path,
        *,
        read_only: bool,
        disk: Disk,
        whole: bool = True,
        given: Mapping[str, Documents] | None = None,
    ) -> None:
        # Whoever needs both takes `_compacting` first.
        self._compacting = threading.Lock()
        self.lock = threading.RLock()
        self.refusal = "it was opened for reading only" if read_only else ""
        self.path = folder
        self._folder = HistoryFolder(folder, disk)
        self._journal: Journal | None = None
        with ExitStack() as undo:
            if given is not None:
                tables = {name: Layered(above=documents) for name, documents in given.items()}
                loaded = Loaded(tables, Stamp(), Snapshot(Stamp(), {}, 0), None)
            elif read_only:
                loaded = self._folder.read()
            else:
                disk.make_folder(folder)
                undo.callback(FolderLock(folder, disk).release)
                loaded, self._journal = self._folder.begin(whole=whole)
            self._files = undo.pop_all()
        self._loaded = loaded.tables
        self.indexed = loaded.indexed
        self.end = loaded.end
        self.snapshot = loaded.snapshot

    def take_loaded(self) -> dict[str, Layered]:
        """The tables as they were found, once: kept here they would hold the first snapshot until the service ends."""
        loaded, self._loaded = self._loaded, {}
        return loaded

    @property
    def wants_compaction(self) -> bool:
        """Whether the journal has outgrown the snapshot."""
        return self._journal is not None and self._journal.size > max(
            min(self.snapshot.size, COMPACTION_CEILING), COMPACTION_FLOOR
        )

    def writable(self) -> Journal:
        """The journal in force; raises CommitFailedError with the reason if none may be written."""
        if self.refusal or self._journal is None:
            raise CommitFailedError(f"The history in {self._folder.path} takes no changes: {self.refusal}.")
        return self._journal

    @contextmanager
    def commit(self, changes: Changes, payload: bytes | None = None) -> Iterator[None]:
        """Makes the changes durable, then runs the block that makes them visible; `payload` as for the journal.

        Raises CommitFailedError, and leaves everything as it was, if they cannot be stored.
        """
        with self.lock:
            journal = self.writable()
            self.refusal = "a commit was interrupted; start watcher again"
            try:
                journal.append(changes, payload)
            except OSError as error:
                self.refusal = self._restore(journal)
                raise self._failed("A commit", error) from error
            self.end = journal.end
            yield
            self.refusal = ""

    def _restore(self, journal: Journal) -> str:
        """Brings the journal back to its last good commit; where even that fails, why no more are taken."""
        try:
            journal.settle()
        except OSError as error:
            return f"after a failed write the journal could not be restored ({error}); start watcher again"
        return ""

    def _failed(self, what: str, error: Exception) -> CommitFailedError:
        then = ", then start watcher again" if self.refusal else ""
        return CommitFailedError(
            f"{what} could not be stored in {self._folder.path}: {error}. The history is as it was before. "
            f"Make room on that disk, or repair it{then}."
        )

    def compact(self, tables: Tables) -> None:
        """Writes a snapshot of the tables and begins a new journal; commits go on until the last moment.

        Raises CommitFailedError if it cannot be stored; every commit is safe all the same.
        """
        with self._compacting:
            with self.lock:
                journal = self.writable()
                stamp, since, rows = _next_generation(journal.end), journal.size, tables.copy()
            with self._undone_on_failure("A snapshot"):
                written = self._write(tables, rows, stamp)
                with self.lock:
                    journal = self.writable()
                    self._folder.install_snapshot(stamp, journal.commits_from(since))
                    self._switch(replace(journal.end, generation=stamp.generation))
                    self._rest_on(written, tables, rows)

    def replace(self, tables: Tables, replaced: Mapping[str, Layered]) -> None:
        """A commit that makes these all that some tables have, as a snapshot, and no line of the journal.

        Raises CommitFailedError, and leaves everything as it was, if it cannot be stored.
        """
        with self._compacting, self.lock:
            end = self.writable().end
            stamp = Stamp(end.generation + 1, end.sequence + 1, secrets.token_hex(8))
            rows = {name: kept for name, kept in {**tables.copy(), **replaced}.items() if len(kept)}
            with self._undone_on_failure("A commit"):
                written = self._write(tables, rows, stamp)
                self._install(stamp)
                self._switch(stamp)
                self._rest_on(written, tables, rows, replaced)

    def _install(self, stamp: Stamp) -> None:
        """Puts a snapshot in force that the journal knows nothing of: from here on this is that of another history."""
        self.refusal = "a commit was interrupted; start watcher again"
        try:
            self._folder.install_snapshot(stamp, b"")
        except OSError:
            if self._folder.has_new_snapshot():
                self.refusal = ""
            raise

    @contextmanager
    def _undone_on_failure(self, what: str) -> Iterator[None]:
        try:
            yield
        except (OSError, HistoryDamagedError) as error:
            self._folder.discard_new()
            raise self._failed(what, error) from error

    def _write(self, tables: Tables, rows: Mapping[str, Layered], stamp: Stamp) -> "_Written":
        draft = self._folder.write_snapshot(stamp, rows)
        snapshot = self._folder.written(draft, is_new=True)
        indexed = tables.indexed(rows, snapshot)
        return _Written(draft, indexed, self._folder.write_index(snapshot, indexed))

    def _switch(self, end: Stamp) -> None:
        """Puts the new journal in force; if that fails, neither is."""
        old = self._journal
        self.refusal = self.refusal or "its journal could not be changed for a new one; start watcher again"
        self._journal = self._folder.install_journal(end)
        self.end = self._journal.end
        self.refusal = ""
        if old:
            old.close()

    def _rest_on(
        self,
        written: "_Written",
        tables: Tables,
        rows: Mapping[str, Layered],
        replaced: Mapping[str, Layered] | None = None,
    ) -> None:
        self.snapshot, self.indexed = self._folder.written(written.draft), written.indexed
        if written.is_index_stored:
            self.indexed = self._folder.install_index(self.snapshot, written.indexed)
        tables.rest_on(self.snapshot, self.indexed, rows, replaced or {})

    def keep_index(self, tables: Tables) -> None:
        """Stores an index of the present snapshot where there is none that has all it should."""
        with self._compacting:
            kept = tables.kept(self.indexed)
            if kept and self._folder.write_index(self.snapshot, kept):
                self.indexed = self._folder.install_index(self.snapshot, kept)
                tables.read_by(self.indexed)

    def close(self) -> None:
        """Lets go of the files and of the folder, once a commit or snapshot under way is done; a second time too."""
        with self._compacting, self.lock:
            self.refusal = "it is closed"
            if self._journal:
                self._journal.close()
                self._journal = None
            self._files.close()


def _next_generation(stamp: Stamp) -> Stamp:
    return replace(stamp, generation=stamp.generation + 1)


@dataclass(frozen=True, slots=True)
class _Written:
    """A snapshot that is not in force yet, with its index."""

    draft: SnapshotDraft
    indexed: Mapping[str, Indexed]
    is_index_stored: bool
