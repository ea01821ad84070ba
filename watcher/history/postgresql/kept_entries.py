"""The entries and tallies in a database, read as they are asked for; those read lately stay at hand."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import orjson

from watcher.history.entries import counted_home, read_entry
from watcher.history.kept import MOST_AT_HAND
from watcher.history.postgresql import statements
from watcher.history.postgresql.at_hand import RegisterAtHand
from watcher.history.postgresql.columns import filed
from watcher.history.postgresql.database import Database, Line
from watcher.history.postgresql.kept_cards import cards, cards_of
from watcher.history.postgresql.moments import Moments
from watcher.judging.card import Card
from watcher.judging.entry import Entry
from watcher.judging.filed import Filing, Tally
from watcher.judging.sources import Answer, Entries

_AT_ONCE = 500

_SOME = """
    SELECT register.document, homes.document FROM register JOIN homes ON homes.key = register.home
    WHERE register.home = ANY(%s)
"""
_PAGE = """
    SELECT register.number, register.document, homes.document FROM register JOIN homes ON homes.key = register.home
    WHERE register.number > %s ORDER BY register.number LIMIT %s
"""
_TALLIES = "SELECT document FROM tallies WHERE name = ANY(%s)"


class EntriesInDatabase:
    """The homes of one database as they are when they are asked for; `version` is that of the time it was made."""

    def __init__(self, database: Database, at_hand: RegisterAtHand) -> None:
        self._database, self._at_hand = database, at_hand
        self._moments = Moments(database, at_hand)
        self.version = at_hand.version

    def all(self, regulator: str = "") -> Iterator[Entry]:
        """Every home, or every one of a regulator, a page at a time; none stays at hand where they are too many."""
        names = self.tallies(Tally.HOMES.called())
        are_few = sum(sum(homes.values()) for homes in self.tallied(names)) <= MOST_AT_HAND
        found = self.several(self._keys()) if are_few else self._pages()
        return (entry for entry in found if regulator in ("", entry.home.regulator))

    def _keys(self) -> list[str]:
        with self._database.line() as line:
            return statements.called(line.execute(statements.REGISTERED), "home")

    def _pages(self) -> Iterator[Entry]:
        after: int | None = 0
        while after is not None:
            with self._database.line() as line:
                page = line.execute(_PAGE, [after, _AT_ONCE]).fetchall()
            yield from (_read(kept, home) for _, kept, home in page)
            after = page[-1][0] if page else None

    def get(self, home: str) -> Entry | None:
        """One home by its key."""
        return self._several([home])[home]

    def several(self, homes: Iterable[str]) -> Iterator[Entry]:
        """Those of some homes that there are, in this order, a page at a time."""
        left = iter(homes)
        while keys := list(islice(left, _AT_ONCE)):
            found = self._several(keys)
            yield from (entry for key in keys if (entry := found[key]) is not None)

    def _several(self, keys: Sequence[str]) -> dict[str, Entry | None]:
        return self._moments.at_once(lambda moment: moment.read(self._at_hand.entries, keys, _entries))

    def cards(self, homes: Iterable[str] | None = None) -> Iterator[Card]:
        """The cards of all homes, or of some that there are, a page at a time."""
        return cards(self._database) if homes is None else cards_of(self._database, homes)

    def under(self, filing: Filing, name: str) -> Sequence[str]:
        """The keys of the homes that are filed under a name, in order."""
        return self._moments.at_once(lambda moment: moment.read(self._at_hand.lists, [(filing, name)], _lists))[
            filing, name
        ]

    def tallies(self, beginning: str) -> Collection[str]:
        """The names of the tallies that begin so."""
        return self._moments.at_once(lambda moment: moment.read(self._at_hand.names, [beginning], _names))[beginning]

    def tally(self, name: str) -> Mapping[str, int]:
        """One tally."""
        return next(iter(self.tallied([name])))

    def tallied(self, names: Iterable[str]) -> Iterable[Mapping[str, int]]:
        """Several of them, read together."""
        wanted = list(names)
        found = self._moments.at_once(lambda moment: moment.read(self._at_hand.tallies, wanted, _tallies))
        return [found[name] for name in wanted]

    @property
    def state(self) -> int:
        """Another one after each commit that alters a home."""
        return self._moments.version

    def at_once(self, ask: Callable[[], Answer]) -> Answer:
        """What is asked, all of it as of one moment."""
        return self._moments.at_once(lambda _: ask())

    def differing(self, former: Entries) -> Collection[str] | None:
        """The homes that were committed since."""
        if not isinstance(former, EntriesInDatabase) or former._at_hand is not self._at_hand:
            return None
        return self._at_hand.altered_since(former.version)


def _entries(line: Line, keys: Sequence[str]) -> dict[str, Entry | None]:
    rows = line.execute(_SOME, [list(map(filed, keys))])
    read = (_read(kept, home) for kept, home in rows)
    return {**dict.fromkeys(keys), **{entry.home.key: entry for entry in read}}


def _lists(line: Line, names: Sequence[tuple[Filing, str]]) -> dict[tuple[Filing, str], Sequence[str]]:
    return {
        (filing, name): sorted(statements.called(line.execute(statements.filed_under(filing), [filed(name)]), "home"))
        for filing, name in names
    }


def _names(line: Line, beginnings: Sequence[str]) -> dict[str, Sequence[str]]:
    return {
        beginning: statements.called(line.execute(statements.LISTED, {"name": filed(beginning)}), "name")
        for beginning in beginnings
    }


def _tallies(line: Line, names: Sequence[str]) -> dict[str, Mapping[str, int]]:
    rows = line.execute(_TALLIES, [list(map(filed, names))])
    said: list[dict[str, Any]] = [orjson.loads(document) for (document,) in rows]
    return {**{name: {} for name in names}, **{document["name"]: document["counts"] for document in said}}


def _read(kept: bytes, home: bytes) -> Entry:
    return read_entry(orjson.loads(kept), counted_home(orjson.loads(home)))
