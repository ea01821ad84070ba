"""The tables as one open transaction sees and would alter them.

Each way to the server and back costs more than what is done there for a few documents: what a transaction looks for is
fetched by one question beforehand, and what it alters is stored by one statement.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from watcher.history.embedded.snapshot import encode
from watcher.history.postgresql import statements
from watcher.history.postgresql.columns import COLUMNS, filed, keys_of
from watcher.history.postgresql.database import Line

Alteration = tuple[tuple[str, str], list[Any]]
"""One of `statements.STATEMENTS` with its table, and what it is given."""


class DraftRows:
    """One table within a transaction that nobody else can write beside."""

    def __init__(self, line: Line, table: str) -> None:
        self._line = line
        self.table = table
        self._columns = tuple(COLUMNS[table])
        self._stored: dict[int, bytes | None] = {}
        """Documents as they are stored, as far as they were looked for."""
        self._read: dict[int, Mapping[str, Any]] = {}
        """What those say that were read as they are now."""
        self._changes: dict[int, tuple[bytes, tuple[str | None, ...]] | None] = {}
        self._found: dict[tuple[str, str], set[int]] = {}
        """What is stored under a key, as far as it was looked for."""
        self._moves: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self._last: int | None = None

    def foresee(self, column: str, keys: Iterable[str]) -> None:
        """Fetches everything under some keys of a column at once."""
        foresee(self._line, [(self, column, keys)])

    def unasked(self, column: str, keys: Iterable[str]) -> list[str]:
        """Those of some keys, as their column has them, under which nobody has looked yet."""
        return [key for key in map(filed, keys) if (column, key) not in self._found]

    def look(self, column: str, keys: Sequence[str]) -> None:
        """Takes note that what is stored under these keys is fetched, and the last number with it."""
        self._found |= {(column, key): set() for key in keys}

    def take(self, column: str, number: int, document: bytes | None, key: str) -> None:
        """Takes what was fetched: a document under a key, or the last number."""
        if document is None:
            self._last = max([self._last or 0, number, *self._changes])
        else:
            self._stored.setdefault(number, document)
            self._found[column, key].add(number)

    def ids(self, index: str, key: str) -> Sequence[int]:
        """The numbers of the documents under a key, in order."""
        place = index, filed(key)
        if place not in self._found:
            self.foresee(index, [key])
        found, moves = self._found[place], self._moves.get(place)
        return sorted(found ^ moves if moves else found)

    def before(self, number: int) -> bytes | None:
        """One document as it is stored, whatever becomes of it; None where there was none."""
        if number not in self._stored:
            row = self._line.execute(statements.numbered(self.table), [[number]]).fetchone()
            self._stored[number] = None if row is None else row[1]
        return self._stored[number]

    @property
    def is_altered(self) -> bool:
        """Whether anything of it is."""
        return bool(self._changes)

    def every_id(self) -> Sequence[int]:
        """The numbers of all documents, in order."""
        for number, document in self._line.execute(statements.selected(self.table)):
            self._stored.setdefault(number, document)
        kept = {number for number, document in self._stored.items() if document is not None}
        gone = {number for number, change in self._changes.items() if change is None}
        return sorted((kept | set(self._changes)) - gone)

    def said(self, number: int) -> Mapping[str, Any]:
        """One document."""
        if number not in self._read:
            raw = self.raw(number)
            self._read[number] = orjson.loads(raw) if raw else {}
        return self._read[number]

    def raw(self, number: int) -> bytes:
        """One document as JSON; empty where there is none."""
        if number in self._changes:
            change = self._changes[number]
            return b"" if change is None else change[0]
        return self.before(number) or b""

    def add(self, document: Mapping[str, Any]) -> None:
        """Stores a new document, under the next number."""
        if self._last is None:
            ((last,),) = self._line.execute(statements.last_number(self.table)).fetchall()
            self._last = max([last, *self._changes])
        self._last += 1
        self._stored[self._last] = None
        self.replace(self._last, document)

    def replace(self, number: int, document: Mapping[str, Any]) -> None:
        """Stores a document in place of whatever had its number; one that says the same alters nothing."""
        content = encode(document)
        if content != self.raw(number):
            self._put(number, (content, keys_of(self.table, document)))
            self._last = None if self._last is None else max(self._last, number)

    def drop(self, numbers: Sequence[int]) -> None:
        """Removes documents."""
        for number in numbers:
            self._put(number, None)

    def alterations(self, sequence: int) -> Iterator[Alteration]:
        """What is altered, as of a commit."""
        gone = [number for number, change in self._changes.items() if change is None]
        rows = [(number, *change) for number, change in self._changes.items() if change is not None]
        if gone:
            yield ("removed", self.table), [gone]
        for what, is_new in (("added", True), ("altered", False)):
            if some := [row for row in rows if (self._stored[row[0]] is None) == is_new]:
                numbers, documents, keys = zip(*some, strict=True)
                texts = [document.decode() for document in documents]
                columns = [list(column) for column in zip(*keys, strict=True)] if self._columns else []
                yield (what, self.table), [sequence, list(numbers), texts, *columns]

    def _put(self, number: int, change: tuple[bytes, tuple[str | None, ...]] | None) -> None:
        nothing = (None,) * len(self._columns)
        before = self.said(number)
        left = nothing if not before else keys_of(self.table, before)
        entered = nothing if change is None else change[1]
        for column, old, new in zip(self._columns, left, entered, strict=True):
            if old != new:
                for key in (old, new):
                    if key is not None:
                        self._moves[column, key] ^= {number}
        self._changes[number] = change
        self._read.pop(number, None)


class Drafts:
    """All tables within one transaction."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._rows: dict[str, DraftRows] = {}

    def rows(self, name: str) -> DraftRows:
        """One table."""
        if name not in self._rows:
            self._rows[name] = DraftRows(self._line, name)
        return self._rows[name]

    @property
    def is_altered(self) -> bool:
        """Whether anything is."""
        return any(rows.is_altered for rows in self._rows.values())

    def foresee(self, wanted: Mapping[tuple[str, str], Iterable[str]]) -> None:
        """Fetches everything under some keys of some columns of some tables, in one go."""
        foresee(self._line, [(self.rows(table), column, keys) for (table, column), keys in wanted.items()])

    def alterations(self, sequence: int) -> list[Alteration]:
        """What is altered, as of a commit."""
        return [alteration for rows in self._rows.values() for alteration in rows.alterations(sequence)]


def foresee(line: Line, wanted: Iterable[tuple[DraftRows, str, Iterable[str]]]) -> None:
    """Fetches what is wanted of several tables by one question."""
    asked = [(rows, column, keys) for rows, column, some in wanted if (keys := rows.unasked(column, some))]
    if asked:
        for rows, column, keys in asked:
            rows.look(column, keys)
        statement = statements.under_any_of(tuple((rows.table, column) for rows, column, _ in asked))
        for place, number, document, key in line.execute(statement, [keys for _, _, keys in asked]):
            rows, column, _ = asked[place]
            rows.take(column, number, document, key)


def write(line: Line, alterations: Sequence[Alteration]) -> None:
    """Stores all of it by one statement."""
    if alterations:
        statement = statements.together(tuple(what for what, _ in alterations))
        line.execute(statement, [value for _, values in alterations for value in values])
