"""What can be wrong with the history's files; every message says what, where, and what to do next."""

from pathlib import Path

from watcher.errors import LedElsewhereError, PermanentError, TransientError


class HistoryUnusableError(PermanentError):
    """The history is damaged, missing or in use: the service does not start, and nothing was changed."""


class HistoryDamagedError(HistoryUnusableError):
    """A file of the history is missing, or not what was written: nothing is opened and nothing is changed."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"The history in {path.parent} is damaged: {path.name} {what}. Nothing was changed. Restore a backup with "
            f"`watcher restore FILE`, or copy the folder away and put back history.json.previous as history.json."
        )


class HistoryTooNewError(HistoryDamagedError):
    """A newer watcher wrote this: nothing is opened and nothing is changed."""

    def __init__(self, path: Path, written: object) -> None:
        HistoryUnusableError.__init__(
            self,
            f"The history in {path.parent} is not damaged, but {path.name} has format {written}, which a newer watcher "
            f"wrote. Nothing was changed. Start that version, or go back to a backup that this one made with "
            f"`watcher restore FILE`.",
        )


class HistoryLockedError(HistoryUnusableError):
    """Another process owns the folder."""


class CommitFailedError(TransientError):
    """A commit or a snapshot could not be stored: the history is as it was before, in memory and on disk."""


class OutdatedError(TransientError):
    """Another commit came before one that was to follow what was known: it is to be made anew by what is known now."""


class FateUnknownError(CommitFailedError):
    """Whether a commit is stored is not known yet; whoever does the same again makes nothing twice."""


class FencedError(LedElsewhereError, CommitFailedError):
    """Another process leads: of the commit is stored that messages were accepted, and who has signed in."""


class SettledMeanwhileError(LedElsewhereError, CommitFailedError):
    """A message was accepted from another process meanwhile: nothing was stored that would undo it."""


class HistoryAwayError(TransientError):
    """The database does not answer; what was asked may be asked again."""

    def __init__(self, where: str, why: str, then: str = "See whether it runs and can be reached from here.") -> None:
        super().__init__(f"The history in {where} does not answer: {why}. Nothing was changed. {then}")
        self.where, self.why, self.then = where, why, then


class DatabaseUnusableError(HistoryUnusableError):
    """A database that holds no history which this version can use: nothing was changed."""

    def __init__(self, where: str, what: str, then: str) -> None:
        super().__init__(f"The history in {where} cannot be used: it {what}. Nothing was changed. {then}".strip())


class HistoryMovedError(HistoryUnusableError):
    """This history was moved elsewhere: whoever went on with it would tell again what is told from there."""


NOT_NOW = (CommitFailedError, HistoryAwayError)
"""What a history raises that may be asked again as it is, without anybody doing anything here."""
