"""A list of homes that somebody keeps in a file: which homes, from when until when, and what they are called there."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from watcher.facts.inspection import Described, Home
from watcher.messages.numbers import british


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedHome:
    """One home of a list, as its row has it."""

    id: str
    """The number in capitals, its regulator before it in small letters and with a colon, if the row names one."""
    row: int
    """The first of the file is 1."""
    label: str = ""
    first: date | None = None
    """The day on which its place on the list begins; None if it always had it."""
    last: date | None = None
    """The last day of its place on the list."""
    note: str = ""
    others: tuple[tuple[str, str], ...] = ()
    """The columns that mean nothing to the watcher, by their headers."""

    @property
    def number(self) -> str:
        """The id without a regulator before it."""
        return self.id.rpartition(":")[2]

    def why_not(self, day: date, file: str) -> str | None:
        """Why it is not on its list on a day, or None if it is: both its days count."""
        if self.first is not None and day < self.first:
            return f"its place on the list {file} begins on {british(self.first)}"
        if self.last is not None and day > self.last:
            return f"its place on the list {file} ended on {british(self.last)}"
        return None


def known_ids(homes: Iterable[Home]) -> frozenset[str]:
    """What a list may call these homes, in capitals."""
    return frozenset(name for home in homes for name in (home.key.upper(), home.id.upper()))


@dataclass(frozen=True, slots=True)
class HomeList:
    """A list of homes as it was read from its file."""

    file: str
    """Its name as the configuration has it."""
    path: Path
    homes: Mapping[str, ListedHome] = field(default_factory=dict, hash=False)
    """By id, in the order of the file."""

    def __iter__(self) -> Iterator[ListedHome]:
        """The homes in the order of the file."""
        return iter(self.homes.values())

    def unknown(self, known: Container[str]) -> Sequence[ListedHome]:
        """Those that are none of the `known_ids`; they are watched from when they appear."""
        return [listed for listed in self if listed.id.upper() not in known]

    def ambiguous(self, homes: Iterable[Home]) -> Mapping[str, Sequence[Home]]:
        """By their ids, those without a regulator that are homes of several: each of these is on the list."""
        having: dict[str, list[Home]] = {}
        for home in homes:
            if (number := home.id.upper()) in self.homes:
                having.setdefault(number, []).append(home)
        return {number: found for number, found in having.items() if len(found) > 1}

    def find(self, home: Described) -> ListedHome | None:
        """What the list says of a home. An id without its regulator is that of every home that has it."""
        number = home.id.upper()
        return self.homes.get(f"{home.regulator.lower()}:{number}") or self.homes.get(number)

    def why_not(self, home: Described, day: date | None) -> str | None:
        """Why a home is not on the list on a day, or on any without one; None if it is."""
        listed = self.find(home)
        if listed is None:
            return f"it is not on its list {self.file}"
        return None if day is None else listed.why_not(day, self.file)
