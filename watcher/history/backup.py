"""A backup: the whole history in one gzip file of JSON lines, every bit of which is proven before any of it is used.

    {"watcher backup":1,"version":"0.1.0","taken":"2026-03-02T12:00:00+00:00","sequence":17,"counts":{},"sha256":"..."}
    {"table":"homes","id":1,"document":{...}}

The file is two gzip members, so that `zcat` shows it as one text. The first is the header, stored without compression
and the same byte for byte for the same header; `sha256` is that of the second member's bytes, the documents.
"""

import os
import secrets
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from watcher import __version__
from watcher.errors import PermanentError
from watcher.history.checksums import Checksums, checksums_of
from watcher.history.embedded.disk import Disk, discard, write_all
from watcher.history.embedded.snapshot import STAMP_TABLE, Documents

FORMAT = 1
_KIND = "watcher backup"
_GZIP = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_WINDOW = 31

_SWELLS = 200
"""A history's documents take at most so many times the bytes of their backup; sixteen times is usual."""
_FREE = 16 * 1024 * 1024
"""Bytes that any backup may have, however small it is."""
_LONGEST_LINE = 64 * 1024 * 1024
_AT_ONCE = 1024 * 1024


class BackupError(PermanentError):
    """A backup was not written, or cannot be believed: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """Every document of a history as of one commit, as JSON in bytes, by table and id; `taken` is aware."""

    taken: datetime
    sequence: int
    tables: Mapping[str, Mapping[int, bytes]]
    version: str = __version__

    @property
    def counts(self) -> dict[str, int]:
        """How many documents each table has."""
        return {name: len(documents) for name, documents in self.tables.items() if documents}


def write_backup(backup: Backup, file: Path, *, force: bool = False, disk: Disk | None = None) -> int:
    """Writes a backup that only its owner may read, and reads it back; how many bytes it has.

    The file is complete under its name or not there. Raises BackupError if there is one already and `force` is not
    given, or if it cannot be written.
    """
    disk = disk or Disk()
    if file.exists() and not force:
        raise BackupError(f"{file} is there already: choose another name, or say --force to replace it")
    draft = file.with_name(f".{file.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        discard(disk, _abandoned(file))
        descriptor = disk.open_private(draft)
        try:
            checksums = Checksums()
            for part in _members(backup, checksums):
                write_all(disk, descriptor, part)
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
        if checksums_of(read_backup(draft).tables) != checksums.found:
            raise BackupError(f"The backup {file} could not be read back as it was written: see to that disk.")
        disk.rename(draft, file)
        disk.sync_folder(file.parent)
    except OSError as error:
        raise BackupError(f"The backup {file} could not be written: {error}. See to that disk and its room.") from error
    finally:
        discard(disk, [draft])
    return file.stat().st_size


def _abandoned(file: Path) -> list[Path]:
    """The drafts of backups that were killed: left alone, they would fill the disk."""
    beginning = f".{file.name}."
    found = [path for path in file.parent.iterdir() if path.name.startswith(beginning) and path.suffix == ".part"]
    return [path for path in found if not _is_alive(path.name.removeprefix(beginning).partition("-")[0])]


def _is_alive(pid: str) -> bool:
    """Whether another process has this number; nobody else's draft is taken away from under it."""
    if not pid.isdecimal() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _members(backup: Backup, checksums: Checksums) -> tuple[bytes, bytes]:
    deflate = zlib.compressobj(wbits=_GZIP_WINDOW)
    documents = b"".join([*map(deflate.compress, _lines(backup.tables, checksums)), deflate.flush()])
    header = {
        _KIND: FORMAT,
        "version": backup.version,
        "taken": backup.taken.isoformat(),
        "sequence": backup.sequence,
        "counts": {name: passed.documents for name, passed in checksums.found.items()},
        "sha256": sha256(documents).hexdigest(),
    }
    return _header_member(orjson.dumps(header) + b"\n"), documents


def _header_member(header: bytes) -> bytes:
    """A gzip member in the one form that stores these bytes as they are, so that it can be compared."""
    length = len(header)
    block = b"\x01" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + header
    return _GZIP + block + zlib.crc32(header).to_bytes(4, "little") + length.to_bytes(4, "little")


def _lines(tables: Mapping[str, Mapping[int, bytes]], checksums: Checksums) -> Iterator[bytes]:
    for name, documents in tables.items():
        for number, document in checksums.passing(name, documents):
            yield _beginning(name, number) + document + b"}\n"


def _beginning(table: str, number: int) -> bytes:
    return b'{"table":%b,"id":%d,"document":' % (orjson.dumps(table), number)


def read_backup(file: Path) -> Backup:
    """The backup in a file, every bit of which is as it was written; anything else raises BackupError."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise BackupError(f"The backup {file} cannot be read: {error.strerror}.") from None
    try:
        header, begin = _header(content)
        if header[_KIND] != FORMAT:
            raise BackupError(
                f"The backup {file} has format {header[_KIND]}, written by watcher {header.get('version')}: "
                f"restore it with that version or a newer one. Nothing was changed."
            )
        if sha256(memoryview(content)[begin:]).hexdigest() != header["sha256"]:
            raise ValueError("the checksum is another")
        tables = _documents(_inflated(memoryview(content)[begin:]), sum(header["counts"].values()))
        taken = datetime.fromisoformat(header["taken"])
        backup = Backup(taken, header["sequence"], tables, header["version"])
        if backup.counts != header["counts"] or taken.tzinfo is None or STAMP_TABLE in tables:
            raise ValueError("the header says otherwise")
    except (ValueError, LookupError, TypeError, AttributeError, zlib.error):
        raise BackupError(
            f"{file} is not a backup as it was written: it is cut off, damaged or something else. "
            f"Nothing was changed. Use another copy of it, or an older backup."
        ) from None
    return backup


def _header(content: bytes) -> tuple[dict[str, Any], int]:
    """The header and where the documents begin."""
    start = len(_GZIP) + 5
    length = int.from_bytes(content[start - 4 : start - 2], "little")
    member = _header_member(content[start : start + length])
    if not content.startswith(member):
        raise ValueError("no header")
    header: dict[str, Any] = orjson.loads(content[start : start + length])
    return header, len(member)


def _inflated(member: memoryview) -> Iterator[bytes]:
    """The lines of a member, none of more than it could hold; raises ValueError for one that swells to much more."""
    inflate, room, rest = zlib.decompressobj(wbits=_GZIP_WINDOW), _FREE + _SWELLS * len(member), b""
    left: bytes | memoryview = member
    while not inflate.eof:
        part = inflate.decompress(left, _AT_ONCE)
        if not part and not left:
            break
        left, room = inflate.unconsumed_tail, room - len(part)
        if room < 0 or len(rest) > _LONGEST_LINE:
            raise ValueError("it swells")
        *lines, rest = (rest + part).split(b"\n")
        yield from lines
    if not inflate.eof or inflate.unused_data or rest:
        raise ValueError("it is cut off, or something follows")


def _documents(lines: Iterable[bytes], count: int) -> dict[str, Documents]:
    """As many documents as the header counts, by table and id."""
    tables: dict[str, Documents] = {}
    for seen, line in enumerate(lines):
        if seen == count:
            raise ValueError("more than the header says")
        entry = orjson.loads(line)
        table, number = entry["table"], entry["id"]
        beginning = _beginning(table, number)
        if type(number) is not int or number < 1 or not line.startswith(beginning):
            raise ValueError("no document")
        documents = tables.setdefault(table, {})
        if number in documents:
            raise ValueError("an id twice")
        documents[number] = line[len(beginning) : -1]
    return tables
