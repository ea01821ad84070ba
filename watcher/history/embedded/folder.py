"""The files of a history, and the order in which they change so that a crash between any two steps loses nothing.

`history.json` is the snapshot, `history.journal` the commits since; `.previous` names the pair before them, with which
the present journal still gives the present state. `history.marker` says that there was a history, `history.moved`
where it went if it was moved away. `history.index` is an index of the snapshot: whoever finds none that is whole and of
that very snapshot does without.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from watcher.history.embedded.disk import Disk, discard, keep, write_file
from watcher.history.embedded.index_file import Indexed, index_content, read_index
from watcher.history.embedded.journal import Journal, JournalReader, journal_content
from watcher.history.embedded.layered import Layered
from watcher.history.embedded.snapshot import Snapshot, SnapshotDraft, Stamp, last_line, read_snapshot, snapshot_of
from watcher.history.embedded.snapshot_file import SnapshotFile
from watcher.history.failures import HistoryDamagedError, HistoryMovedError, HistoryUnusableError
from watcher.text import inert
from watcher.timing.garbage import without_garbage_collection

_READING_ATTEMPTS = 50
_MARKER = (
    b"A history was begun in this folder: watcher refuses to start without its history.json and history.journal.\n"
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder holds; `journal_size` is None where the journal cannot be continued, sizes are bytes."""

    tables: dict[str, Layered]
    end: Stamp
    snapshot: Snapshot
    journal_size: int | None
    indexed: Mapping[str, Indexed] = field(default_factory=dict)


