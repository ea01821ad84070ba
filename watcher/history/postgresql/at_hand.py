"""What was read lately of the register in a database: all of it as of one commit, whoever reads it and when."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from watcher.history.kept import MOST_AT_HAND, Alterations
from watcher.history.postgresql import statements
from watcher.history.postgresql.database import Line
from watcher.judging.entry import Entry
from watcher.judging.filed import Filing

MOST_TALLIES = 4_000
MOST_LISTS = 500
_MOST_FOLLOWED = 5_000
"""Where more homes altered, nothing that is at hand is worth looking through."""

_REACHED = "SELECT sequence FROM history"

Name = TypeVar("Name")
Thing = TypeVar("Thing")


class LastAsked(Generic[Name, Thing]):
    """The things that were asked for last, by name; for whoever has the lock of `RegisterAtHand`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Name, Thing] = OrderedDict()

    def known(self, names: Iterable[Name]) -> dict[Name, Thing]:
        """Those of some that are at hand."""
        found = {name: self._things[name] for name in names if name in self._things}
        for name in found:
            self._things.move_to_end(name)
        return found

    def keep(self, things: Mapping[Name, Thing]) -> None:
        """Takes some more, and lets go of those that nobody has asked for longest."""
        self._things.update(things)
        while len(self._things) > self._most:
            self._things.popitem(last=False)

    def let_go(self, names: Iterable[Name] | None = None) -> None:
        """Lets go of some; of all where none are named."""
        for name in list(self._things) if names is None else names:
            self._things.pop(name, None)


class RegisterAtHand(Alterations):
    """Entries, lists of homes and tallies, for the registers of all commits; of any thread."""

    def __init__(self) -> None:
        super().__init__()
        self._reached: int | None = None
        """The commit that all this is as of; None before the first."""
        self.entries = LastAsked[str, Entry | None](MOST_AT_HAND)
        self.lists = LastAsked[tuple[Filing, str], Sequence[str]](MOST_LISTS)
        self.tallies = LastAsked[str, Mapping[str, int]](MOST_TALLIES)
        self.names = LastAsked[str, Sequence[str]](MOST_LISTS)

    def forget(self) -> None:
        """Reads everything anew."""
        with self.lock:
            super().forget()
            self._reached = None
            for kept in (self.entries, self.lists, self.tallies, self.names):
                kept.let_go()

    def follow(self, line: Line) -> int | None:
        """Within a snapshot: lets go of what was altered until then; the version, None where what is here is newer."""
        ((reached,),) = line.execute(_REACHED).fetchall()
        with self.lock:
            since = self._reached
            if since is None:
                self._reached = since = reached
            if reached <= since:
                return self.version if reached == since else None
        homes = statements.called(line.execute(statements.HOMES_SINCE, [since, _MOST_FOLLOWED + 1]), "home")
        tallies = statements.called(line.execute(statements.TALLIES_SINCE, [since]), "name")
        with self.lock:
            if self._reached != since:  # another thread was quicker
                return self.version if self._reached == reached else None
            if len(homes) > _MOST_FOLLOWED:
                self.forget()
            elif homes or tallies:
                self._let_go(homes, tallies)
            self._reached = reached
            return self.version

    def _let_go(self, homes: Sequence[str], tallies: Sequence[str]) -> None:
        self.alter(homes)
        self.entries.let_go(homes)
        self.tallies.let_go(tallies)
        self.lists.let_go()
        self.names.let_go()
