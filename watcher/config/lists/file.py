"""The bytes of a list, and the rows in them: CSV and its relatives, lines of ids, XLSX or ODS.

What reading may cost is bounded: a file has at most LARGEST bytes, a text at most so many lines and cells, which are
counted before they are made. A workbook, which may unpack to anything, is read by a process of its own, within limits
of processor time and memory (`feeds/tables/tasks.py`): it can cost that process and nothing else.
"""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from watcher.config.lists.refused import ListRefusedError
from watcher.errors import CouldNotTellError, TransientError
from watcher.feeds.tables.cell_errors import error_in
from watcher.feeds.tables.containers import unpack
from watcher.feeds.tables.separated import decode, records_of, separator_of
from watcher.feeds.tables.sizes import Sizes

LARGEST = 16 * 2**20
"""Bytes of a file as it lies there; 100,000 homes with notes have some 8 million."""
SIZES = Sizes("list of homes", text=LARGEST, workbook=256 * 2**20, cells=4_000_000)
IDS = ("urn", "id", "home")
"""What the column with the ids may be called."""
COMMENT = "#"
_READINGS = 5
"""A file that changes while it is read is read so often."""
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of one text or sheet."""

    where: str
    """The file, with the sheet where there are several."""
    first: int
    """The number of the first row given, counted from 1."""
    records: Sequence[Sequence[str]]


def read_rows(path: Path, name: str) -> Sequence[FileRows]:
    """The rows of a list, by sheet; raises ListRefusedError, naming the file, for what cannot be read."""
    content = _settled(path, name)
    try:
        if content.startswith(_ZIP):
            return _sheets(name, content)
        if content.startswith(_GZIP):
            raise ListRefusedError(f"{name} is packed: unpack it, and name the file that comes of it")
        text = decode(name, unpack(name, content, SIZES).content)
        text = "".join(map(_without_comment, text.splitlines(keepends=True)))
        return [FileRows(name, 1, records_of(name, text, separator_of(text, IDS)))]
    except (CouldNotTellError, TransientError) as error:
        raise ListRefusedError(str(error)) from error


def _sheets(name: str, content: bytes) -> Sequence[FileRows]:
    from watcher.feeds.tables.tasks import WORKBOOK  # no other list needs them
    from watcher.feeds.worker.at_once import do_at_once

    limits = (SIZES.what, SIZES.text, SIZES.workbook, SIZES.cells)
    sheets = do_at_once(WORKBOOK, content, name, *limits)
    return [FileRows(f"{name}, sheet {sheet.name}", sheet.first, sheet.rows) for sheet in sheets]


def _without_comment(line: str) -> str:
    """The line; of a comment its end alone, whatever quotation marks it has."""
    begin = line.lstrip()
    if not begin.startswith(COMMENT) or error_in(begin.partition(",")[0]) is not None:
        return line
    return line[len(line.rstrip("\r\n")) :]


def _settled(path: Path, name: str) -> bytes:
    """The bytes of a file that nobody changed meanwhile."""
    for _ in range(_READINGS):
        before, content, after = _read(path, name)
        if before == after and len(content) == after[0]:
            return content
    raise ListRefusedError(f"{name} changes all the time while it is read: write it anew and move it into place")


def _read(path: Path, name: str) -> tuple[tuple[int, ...], bytes, tuple[int, ...]]:
    """What the system says of the file, its bytes, and what the system says after that."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would wait for somebody to write
        try:
            status = os.fstat(descriptor)
            if why := _why_no_file(status, name):
                raise ListRefusedError(why)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                content = file.read(LARGEST + 1)
        finally:
            os.close(descriptor)
        return _state(status), content, _state(path.stat())
    except FileNotFoundError:
        raise ListRefusedError(f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        raise ListRefusedError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _why_no_file(status: os.stat_result, name: str) -> str | None:
    if stat.S_ISDIR(status.st_mode):
        return f"{name} is a folder: name a file in it"
    if not stat.S_ISREG(status.st_mode):
        return f"{name} is no file that can be read to its end"
    if status.st_size > LARGEST:
        return f"{name} has {status.st_size:,} bytes (at most {LARGEST:,} are read): that is no {SIZES.what}"
    return None


def _state(status: os.stat_result) -> tuple[int, ...]:
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev
