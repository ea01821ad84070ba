"""The journal: one line for each commit since the snapshot, each proving itself and everything before it.

    CHECKSUM LENGTH {"format":1,"generation":3,"after":17,"chain":"..."}
    CHECKSUM LENGTH {"sequence":18,"tables":{"homes":{"1":{...},"2":null}}}

LENGTH is of the JSON, in bytes; CHECKSUM is the BLAKE2b (64 bits) of the checksum before it and the JSON; the
first line continues the chain of the snapshot. `null` is a removed document.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from watcher.history.embedded.disk import Disk, write_all
from watcher.history.embedded.layered import Layered
from watcher.history.embedded.snapshot import FORMAT, Stamp, encode
from watcher.history.failures import HistoryDamagedError, HistoryTooNewError

Changes = Mapping[str, Mapping[int, bytes | None]]

_BEGINNING = re.compile(rb"[0-9a-f]{16} ([0-9]{1,15}) ")


def _line(payload: bytes, chain: str) -> tuple[bytes, str]:
    checksum = hashlib.blake2b(chain.encode() + payload, digest_size=8).hexdigest()
    return b"%b %d %b\n" % (checksum.encode(), len(payload), payload), checksum


def _header(stamp: Stamp) -> tuple[bytes, str]:
    facts = {"format": FORMAT, "generation": stamp.generation, "after": stamp.sequence, "chain": stamp.chain}
    return _line(orjson.dumps(facts), "")


def commit_payload(sequence: int, changes: Changes) -> bytes:
    """The JSON of a commit, which is to be that of this number."""
    tables = {
        name: {number: None if document is None else orjson.Fragment(document) for number, document in rows.items()}
        for name, rows in changes.items()
    }
    return orjson.dumps({"sequence": sequence, "tables": tables}, option=orjson.OPT_NON_STR_KEYS)


class JournalReader:
    """A journal that is read; every mistake in it but a torn last line raises HistoryDamagedError.

    `after` is the commit it continues; once replayed, `last` is its last commit and `size` that of its whole lines.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._content = path.read_bytes()
        except FileNotFoundError:
            raise HistoryDamagedError(path, "is missing, and with it the newest commits") from None
        first = self._read(0, "")
        if first is None:
            raise HistoryDamagedError(path, "has lost its first line" if self._content else "is empty")
        self.size, _, facts = first
        if facts["format"] != FORMAT:
            raise HistoryTooNewError(path, facts["format"])
        self.after = Stamp(facts["generation"], facts["after"], facts["chain"])
        self.last = self.after

    def replay(self, tables: dict[str, Layered], since: Stamp) -> Stamp:
        """Applies the commits after `since`, and says which is now the last.

        A journal that ends before `since` was superseded, and changes nothing.
        """
        if self.after.sequence > since.sequence:
            what = f"begins after commit {self.after.sequence}, history.json ends with commit {since.sequence}"
            raise HistoryDamagedError(self._path, f"is newer than its snapshot: it {what}")
        self._refuse_stranger(since)
        for changes in self._commits():
            self._refuse_stranger(since)
            if self.last.sequence > since.sequence:
                _apply(changes, tables)
        if self.last.sequence <= since.sequence:
            return since
        return replace(self.last, generation=since.generation)

    def _refuse_stranger(self, since: Stamp) -> None:
        if self.last.sequence == since.sequence and self.last.chain != since.chain:
            raise HistoryDamagedError(self._path, "belongs to another history than history.json")

    def _commits(self) -> Iterator[Any]:
        while line := self._read(self.size, self.last.chain):
            end, chain, facts = line
            sequence = self.last.sequence + 1
            if facts["sequence"] != sequence:
                raise HistoryDamagedError(self._path, f"lacks commit {sequence}")
            self.last = replace(self.last, sequence=sequence, chain=chain)
            self.size = end
            yield facts["tables"]
        if not _is_torn(self._content[self.size :]):
            raise HistoryDamagedError(self._path, f"is not what was written to it, from byte {self.size} on")

    def _read(self, begin: int, chain: str) -> tuple[int, str, Any] | None:
        """Where the line ends, its checksum and its JSON; None if it is not a whole line."""
        end = self._content.find(b"\n", begin) + 1
        line = self._content[begin:end]
        match = _BEGINNING.match(line)
        payload = line[match.end() : -1] if match else b""
        expected, checksum = _line(payload, chain)
        return (end, checksum, orjson.loads(payload)) if line == expected else None


def _apply(tables: Mapping[str, Mapping[str, Any]], to: dict[str, Layered]) -> None:
    for name, changes in tables.items():
        documents = to.setdefault(name, Layered())
        for number, document in changes.items():
            documents.put(int(number), None if document is None else encode(document))


def _is_torn(rest: bytes) -> bool:
    """Whether these last bytes can be one line whose writing was cut off: no line follows, and none is hidden in it."""
    match = _BEGINNING.match(rest)
    longest = match.end() + int(match[1]) + 1 if match else len(rest)
    return len(rest) <= longest and b"\n" not in rest[:-1]


def journal_content(stamp: Stamp, commits: bytes = b"") -> bytes:
    """A new journal that continues the snapshot of that stamp, with the lines of commits made since."""
    return _header(stamp)[0] + commits


class Journal:
    """A journal that commits are appended to; `end` is the last commit, `size` that of the file in bytes."""

    def __init__(self, disk: Disk, path: Path, end: Stamp, size: int) -> None:
        self._disk = disk
        self._descriptor = disk.open(path, os.O_RDWR | os.O_APPEND)
        self._is_settled = False
        self.end = end
        self.size = size

    def settle(self) -> None:
        """Cuts off what a failed commit left, and makes the rest durable; raises OSError."""
        if not self._is_settled:
            self._disk.truncate(self._descriptor, self.size)
            self._disk.sync(self._descriptor)
            self._is_settled = True

    def append(self, changes: Changes, payload: bytes | None = None) -> None:
        """One commit, durable when this returns; raises OSError, and then `settle` restores the file.

        `payload` is its JSON, where that was made already.
        """
        self.settle()
        payload = payload or commit_payload(self.end.sequence + 1, changes)
        line, chain = _line(payload, self.end.chain)
        self._is_settled = False
        write_all(self._disk, self._descriptor, line)
        self._disk.sync(self._descriptor)
        self.end = Stamp(self.end.generation, self.end.sequence + 1, chain)
        self.size += len(line)
        self._is_settled = True

    def commits_from(self, offset: int) -> bytes:
        """The lines from that byte on."""
        return os.pread(self._descriptor, self.size - offset, offset)

    def close(self) -> None:
        """Lets go of the file."""
        self._disk.close(self._descriptor)