class HistoryFolder:
    """The paths of one history, and what is done with them."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.path = folder
        self._disk = disk
        self._snapshot = folder / "history.json"
        self._journal = folder / "history.journal"
        self._index = folder / "history.index"
        self._new_index = folder / "history.index.new"
        self._marker = folder / "history.marker"
        self.moved = folder / "history.moved"
        """Says where the history went, if it was moved away."""
        self._new_snapshot = folder / "history.json.new"
        self._new_journal = folder / "history.journal.new"
        self._previous_journal = folder / "history.journal.previous"

    def exists(self) -> bool:
        """Whether a history was ever begun here."""
        return any(path.exists() for path in (self._marker, self._snapshot, self._journal))

    def begin(self, *, whole: bool = True) -> tuple[Loaded, Journal]:
        """Opens what is there for writing, or begins a history where there never was one; raises OSError too.

        `whole` proves every byte of it; otherwise a damaged document is met when it is read.
        """
        if moved_to := self.moved_to():
            raise HistoryMovedError(moved_to)
        loaded = self._load(whole=whole) if self.exists() else Loaded({}, Stamp(), Snapshot(Stamp(), {}, 0), None)
        journal_size = loaded.journal_size
        if journal_size is None:
            end = replace(loaded.end, generation=loaded.end.generation + 1)
            draft = self.write_snapshot(end, loaded.tables)
            self.install_snapshot(end, b"")
            journal = self.install_journal(end)
            snapshot = self.written(draft)
            loaded = Loaded(dict(snapshot.tables), end, snapshot, None)
        else:
            journal = Journal(self._disk, self._journal, loaded.end, journal_size)
            journal.settle()
        if not self._marker.exists():
            write_file(self._disk, self._marker, [_MARKER])
        # A rename that a crash left in memory alone must not be undone after the next commit.
        self._disk.sync_folder(self.path)
        return loaded, journal

    def read(self) -> Loaded:
        """What is there, while another process may be writing and replacing it."""
        if not self.exists():
            raise HistoryUnusableError(f"There is no history in {self.path} yet; `watcher run` begins one.")
        for _ in range(_READING_ATTEMPTS):
            seen = self._look()
            try:
                return self._load()
            except HistoryDamagedError:
                if self._look() == seen:
                    raise
        raise HistoryUnusableError(f"The history in {self.path} changes faster than it can be read; try again.")

    def _look(self) -> list[tuple[int, int, int]]:
        found = []
        for path in (self._snapshot, self._journal, self._previous_journal):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.append((status.st_ino, status.st_size, status.st_mtime_ns))
        return found

    def _load(self, *, whole: bool = False) -> Loaded:
        """What is there; without `whole`, a damaged document is met when it is read."""
        with without_garbage_collection():
            was_begun = self._marker.exists()
            snapshot, indexed = self._snapshot_by_index(whole=whole)
            if snapshot is None:
                snapshot = read_snapshot(self._snapshot, unproven=not was_begun and not self._journal.exists())
            tables = dict(snapshot.tables)
            if not was_begun and not self._journal.exists():
                return Loaded(tables, snapshot.stamp, snapshot, None, indexed)
            journal, end = JournalReader(self._journal), snapshot.stamp
            is_bridged = journal.after.sequence > end.sequence and self._previous_journal.exists()
            if is_bridged:
                end = JournalReader(self._previous_journal).replay(tables, end)
            reached = journal.replay(tables, end)
            can_go_on = not is_bridged and reached.sequence == journal.last.sequence
            return Loaded(tables, reached, snapshot, journal.size if can_go_on else None, indexed)

    def _snapshot_by_index(self, *, whole: bool) -> tuple[Snapshot | None, Mapping[str, Indexed]]:
        """The snapshot as an index finds its documents; None without an index of that very snapshot.

        A new index is there before its snapshot takes the place of the old one.
        """
        with suppress(OSError, ValueError, LookupError):
            file = SnapshotFile(self._snapshot)
            line, facts = last_line(file)
            for path in (self._index, self._new_index):
                if (indexed := read_index(path, line, file.size)) is not None:
                    places = {name: each.places for name, each in indexed.items()}
                    snapshot = snapshot_of(file, line, places, facts)
                    if whole:
                        file.prove()
                    return snapshot, indexed
        return None, {}

    def write_snapshot(self, stamp: Stamp, tables: Mapping[str, Mapping[int, bytes]]) -> SnapshotDraft:
        """A new snapshot beside the present one, which stays in force; raises HistoryDamagedError too.

        What is copied of the present one is proven first: a damaged one is never built upon.
        """
        prove(tables)
        draft = SnapshotDraft(stamp, tables)
        write_file(self._disk, self._new_snapshot, draft.content())
        return draft

    def written(self, draft: SnapshotDraft, *, is_new: bool = False) -> Snapshot:
        """A snapshot that was written, in force or not yet."""
        file = SnapshotFile(self._new_snapshot if is_new else self._snapshot)
        line, facts = last_line(file)
        return snapshot_of(file, line, draft.places, facts)

    def write_index(self, snapshot: Snapshot, indexed: Mapping[str, Indexed]) -> bool:
        """Whether an index of a snapshot could be stored, under the name of a new one; nothing depends upon it."""
        try:
            content = index_content(snapshot.line, snapshot.size, indexed)
            write_file(self._disk, self._new_index, content)
        except OSError:
            discard(self._disk, [self._new_index])
            return False
        return True

    def install_index(self, snapshot: Snapshot, indexed: Mapping[str, Indexed]) -> Mapping[str, Indexed]:
        """Gives a stored index its name, and says what is read by it from here on."""
        with suppress(OSError):
            self._disk.rename(self._new_index, self._index)
        kept = read_index(self._index, snapshot.line, snapshot.size) or {}
        return {name: kept[name].over(each) if name in kept else each for name, each in indexed.items()}

    def install_snapshot(self, stamp: Stamp, commits: bytes) -> None:
        """Puts the new snapshot in force, beside a new journal with the commits made since it.

        The old journal may be continued all the same, whether this succeeds or fails: it holds every commit since the
        old snapshot, and those that the new one holds are passed over.
        """
        write_file(self._disk, self._new_journal, [journal_content(stamp, commits)])
        for path in (self._snapshot, self._journal):
            if path.exists():
                keep(self._disk, path, path.with_name(f"{path.name}.previous"))
        self._disk.rename(self._new_snapshot, self._snapshot)
        self._disk.sync_folder(self.path)

    def has_new_snapshot(self) -> bool:
        """Whether a snapshot that was written has not taken the place of the present one."""
        return self._new_snapshot.exists()

    def install_journal(self, end: Stamp) -> Journal:
        """Puts the new journal in force; if this fails, neither journal may be continued before the next opening."""
        journal = Journal(self._disk, self._new_journal, end, self._new_journal.stat().st_size)
        try:
            self._disk.rename(self._new_journal, self._journal)
            self._disk.sync_folder(self.path)
        except OSError:
            journal.close()
            raise
        return journal

    def keep_aside(self, aside: Path) -> bool:
        """Gives every file of the history, damaged or not, a second name in another folder; whether there was any."""
        present = [path for path in self._files() if path.exists()]
        if present:
            self._disk.make_folder(aside)
            for path in present:
                keep(self._disk, path, aside / path.name)
            self._disk.sync_folder(aside)
        return bool(present)

    def supersede(
        self,
        end: Stamp,
        tables: Mapping[str, Mapping[int, bytes]],
        proof: Callable[[Mapping[str, Mapping[int, bytes]]], None] | None = None,
    ) -> None:
        """Makes this the history, in place of whatever is there; the files before it lose their names here.

        `proof` is asked of what was written, as it is read again, and raises for what may not be put in place. Where
        `end` is after every commit of the journal that is there, the change is at once: a crash leaves the one history
        or the other. Where that journal is damaged, a crash may leave what does not open.
        """
        is_new = not self.exists()
        if not is_new:
            self._mark()
        self.write_snapshot(end, tables)
        if proof is not None:
            proof(read_snapshot(self._new_snapshot).tables)
        self.install_snapshot(end, b"")
        self.install_journal(end).close()
        if is_new:  # what ends before has left a folder without a history, or this one
            self._mark()
        self.unmark_moved()
        for path in self._files():
            if path.name.endswith(".previous"):
                self._disk.unlink(path)
        discard(self._disk, (self._index, self._new_index))
        self._disk.sync_folder(self.path)

    def _mark(self) -> None:
        """From here on a history that is missing is an error, never a fresh start."""
        if not self._marker.exists():
            write_file(self._disk, self._marker, [_MARKER])
            self._disk.sync_folder(self.path)

    def moved_to(self) -> str:
        """What is said of a history that was moved away; empty while it is here."""
        try:
            said = self.moved.read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""
        return inert(said, 1000) or f"The history in {self.path} was moved away: {self.moved.name} there says so."

    def mark_moved(self, words: str) -> None:
        """From here on nobody opens it for writing."""
        write_file(self._disk, self.moved, [words.encode()])
        self._disk.sync_folder(self.path)

    def unmark_moved(self) -> None:
        """It is here again."""
        if self.moved.exists():
            self._disk.unlink(self.moved)
            self._disk.sync_folder(self.path)

    def _files(self) -> list[Path]:
        """All that a history may consist of, the older before the newer."""
        return [
            self._snapshot.with_name("history.json.previous"),
            self._previous_journal,
            self._snapshot,
            self._journal,
            self._marker,
        ]

    def remains(self) -> list[Path]:
        """The files that hold documents, the older before the newer, damaged or not."""
        return [path for path in self._files() if path != self._marker and path.is_file()]

    def discard_new(self) -> None:
        """Removes what a failed snapshot left."""
        discard(self._disk, (self._new_snapshot, self._new_journal, self._new_index))


def prove(tables: Mapping[str, Mapping[int, bytes]]) -> None:
    """Raises HistoryDamagedError unless every snapshot that these tables lie in is as it was written."""
    layered = [rows for rows in tables.values() if isinstance(rows, Layered)]
    for file in {rows.below.file for rows in layered if rows.below is not None}:
        file.prove()
