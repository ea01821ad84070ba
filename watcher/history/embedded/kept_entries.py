"""The entries and tallies that are kept, read one by one as they are asked for; those read lately stay at hand."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import orjson

from watcher.history.embedded.store import Store
from watcher.history.embedded.tables import StoredRows
from watcher.history.entries import ALL, counted_home, read_card, read_entry
from watcher.history.kept import MOST_AT_HAND, TABLE, TALLIES, Alterations
from watcher.judging.card import Card
from watcher.judging.entry import Entry
from watcher.judging.filed import Filing
from watcher.judging.sources import Answer, Entries, begins

_TRIES = 3
"""Of what many commits come between the last answer stands: each of them is right by itself."""


class AtHand(Alterations):
    """What was read lately of one store, for the registers of all its commits; of any thread."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: OrderedDict[str, tuple[bytes, bytes, Entry]] = OrderedDict()
        self._tallies: dict[str, tuple[bytes, Mapping[str, int]]] = {}
        self.names: tuple[int, Sequence[str]] = (-1, ())
        """Those of all tallies, and the version of which they are."""

    def forget(self) -> None:
        """Reads everything anew: homes may be described otherwise."""
        with self.lock:
            super().forget()
            self._entries.clear()
            self._tallies.clear()

    def entry(self, key: str, kept: bytes, home: bytes) -> Entry:
        """The entry of a home by its documents."""
        with self.lock:
            known = self._entries.get(key)
            if known is not None and known[:2] == (kept, home):
                self._entries.move_to_end(key)
                return known[2]
        entry = _read(kept, home)
        with self.lock:
            self._entries[key] = kept, home, entry
            if len(self._entries) > MOST_AT_HAND:
                self._entries.popitem(last=False)
        return entry

    def tally(self, name: str, kept: bytes) -> Mapping[str, int]:
        """A tally by its document."""
        known = self._tallies.get(name)
        if known is None or known[0] != kept:
            self._tallies[name] = known = kept, orjson.loads(kept)["counts"]
        return known[1]


class KeptEntries:
    """The homes of one store as they are when they are asked for; `version` is that of the time it was made."""

    def __init__(self, store: Store, at_hand: AtHand) -> None:
        self._homes, self._kept = store.committed("homes"), store.committed(TABLE)
        self._tallies = store.committed(TALLIES)
        self._at_hand = at_hand
        self.version = at_hand.version

    def all(self, regulator: str = "") -> Iterator[Entry]:
        """Every home, or every one of a regulator; none of them stays at hand where they are too many."""
        are_few = len(self._kept) <= MOST_AT_HAND
        for key, kept, home in self._documents():
            if regulator in ("", key.partition(":")[0]):
                yield self._at_hand.entry(key, kept, home) if are_few else _read(kept, home)

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return next((self._at_hand.entry(*found) for found in self._documents_of([home])), None)

    def several(self, homes: Iterable[str]) -> Iterator[Entry]:
        """Those of some homes that there are, in this order."""
        return filter(None, map(self.get, homes))

    def cards(self, homes: Iterable[str] | None = None) -> Iterator[Card]:
        """The cards of all homes, or of some that there are."""
        found = self._documents() if homes is None else self._documents_of(homes)
        return (read_card(orjson.loads(kept), orjson.loads(home)) for _, kept, home in found)

    def _documents(self) -> Iterator[tuple[str, bytes, bytes]]:
        """Each home's key, its entry and the home itself."""
        in_step = _InStep(self._homes, self._home)
        for _, kept in self._kept.items():  # noqa: PERF102  # no dict: all as of one moment
            key = _home_of(kept)
            if key != ALL and (home := in_step.home(key)) is not None:
                yield key, kept, home

    def _documents_of(self, homes: Iterable[str]) -> Iterator[tuple[str, bytes, bytes]]:
        for key in homes:
            numbers = self._kept.ids("home", key) if key != ALL else ()
            kept = self._kept.get(numbers[0]) if numbers else None
            home = self._home(key) if kept is not None else None
            if kept is not None and home is not None:
                yield key, kept, home

    def _home(self, key: str) -> bytes | None:
        numbers = self._homes.ids("key", key)
        return self._homes.get(numbers[0]) if numbers else None

    def under(self, filing: Filing, name: str) -> Sequence[str]:
        """The keys of the homes that are filed under a name, in order."""
        found = (self._kept.get(number) for number in self._kept.ids(filing, name))
        return sorted(_home_of(kept) for kept in found if kept is not None)

    def tallies(self, beginning: str) -> Collection[str]:
        """The names of the tallies that begin so."""
        version = self._at_hand.version
        of, names = self._at_hand.names
        if of != version:
            self._at_hand.names = _, names = version, sorted(self._tallies.named("listed"))
        return [name for name in names if begins(name, beginning)]

    def tally(self, name: str) -> Mapping[str, int]:
        """One tally."""
        numbers = self._tallies.ids("name", name)
        kept = self._tallies.get(numbers[0]) if numbers else None
        return self._at_hand.tally(name, kept) if kept is not None else {}

    def tallied(self, names: Iterable[str]) -> Iterable[Mapping[str, int]]:
        """Several tallies."""
        return map(self.tally, names)

    @property
    def state(self) -> int:
        """Another one after each commit that alters a home."""
        return self._at_hand.version

    def at_once(self, ask: Callable[[], Answer]) -> Answer:
        """What is asked; asked again where another thread committed meanwhile."""
        for _ in range(_TRIES):
            state, answer = self.state, ask()
            if self.state == state:
                break
        return answer

    def differing(self, former: Entries) -> Collection[str] | None:
        """The homes that were committed since."""
        if not isinstance(former, KeptEntries) or former._at_hand is not self._at_hand:
            return None
        return self._at_hand.altered_since(former.version)


class _InStep:
    """Homes read one after the other, beside entries that stand in the same order as a rule; others are looked up."""

    def __init__(self, homes: StoredRows, look_up: Callable[[str], bytes | None]) -> None:
        self._following = iter(homes.items())
        self._next = next(self._following, None)
        self._look_up = look_up

    def home(self, key: str) -> bytes | None:
        """One home by its key."""
        if self._next is None or b'"key":%b' % orjson.dumps(key) not in self._next[1]:
            return self._look_up(key)
        _, found = self._next
        self._next = next(self._following, None)
        return found


def _read(kept: bytes, home: bytes) -> Entry:
    return read_entry(orjson.loads(kept), counted_home(orjson.loads(home)))


def _home_of(kept: bytes) -> str:
    """Whose entry a document is: the home stands first in it."""
    end = kept.find(b'",')
    home: str = orjson.loads(kept[len(_FIRST) : end + 1] if end > 0 else kept[len(_FIRST) : -1])
    return home


_FIRST = b'{"home":'
