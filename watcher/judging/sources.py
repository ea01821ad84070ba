"""Where a register reads its homes from: whoever keeps them, a few in memory, or either with some homes altered."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol, TypeVar

from watcher.judging.card import Card
from watcher.judging.entry import Entry
from watcher.judging.filed import Filing, filed_under, moved, tallies, with_moves

Answer = TypeVar("Answer")


class Entries(Protocol):
    """The homes of all regulators: each costs what it costs itself, and only `all` goes through all of them."""

    def all(self, regulator: str = "") -> Iterator[Entry]:
        """Every home, or every one of a regulator, in no particular order."""
        ...

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        ...

    def several(self, homes: Iterable[str]) -> Iterator[Entry]:
        """Those of some homes, by their keys, that there are; in this order, read together where that is faster."""
        ...

    def cards(self, homes: Iterable[str] | None = None) -> Iterator[Card]:
        """The cards of all homes, or of some that there are; in no particular order."""
        ...

    def under(self, filing: Filing, name: str) -> Sequence[str]:
        """The keys of the homes that are filed under a name, in order."""
        ...

    def tallies(self, beginning: str) -> Collection[str]:
        """The names of the tallies that begin with these lines and have more, or are these."""
        ...

    def tally(self, name: str) -> Mapping[str, int]:
        """How often each text is said in one tally; empty where nothing is."""
        ...

    def tallied(self, names: Iterable[str]) -> Iterable[Mapping[str, int]]:
        """Several tallies, one for each name; read together where that is faster."""
        ...

    @property
    def state(self) -> int:
        """Another number where a home may be another than before; what is made of all of them holds as long."""
        ...

    def at_once(self, ask: Callable[[], Answer]) -> Answer:
        """What is asked, of one state, whoever commits meanwhile; so it may be asked more than once."""
        ...

    def differing(self, former: "Entries") -> Collection[str] | None:
        """The keys of the homes that may be others than in a former state; None where that can't be told."""
        ...


FEW = 200
"""Of so many homes that are altered it costs little to look at all again when another one is."""


