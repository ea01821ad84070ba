"""The register as each store keeps it: its tables, how they are filed, and of what is read lately what has altered."""

import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from watcher.history.filing import Field
from watcher.judging.filed import LISTED

TABLE = "register"
TALLIES = "tallies"
DERIVED = (TABLE, TALLIES)
"""The tables that are made of the others."""
MIXED = "several ways"
"""Stands for a description by which not all entries were read, until they are stored anew."""
MOST_AT_HAND = 12_000
"""Entries, of some 2 kB each: all homes of a smaller history, of a larger one those asked for lately."""
MOST_ALTERED = 50_000
"""Of so many homes it is known since when they are as they are."""


@dataclass(frozen=True, slots=True)
class FiledUnder(Field):
    """Indexes entries under one of the names that they are filed under."""

    def __call__(self, document: Mapping[str, Any]) -> str | None:
        """The name; None where an entry has none of that sort."""
        name: str | None = document.get("filed", {}).get(self.name)
        return name


def listed(document: Mapping[str, Any]) -> str | None:
    """Indexes those tallies of which it is asked which there are: not the thousands of areas and owners."""
    name: str = document["name"]
    return name if document.get("counts") and name.partition("\n")[0] in LISTED else None


class Alterations:
    """Which homes altered, commit by commit, for whoever has something of them at hand; of any thread."""

    def __init__(self) -> None:
        self.version = 0
        """Grows with each commit that alters a home."""
        self._altered: dict[str, int] = {}
        self._since = 0
        """The version from which on it is known what altered."""
        self.lock = threading.RLock()

    def alter(self, homes: Iterable[str]) -> None:
        """Takes note of a commit that altered some homes."""
        with self.lock:
            self.version += 1
            self._altered |= dict.fromkeys(homes, self.version)
            if len(self._altered) > MOST_ALTERED:
                self._altered, self._since = {}, self.version

    def forget(self) -> None:
        """Takes every home for another: they may be described otherwise."""
        with self.lock:
            self.version += 1
            self._altered, self._since = {}, self.version

    def altered_since(self, version: int) -> Collection[str] | None:
        """The homes that were altered after a version; None where that is not known any more."""
        with self.lock:
            if version < self._since:
                return None
            return [home for home, at in self._altered.items() if at > version]
