"""The snapshot: plain TinyDB JSON, one document on each line, that says which commit it is of and proves itself.

    {
    "homes":{
    "1":{...},
    "2":{...}
    },
    "_snapshot":{"1":{"format":1,"generation":3,"sequence":17,"chain":"...","documents":2,"sha256":"..."}}}

The SHA-256 is of everything before it. Opening finds where the documents lie, by the index beside the file or else by
its lines, and parses none of them.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import orjson

from watcher.history.embedded.layered import Layered
from watcher.history.embedded.snapshot_file import (
    AT_ONCE,
    PlacedDocuments,
    Places,
    SnapshotFile,
    in_turns,
    line_beginning,
)
from watcher.history.failures import HistoryDamagedError, HistoryTooNewError

FORMAT = 1
STAMP_TABLE = "_snapshot"
_STAMP = b'"_snapshot":{"1":'
_PROOF = b',"sha256":"'
_END = b'"}}}\n'
_LONGEST_STAMP = 4096

Documents = dict[int, bytes]
"""JSON by the number of the document."""


def encode(document: object) -> bytes:
    """The document as compact JSON in bytes that take no more memory than they say; raises TypeError like orjson.

    orjson's own bytes keep the whole buffer that they were written into: 4 kB for a document of 300 bytes.
    """
    return bytes(memoryview(orjson.dumps(document)))


@dataclass(frozen=True, slots=True)
class Stamp:
    """A commit: `generation` counts snapshots, `sequence` commits, `chain` is the checksum of all commits so far."""

    generation: int = 0
    sequence: int = 0
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot as opened: the documents of each table, and the line by which it is known; `size` in bytes."""

    stamp: Stamp
    tables: dict[str, Layered]
    size: int
    line: bytes = b""
    file: SnapshotFile | None = None


