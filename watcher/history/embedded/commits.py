"""Where commits go: the journal in force, what happens when it cannot be written, and its change for a new one."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from watcher.history.embedded.disk import Disk
from watcher.history.embedded.folder import HistoryFolder, Loaded
from watcher.history.embedded.journal import Changes, Journal
from watcher.history.embedded.lock import FolderLock
from watcher.history.embedded.snapshot import Documents, Stamp
from watcher.history.failures import CommitFailedError

COMPACTION_FLOOR = 1_000_000
"""A journal of fewer bytes is never worth a new snapshot."""


class CommitLog:
    """The files of one history, opened; `refusal` says why it takes no commits, and is empty while it does."""

    def __init__(
        self, folder: Path, *, read_only: bool, disk: Disk, given: Mapping[str, Documents] | None = None
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
                loaded = Loaded(dict(given), Stamp(), 0, None)
            elif read_only:
                loaded = self._folder.read()
            else:
                disk.make_folder(folder)
                undo.callback(FolderLock(folder, disk).release)
                loaded, self._journal = self._folder.begin()
            self._files = undo.pop_all()
        self.loaded: Mapping[str, Documents] = loaded.tables
        self.end = loaded.end
        self.snapshot_size = loaded.snapshot_size

    @property
    def wants_compaction(self) -> bool:
        """Whether the journal has outgrown the snapshot."""
        return self._journal is not None and self._journal.size > max(self.snapshot_size, COMPACTION_FLOOR)

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

    def _failed(self, what: str, error: OSError) -> CommitFailedError:
        then = ", then start watcher again" if self.refusal else ""
        return CommitFailedError(
            f"{what} could not be stored in {self._folder.path}: {error}. The history is as it was before. "
            f"Make room on that disk, or repair it{then}."
        )

    def compact(self, copy: Callable[[], Mapping[str, Documents]]) -> None:
        """Writes a snapshot of what `copy` gives and begins a new journal; commits go on until the last moment.

        Raises CommitFailedError if it cannot be stored; every commit is safe all the same.
        """
        with self._compacting:
            with self.lock:
                journal = self.writable()
                stamp, since, tables = _next_generation(journal.end), journal.size, copy()
            try:
                size = self._folder.write_snapshot(stamp, tables)
                with self.lock:
                    self._switch(stamp, since)
            except OSError as error:
                self._folder.discard_new()
                raise self._failed("A snapshot", error) from error
            self.snapshot_size = size

    def _switch(self, stamp: Stamp, since: int) -> None:
        """A failure before the new journal leaves the old one in force; a failure with it leaves neither."""
        old = self.writable()
        self._folder.install_snapshot(stamp, old.commits_from(since))
        self.refusal = "its journal could not be changed for a new one; start watcher again"
        self._journal = self._folder.install_journal(replace(old.end, generation=stamp.generation))
        self.end = self._journal.end
        self.refusal = ""
        old.close()

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
