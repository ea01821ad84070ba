"""JSON that is read piece by piece; no more of it is in memory than one value."""

import json
from collections.abc import Iterator
from typing import IO, Any

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.written import number_as_written
from watcher.text import printable

_PIECE = 2**16
LONGEST_VALUE = 2**22
"""Characters of one object of a table, or of what stands beside the table."""
_DEEPEST = 4
"""So many keys lead to a table at most: publishers wrap it in what they say of it."""
Entry = dict[str, Any]
"""An object; its numbers are text."""
Path = tuple[str, ...]
"""The keys that lead from a file's object to what is in it."""
Keys = frozenset[str]


class _TwiceError(ValueError):
    """Raised for an object with one key twice."""


def object_of(line: str) -> Entry | None:
    """The object that a text is; None for anything else."""
    try:
        value = _DECODER.decode(line.strip())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


class JSONScanner:
    """A JSON text of which no more is in memory than one value."""

    def __init__(self, name: str, file: IO[str]) -> None:
        self._name = name
        self._file = file
        self._text = ""
        self._at = 0
        self._passed = 0
        self._ended = False

    def whole_array(self) -> Iterator[Entry]:
        """The objects of a file that is an array."""
        self._take("[")
        yield from self._objects()
        self._end()

    def array_at(self, path: Path) -> Iterator[Entry]:
        """The objects of the array that an object holds there."""
        yield from self._under(path)
        self._end()

    def arrays(self) -> list[tuple[Path, Keys]]:
        """Where an object holds arrays of objects, in itself or in objects in it, with the keys of these."""
        held = list(self._passed_over(()))
        self._end()
        return held

    def _under(self, path: Path) -> Iterator[Entry]:
        for key in self._members():
            if key != path[0] or self._peek() != ("{" if path[1:] else "["):
                list(self._passed_over(path))
            elif path[1:]:
                yield from self._under(path[1:])
            else:
                self._take("[")
                yield from self._objects()

    def _members(self) -> Iterator[str]:
        """The keys of an object, each to be followed by taking its value."""
        self._take("{")
        follows = self._take("}") if self._peek() == "}" else ","
        while follows == ",":
            key = self._value()
            if not isinstance(key, str):
                raise self._broken()
            self._take(":")
            yield key
            follows = self._take(",", "}")

    def _passed_over(self, path: Path) -> Iterator[tuple[Path, Keys]]:
        """Passes over the value that stands there; the arrays of objects in it."""
        sign = self._peek()
        if sign == "{" and len(path) < _DEEPEST:
            for key in self._members():
                yield from self._passed_over((*path, key))
        elif sign != "[":
            self._value()
        elif keys := self._passed_array():
            yield path, keys

    def _passed_array(self) -> Keys:
        """Passes over an array; the keys of its objects, none where it holds anything else."""
        self._take("[")
        if self._peek() == "{":
            return frozenset(key for entry in self._objects() for key in entry)
        while self._peek() != "]":
            self._value()
            if self._peek() != "]":
                self._take(",")
        self._take("]")
        return frozenset()

    def _objects(self) -> Iterator[Entry]:
        """The objects of an array whose bracket was taken."""
        follows = self._take("]") if self._peek() == "]" else ","
        while follows == ",":
            entry = self._value()
            if not isinstance(entry, dict):
                raise FileRefusedError(f"{self._name} is JSON whose array holds something else than objects: no table")
            yield entry
            follows = self._take(",", "]")

    def _value(self) -> Any:
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise self._broken() from error
            except _TwiceError as error:
                raise FileRefusedError(
                    f"{self._name} is JSON with {error}: which value counts cannot be told"
                ) from error
            except ValueError as error:
                if not self._more():
                    raise self._broken() from error
                continue
            if end < len(self._text) or not self._more():
                self._at = end
                return value

    def _take(self, *signs: str) -> str:
        sign = self._peek()
        if sign not in signs:
            raise self._broken()
        self._at += 1
        return sign

    def _peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Reads on; whether there was anything. What was taken is forgotten."""
        if len(self._text) - self._at > LONGEST_VALUE:
            what = f"a value of more than {LONGEST_VALUE:,} characters, or is damaged"
            raise FileRefusedError(f"{self._name} is JSON with {what} at character {self._passed + self._at + 1:,}")
        piece = self._file.read(max(_PIECE, len(self._text) - self._at))
        self._passed += self._at
        self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def _end(self) -> None:
        if self._peek():
            raise self._broken()

    def _broken(self) -> FileRefusedError:
        at = self._passed + self._at + 1
        what = f"cannot be read as JSON from character {at:,} on: it is cut off or damaged, fetch it again"
        return FileRefusedError(f"{self._name} {what}")


def _once(pairs: list[tuple[str, Any]]) -> Entry:
    entry = dict(pairs)
    if len(entry) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(f"the key {printable(next(key for key in keys if keys.count(key) > 1))} twice in one object")
    return entry


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=number_as_written, parse_int=number_as_written, parse_constant=str
)