class InMemory:
    """Homes in memory, filed and tallied when that is first asked for."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._held = entries

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "InMemory":
        """Some homes, the last of those with one key."""
        return cls({entry.home.key: entry for entry in entries})

    def all(self, regulator: str = "") -> Iterator[Entry]:
        """Every home, or every one of a regulator."""
        return (entry for entry in self._held.values() if regulator in ("", entry.home.regulator))

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return self._held.get(home)

    def several(self, homes: Iterable[str]) -> Iterator[Entry]:
        """Those of some homes that there are, in this order."""
        return filter(None, map(self.get, homes))

    def cards(self, homes: Iterable[str] | None = None) -> Iterator[Card]:
        """The cards of all homes, or of some that there are."""
        return map(Card.of, self.all() if homes is None else self.several(homes))

    def under(self, filing: Filing, name: str) -> Sequence[str]:
        """The keys of the homes that are filed under a name, in order."""
        return self._filed.get((filing, name), ())

    def tallies(self, beginning: str) -> Collection[str]:
        """The names of the tallies that begin so."""
        return [name for name in self._tallies if begins(name, beginning)]

    def tally(self, name: str) -> Mapping[str, int]:
        """One tally."""
        return self._tallies.get(name, {})

    def tallied(self, names: Iterable[str]) -> Iterable[Mapping[str, int]]:
        """Several tallies."""
        return map(self.tally, names)

    @property
    def state(self) -> int:
        """Always the same."""
        return 0

    def at_once(self, ask: Callable[[], Answer]) -> Answer:
        """What is asked: nothing alters."""
        return ask()

    def differing(self, former: Entries) -> Collection[str] | None:
        """The homes that are not the same objects."""
        if not isinstance(former, InMemory) or not former._held.keys() <= self._held.keys():
            return None
        return [key for key, entry in self._held.items() if former._held.get(key) is not entry]

    @cached_property
    def _filed(self) -> Mapping[tuple[str, str], Sequence[str]]:
        return _filed(self._held)

    @cached_property
    def _tallies(self) -> Mapping[str, Mapping[str, int]]:
        return tallies(self._held.values())


class Altered:
    """Homes of which some are altered; costs what those do."""

    _below: Entries
    _altered: Mapping[str, Entry]

    def __init__(self, below: Entries, altered: Mapping[str, Entry]) -> None:
        self._below, self._altered = below, altered
        if isinstance(below, Altered) and len(below._altered) < FEW:  # so that many little alterations are one
            self._below, self._altered = below._below, {**below._altered, **altered}

    def all(self, regulator: str = "") -> Iterator[Entry]:
        """Every home, or every one of a regulator."""
        yield from (entry for entry in self._below.all(regulator) if entry.home.key not in self._altered)
        yield from (entry for entry in self._altered.values() if regulator in ("", entry.home.regulator))

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return self._altered.get(home) or self._below.get(home)

    def several(self, homes: Iterable[str]) -> Iterator[Entry]:
        """Those of some homes that there are, in this order."""
        wanted = list(homes)
        below = {
            entry.home.key: entry for entry in self._below.several(key for key in wanted if key not in self._altered)
        }
        return (entry for key in wanted if (entry := self._altered.get(key) or below.get(key)) is not None)

    def cards(self, homes: Iterable[str] | None = None) -> Iterator[Card]:
        """The cards of all homes, or of some that there are."""
        wanted = None if homes is None else frozenset(homes)
        below = None if wanted is None else [key for key in wanted if key not in self._altered]
        yield from (card for card in self._below.cards(below) if card.key not in self._altered)
        yield from (Card.of(entry) for key, entry in self._altered.items() if wanted is None or key in wanted)

    def under(self, filing: Filing, name: str) -> Sequence[str]:
        """The keys of the homes that are filed under a name, in order."""
        still = (key for key in self._below.under(filing, name) if key not in self._altered)
        return sorted((*still, *self._filed.get((filing, name), ())))

    def tallies(self, beginning: str) -> Collection[str]:
        """The names of the tallies that begin so."""
        names = {*self._below.tallies(beginning), *(name for name in self._moved if begins(name, beginning))}
        return {name for name in names if name not in self._moved or self.tally(name)}

    def tally(self, name: str) -> Mapping[str, int]:
        """One tally."""
        moves = self._moved.get(name)
        return with_moves(self._below.tally(name), moves) if moves else self._below.tally(name)

    def tallied(self, names: Iterable[str]) -> Iterable[Mapping[str, int]]:
        """Several tallies."""
        wanted = list(names)
        below = zip(wanted, self._below.tallied(wanted), strict=True)
        return [with_moves(counts, moves) if (moves := self._moved.get(name)) else counts for name, counts in below]

    @property
    def state(self) -> int:
        """That of the others."""
        return self._below.state

    def at_once(self, ask: Callable[[], Answer]) -> Answer:
        """What is asked, of one state of the others."""
        return self._below.at_once(ask)

    def differing(self, former: Entries) -> Collection[str] | None:
        """The homes that either has altered."""
        if former is self._below:
            return self._altered.keys()
        if not isinstance(former, Altered) or former._below is not self._below:
            return None
        return {
            key for key in (*former._altered, *self._altered) if former._altered.get(key) is not self._altered.get(key)
        }

    @cached_property
    def _filed(self) -> Mapping[tuple[str, str], Sequence[str]]:
        return _filed(self._altered)

    @cached_property
    def _moved(self) -> Mapping[str, Mapping[str, int]]:
        return moved((self._below.get(key), entry) for key, entry in self._altered.items())


def begins(name: str, beginning: str) -> bool:
    """Whether the first lines of a tally's name are these."""
    return name == beginning or name.startswith(f"{beginning}\n")


def _filed(entries: Mapping[str, Entry]) -> dict[tuple[str, str], Sequence[str]]:
    made: dict[tuple[str, str], list[str]] = {}
    for key, entry in entries.items():
        for place in filed_under(entry).items():
            made.setdefault(place, []).append(key)
    return {place: sorted(keys) for place, keys in made.items()}
