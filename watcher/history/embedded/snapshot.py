"""The snapshot: plain TinyDB JSON, one document on each line, that says which commit it is of and proves itself.

    {
    "homes":{
    "1":{...},
    "2":{...}
    },
    "_snapshot":{"1":{"format":1,"generation":3,"sequence":17,"chain":"...","documents":2,"sha256":"..."}}}

The SHA-256 is of everything before it. Opening slices the lines and parses none of them.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from watcher.history.failures import HistoryDamagedError, HistoryTooNewError

FORMAT = 1
STAMP_TABLE = "_snapshot"
_STAMP = b'"_snapshot":{"1":'
_PROOF = b',"sha256":"'
_END = b'"}}}\n'
_LINES_AT_ONCE = 500

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
    """A snapshot as read: documents as JSON in bytes, by table and id; `size` in bytes."""

    stamp: Stamp
    tables: dict[str, Documents]
    size: int


def snapshot_content(stamp: Stamp, tables: Mapping[str, Mapping[int, bytes]]) -> Iterator[bytes]:
    """The snapshot's bytes, in parts."""
    digest = hashlib.sha256()
    lines = _lines(stamp, tables)
    while part := b"".join(islice(lines, _LINES_AT_ONCE)):
        digest.update(part)
        yield part
    yield digest.hexdigest().encode() + _END


def _lines(stamp: Stamp, tables: Mapping[str, Mapping[int, bytes]]) -> Iterator[bytes]:
    yield b"{\n"
    for name, documents in tables.items():
        if documents:
            yield orjson.dumps(name) + b":{\n"
            yield from _document_lines(documents)
            yield b"},\n"
    facts = {
        "format": FORMAT,
        "generation": stamp.generation,
        "sequence": stamp.sequence,
        "chain": stamp.chain,
        "documents": sum(map(len, tables.values())),
    }
    yield _STAMP + orjson.dumps(facts)[:-1] + _PROOF


def _document_lines(documents: Mapping[int, bytes]) -> Iterator[bytes]:
    last = len(documents)
    for position, (number, document) in enumerate(documents.items(), start=1):
        yield b'"%d":%b%b' % (number, document, b"\n" if position == last else b",\n")


def read_snapshot(path: Path, *, unproven: bool = False) -> Snapshot:
    """A snapshot whose every byte is as it was written, or HistoryDamagedError.

    `unproven` also takes a JSON file of stock TinyDB, which carries no checksum.
    """
    try:
        with path.open("rb") as file:
            tables, stamp_line, digest = _slice(file)
            if file.read(1):
                raise ValueError("something follows")
        facts = _proven(stamp_line, digest)
    except FileNotFoundError:
        raise HistoryDamagedError(path, "is missing") from None
    except (ValueError, LookupError):
        if not path.stat().st_size:
            raise HistoryDamagedError(path, "is empty") from None
        if unproven:
            return _read_plain(path)
        raise HistoryDamagedError(path, "is not what was written to it") from None
    if facts["format"] != FORMAT:
        raise HistoryTooNewError(path, facts["format"])
    stamp = Stamp(facts["generation"], facts["sequence"], facts["chain"])
    return Snapshot(stamp, tables, path.stat().st_size)


def _slice(lines: Iterable[bytes]) -> tuple[dict[str, Documents], bytes, "hashlib._Hash"]:
    """The documents by table, and the last line with the digest of everything before it."""
    digest = hashlib.sha256()
    tables: dict[str, Documents] = {}
    documents: Documents = {}
    line = b""
    for line in lines:
        if line.startswith(_STAMP):
            break
        digest.update(line)
        if line.endswith(b":{\n"):
            documents = tables.setdefault(orjson.loads(line[:-3]), {})
        elif len(line) > len(b"},\n"):
            colon = line.index(b":")
            documents[int(line[1 : colon - 1])] = line[colon + 1 : -2 if line.endswith(b",\n") else -1]
    return tables, line, digest


def _proven(line: bytes, digest: "hashlib._Hash") -> dict[str, Any]:
    proof = line.index(_PROOF) + len(_PROOF)
    digest.update(line[:proof])
    if line[proof:] != digest.hexdigest().encode() + _END:
        raise ValueError("the checksum is another")
    facts: dict[str, Any] = orjson.loads(line[len(_STAMP) : proof - len(_PROOF)] + b"}")
    return facts


def _read_plain(path: Path) -> Snapshot:
    try:
        content = orjson.loads(path.read_bytes())
        if STAMP_TABLE in content:
            raise ValueError("it was proven once")
        tables = {
            name: {int(number): encode(document) for number, document in documents.items()}
            for name, documents in content.items()
        }
    except (ValueError, AttributeError, TypeError):
        raise HistoryDamagedError(path, "is neither a history nor a file of TinyDB") from None
    return Snapshot(Stamp(), tables, path.stat().st_size)