class SnapshotDraft:
    """A snapshot that is written; once all of its `content` was taken, `places` and `line` say what is where in it."""

    def __init__(self, stamp: Stamp, tables: Mapping[str, Mapping[int, bytes]]) -> None:
        self._stamp = stamp
        self._tables = tables
        self._position = 0
        self.places: dict[str, Places] = {}
        self.line = b""

    def content(self) -> Iterator[bytes]:
        """The snapshot's bytes, in parts; raises HistoryDamagedError where a document cannot be had."""
        digest = sha256()
        for part in _gathered(self._parts()):
            digest.update(part)
            yield part
        end = digest.hexdigest().encode() + _END
        self.line += end
        yield end

    def _parts(self) -> Iterator[bytes]:
        yield from self._counted([b"{\n"])
        for name, rows in self._tables.items():
            if len(rows):
                self.places[name] = places = Places()
                yield from self._counted([orjson.dumps(name) + b":{\n"])
                yield from self._lines(rows, places)
                yield from self._counted([b"\n},\n"])
                places.see_order()
        facts = {
            "format": FORMAT,
            "generation": self._stamp.generation,
            "sequence": self._stamp.sequence,
            "chain": self._stamp.chain,
            "documents": sum(map(len, self._tables.values())),
        }
        self.line = _STAMP + orjson.dumps(facts)[:-1] + _PROOF
        yield self.line

    def _counted(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        for part in parts:
            self._position += len(part)
            yield part

    def _lines(self, rows: Mapping[int, bytes], places: Places) -> Iterator[bytes]:
        """The lines of a table but for the end of the last; what stands in the old file is copied as it stands."""
        between = b""
        for begin, end, number, document in _runs(rows):
            if document is None:
                assert isinstance(rows, Layered)  # noqa: S101  # where else would the run be
                assert rows.below is not None  # noqa: S101
                _move(rows.below, places, begin, end, self._position + len(between))
                yield from self._counted([between])
                yield from self._counted(rows.below.lines(begin, end))
            else:
                beginning = between + line_beginning(number)
                _add(places, number, self._position + len(beginning), document)
                self._position += len(beginning) + len(document)
                yield beginning + document
            between = b",\n"


def _gathered(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts that are worth a write."""
    waiting, size = [], 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= AT_ONCE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _runs(rows: Mapping[int, bytes]) -> Iterator[tuple[int, int, int, bytes | None]]:
    """What a table is made of: the unaltered from one place of the snapshot to another, or one document by number."""
    if not isinstance(rows, Layered):
        yield from ((0, 0, number, document) for number, document in rows.items())
        return
    begin = 0
    if (below := rows.below) is not None:
        hidden = {
            position: number for number in {*rows.gone, *rows.above} if (position := below.position(number)) is not None
        }
        for position, number in sorted(hidden.items()):
            if begin < position:
                yield begin, position, 0, None
            if number not in rows.gone:
                yield 0, 0, number, rows.above[number]
            begin = position + 1
        if begin < len(below):
            yield begin, len(below), 0, None
    for number in rows.added():
        yield 0, 0, number, rows.above[number]


def _move(below: PlacedDocuments, places: Places, begin: int, end: int, to: int) -> None:
    by = to - below.line_start(begin)
    for column, old in zip(places.columns(), below.places.columns(), strict=True):
        assert isinstance(column, array)  # noqa: S101  # a draft's are
        for run in in_turns(old, begin, end):
            column.extend(array(column.typecode, map(by.__add__, run) if old is below.places.offsets else run))


def _add(places: Places, number: int, offset: int, document: bytes) -> None:
    places.numbers.append(number)  # type: ignore[attr-defined]  # a draft's are arrays
    places.offsets.append(offset)  # type: ignore[attr-defined]
    places.lengths.append(len(document))  # type: ignore[attr-defined]
    places.sums.append(crc32(document))  # type: ignore[attr-defined]


def read_snapshot(path: Path, *, unproven: bool = False) -> Snapshot:
    """A snapshot whose every byte is as it was written, or HistoryDamagedError.

    `unproven` also takes a JSON file of stock TinyDB, which carries no checksum.
    """
    try:
        file = SnapshotFile(path)
        places, line, digest = _sliced(file)
        facts = _facts(line)
        _prove(line, digest)
    except FileNotFoundError:
        raise HistoryDamagedError(path, "is missing") from None
    except (ValueError, LookupError):
        if not path.stat().st_size:
            raise HistoryDamagedError(path, "is empty") from None
        if unproven:
            return _read_plain(path)
        raise HistoryDamagedError(path, "is not what was written to it") from None
    return snapshot_of(file, line, places, facts)


def snapshot_of(file: SnapshotFile, line: bytes, places: Mapping[str, Places], facts: Mapping[str, Any]) -> Snapshot:
    """The snapshot in a file whose documents lie there; raises HistoryTooNewError."""
    if facts["format"] != FORMAT:
        raise HistoryTooNewError(file.path, facts["format"])
    until = line.index(_PROOF) + len(_PROOF)
    file.expect(file.size - len(line) + until, line[until : -len(_END)].decode(errors="replace"))
    tables = {name: Layered(PlacedDocuments(file, each)) for name, each in places.items()}
    return Snapshot(Stamp(facts["generation"], facts["sequence"], facts["chain"]), tables, file.size, line, file)


def last_line(file: SnapshotFile) -> tuple[bytes, Mapping[str, Any]]:
    """The line by which a snapshot is known, and what it says; raises ValueError where there is none."""
    end = file.read(max(0, file.size - _LONGEST_STAMP), _LONGEST_STAMP)
    line = end[end.index(b"\n" + _STAMP) + 1 :]
    return line, _facts(line)


def _sliced(snapshot: SnapshotFile) -> tuple[dict[str, Places], bytes, str]:
    """Where the documents lie by table, the last line, and the digest of everything before its proof."""
    digest = sha256()
    tables: dict[str, Places] = {}
    places, offset, line = Places(), 0, b""
    with snapshot.stream() as file:
        for line in file:
            if line.startswith(_STAMP):
                break
            digest.update(line)
            if line.endswith(b":{\n"):
                places = tables.setdefault(orjson.loads(line[:-3]), Places())
            elif len(line) > len(b"},\n"):
                begin = line.index(b":") + 1
                document = line[begin : -2 if line.endswith(b",\n") else -1]
                _add(places, int(line[1 : begin - 2]), offset + begin, document)
            offset += len(line)
        if file.read(1):
            raise ValueError("something follows")
    for each in tables.values():
        each.see_order()
    digest.update(line[: line.index(_PROOF) + len(_PROOF)])
    return tables, line, digest.hexdigest()


def _facts(line: bytes) -> dict[str, Any]:
    if not line.startswith(_STAMP):
        raise ValueError("the last line says nothing of it")
    facts: dict[str, Any] = orjson.loads(line[len(_STAMP) : line.index(_PROOF)] + b"}")
    return facts


def _prove(line: bytes, digest: str) -> None:
    if not line.endswith(_PROOF + digest.encode() + _END):
        raise ValueError("the checksum is another")


def _read_plain(path: Path) -> Snapshot:
    try:
        content = orjson.loads(path.read_bytes())
        if STAMP_TABLE in content:
            raise ValueError("it was proven once")
        tables = {
            name: Layered(above={int(number): encode(document) for number, document in documents.items()})
            for name, documents in content.items()
        }
    except (ValueError, AttributeError, TypeError):
        raise HistoryDamagedError(path, "is neither a history nor a file of TinyDB") from None
    return Snapshot(Stamp(), tables, path.stat().st_size)
