"""What is kept of all homes together, so that none is asked again until it alters; never altered itself.

Readers in other threads may hold on to a former one. `moved` looks at the homes that altered alone; what it copies
beside them is a table of names or counts, and only where what they say has altered.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, Self, TypeVar

E = TypeVar("E")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Move = tuple[str, E | None, E | None]
"""The key of a home that alters, its entry before, and after; None where there is none."""


class Filed(Generic[E, K]):
    """The keys of homes, in order, by the names that each is filed under."""

    def __init__(self, says: Callable[[E], Iterable[K]], entries: Mapping[str, E]) -> None:
        found: dict[K, list[str]] = {}
        for key, entry in entries.items():
            for name in says(entry):
                found.setdefault(name, []).append(key)
        self._says = says
        self._filed: Mapping[K, Sequence[str]] = {name: tuple(sorted(keys)) for name, keys in found.items()}

    def under(self, name: K) -> Sequence[str]:
        """The homes under one name."""
        return self._filed.get(name, ())

    def moved(self, moves: Sequence[Move[E]]) -> Self:
        """The same with these homes filed anew."""
        found: dict[K, set[str]] = {}
        for key, before, after in moves:
            for name in _said(self._says, before) ^ _said(self._says, after):
                found.setdefault(name, set()).add(key)
        if not found:
            return self
        touched = {name: tuple(sorted(keys.symmetric_difference(self.under(name)))) for name, keys in found.items()}
        other = type(self)(self._says, {})
        other._filed = _with(self._filed, touched)
        return other


class Tallied(Generic[E, K]):
    """How many times something is said of homes."""

    def __init__(self, says: Callable[[E], Iterable[K]], entries: Mapping[str, E]) -> None:
        self._says = says
        self.counts: Mapping[K, int] = Counter(what for entry in entries.values() for what in says(entry))

    def moved(self, moves: Sequence[Move[E]]) -> Self:
        """The same with what these homes say now instead of what they said."""
        found: Counter[K] = Counter()
        for _, before, after in moves:
            found.update(self._says(after) if after is not None else ())
            found.subtract(Counter(self._says(before) if before is not None else ()))
        if not any(found.values()):
            return self
        other = type(self)(self._says, {})
        other.counts = _with(self.counts, {what: self.counts.get(what, 0) + moved for what, moved in found.items()})
        return other


class Noted(Generic[E, V]):
    """What is noted of those homes of which there is something to note, by their keys."""

    def __init__(self, says: Callable[[E], V], entries: Mapping[str, E]) -> None:
        self._says = says
        self.notes: Mapping[str, V] = {key: note for key, entry in entries.items() if (note := says(entry))}

    def moved(self, moves: Sequence[Move[E]]) -> Self:
        """The same with these homes noted anew."""
        notes = {key: self._says(after) if after is not None else None for key, _, after in moves}
        if all(self.notes.get(key) == note or not (note or key in self.notes) for key, note in notes.items()):
            return self
        other = type(self)(self._says, {})
        other.notes = _with(self.notes, notes)
        return other


def _with(kept: Mapping[K, V], altered: Mapping[K, V | None]) -> Mapping[K, V]:
    """A copy with some values replaced; those of which nothing is left are left out."""
    copy = dict(kept)
    for name, value in altered.items():
        if value:
            copy[name] = value
        else:
            copy.pop(name, None)
    return copy


def _said(says: Callable[[E], Iterable[K]], entry: E | None) -> set[K]:
    return set(says(entry)) if entry is not None else set()
