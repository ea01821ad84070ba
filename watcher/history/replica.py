"""A history as one service has it: alone, or beside others of which one leads."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from watcher.history.box import Box, FolderBox
from watcher.history.protocol import History
from watcher.options.place import HistoryPlace


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads."""

    holder: str
    """As `pid 17 on desk`."""
    since: datetime | None


@runtime_checkable
class SharedHistory(History, Protocol):
    """A history that several services have open."""

    leading_as: int | None
    """The number of the leadership of whoever commits here; None asks for none."""

    def look(self) -> bool:
        """Finds what others committed; whether there was anything."""
        ...

    def leader(self) -> Leader | None:
        """Who leads now; None where nobody does."""
        ...


class Replica(Protocol):
    """One service's part in a history."""

    box: Box
    """Where requests are left for whoever leads."""
    is_shared: bool
    """Whether others may lead."""

    @property
    def history(self) -> History:
        """What is known and told."""
        ...

    @property
    def term(self) -> int | None:
        """The number of its leadership; None while it leads nobody, or nobody else could."""
        ...

    def is_leading(self) -> bool:
        """Whether it leads at this very moment; of any thread."""
        ...

    def start(self) -> None:
        """Begins to try to lead."""
        ...

    def lead(self, term: int) -> None:
        """From now on it commits in this term, and no longer once another begins."""
        ...

    def look(self) -> bool:
        """Finds what others committed; whether there was anything. Of any thread."""
        ...

    def leader(self) -> Leader | None:
        """Who leads now; None where nobody does. Of any thread."""
        ...

    def close(self) -> None:
        """Leads no more, and lets go of the history."""
        ...


class OnlyReplica:
    """That of a history which nobody else can have open for writing: it leads as long as it is there."""

    is_shared = False
    term = None

    def __init__(self, history: History, place: HistoryPlace) -> None:
        self.history = history
        self.box: Box = FolderBox(place.folder)

    def is_leading(self) -> bool:
        """Always."""
        return True

    def start(self) -> None:
        """There is nothing to try."""

    def lead(self, term: int) -> None:
        """There are no terms."""

    def look(self) -> bool:
        """Nobody else commits."""
        return False

    def leader(self) -> Leader | None:
        """Of no interest: there is one service."""
        return None

    def close(self) -> None:
        """Lets go of the history."""
        self.history.close()
