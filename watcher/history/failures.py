"""What can be wrong with the history's files; every message says what, where, and what to do next."""

from pathlib import Path

from watcher.errors import TransientError
from watcher.history import HistoryUnusableError


class HistoryDamagedError(HistoryUnusableError):
    """A file of the history is missing, or not what was written: nothing is opened and nothing is changed."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"The history in {path.parent} is damaged: {path.name} {what}. Nothing was changed. Restore a backup with "
            f"`watcher restore FILE`, or copy the folder away and put back history.json.previous as history.json."
        )


class HistoryLockedError(HistoryUnusableError):
    """Another process owns the folder."""


class CommitFailedError(TransientError):
    """A commit or a snapshot could not be stored: the history is as it was before, in memory and on disk."""
