"""What a file is, told by its content, whatever it is wrapped in; nothing of it is unpacked further than that needs."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import IO, cast

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.sizes import Sizes
from watcher.feeds.tables.text_source import TextSource, looks_like_json, text_source
from watcher.text import printable

DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What reading a packed file raises where it is cut, damaged or locked."""
_GZIP, _ZIPS, _OLE = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
_MOST_WRAPPINGS = 2
_LARGEST_PACKED = 64 * 2**20
"""Bytes of a zip or workbook that is itself wrapped: it is unpacked into memory, for it is read from its end."""
_LONGEST_LIST = 100_000
"""Bytes of the list of what an ODS holds."""
_MOST_NAMED = 5
_PARTS = frozenset({"content.xml", "[Content_Types].xml", "encrypted-package"})
"""One of them is in every document that a spreadsheet saves."""
_MANIFEST = "META-INF/manifest.xml"

Opener = Callable[[], IO[bytes]]


class TableShape(Enum):
    """How a file's tables are written."""

    ODS = "ods"
    XLSX = "xlsx"
    JSON = "json"
    SEPARATED = "separated"


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A file without what it was wrapped in."""

    shape: TableShape
    source: TextSource | Opener

    def archive(self) -> zipfile.ZipFile:
        """The workbook."""
        return zipfile.ZipFile(cast("Opener", self.source)())

    def text(self) -> TextSource:
        """The text."""
        return cast("TextSource", self.source)


def unwrap(name: str, content: bytes | Path, sizes: Sizes, files: ExitStack) -> Unwrapped:
    """What a file is; raises FileRefusedError for what is no table, damaged, locked or larger than `sizes`.

    What is opened on the disk is closed with `files`. A text is gone through to its end: one that is cut or no text is
    refused before any of it is read as a table.
    """

    def opener() -> IO[bytes]:
        return files.enter_context(content.open("rb")) if isinstance(content, Path) else io.BytesIO(content)

    try:
        return _unwrapped(name, opener, sizes, wrappings=0)
    except DAMAGE as error:
        raise FileRefusedError(damaged(name, error)) from error


def damaged(name: str, error: Exception) -> str:
    """What is said of a packed file that cannot be unpacked; the error may repeat names from inside it."""
    return f"{name} is cut off, damaged or locked: {printable(str(error))}; fetch it again"


def _unwrapped(name: str, opener: Opener, sizes: Sizes, wrappings: int) -> Unwrapped:
    if wrappings > _MOST_WRAPPINGS:
        raise FileRefusedError(f"{name} is packed more than {_MOST_WRAPPINGS} times over: give the file itself")
    with opener() as file:
        begin = file.read(8)
    if begin.startswith(_GZIP):
        return _unwrapped(name, partial(_gunzipped, opener), sizes, wrappings + 1)
    if begin.startswith(_ZIPS):
        return _unzipped(name, _seekable(name, opener) if wrappings else opener, sizes, wrappings)
    if begin.startswith(_OLE):
        what = "a workbook that is locked with a password, or one of an old kind (.xls)"
        raise FileRefusedError(f"{name} is {what}: save it as XLSX or ODS without a password")
    text = text_source(name, opener, sizes)
    return Unwrapped(TableShape.JSON if looks_like_json(text.begin) else TableShape.SEPARATED, text)


def _gunzipped(opener: Opener) -> IO[bytes]:
    return cast("IO[bytes]", gzip.GzipFile(mode="rb", fileobj=opener()))


def _seekable(name: str, opener: Opener) -> Opener:
    with opener() as file:
        content = file.read(_LARGEST_PACKED + 1)
    if len(content) > _LARGEST_PACKED:
        raise FileRefusedError(f"{name} holds a zip of more than {_LARGEST_PACKED:,} bytes: give that zip itself")
    return partial(io.BytesIO, content)


def _unzipped(name: str, opener: Opener, sizes: Sizes, wrappings: int) -> Unwrapped:
    with zipfile.ZipFile(opener()) as archive:
        entries = [entry for entry in archive.infolist() if not _is_litter(entry.filename)]
        names = {entry.filename for entry in entries}
        if len(names) != len(entries):
            raise FileRefusedError(f"{name} is damaged: it holds two parts of one name")
        is_workbook = bool(names & _PARTS)
        most = sizes.workbook if is_workbook else sizes.text
        if sum(entry.file_size for entry in entries) > most:
            raise FileRefusedError(f"{name} unpacks to more than {most:,} bytes: that is no {sizes.what}")
        if is_workbook:
            return Unwrapped(_workbook(name, archive, names), opener)
    member = _only_member(name, sorted(names))
    return _unwrapped(f"{name} ({printable(member)})", partial(_member, opener, member), sizes, wrappings + 1)


def _is_litter(member: str) -> bool:
    """Folders, and what one maker of zips adds to every file."""
    return member.endswith(("/", ".DS_Store")) or member.startswith("__MACOSX/")


def _only_member(name: str, members: list[str]) -> str:
    if len(members) == 1:
        return members[0]
    named = ", ".join(map(printable, members[:_MOST_NAMED])) + (", ..." if len(members) > _MOST_NAMED else "")
    holds = f"{len(members)} files ({named})" if members else "no file"
    raise FileRefusedError(f"{name} is a zip with {holds}: give the one that is meant, or a zip of it alone")


def _member(opener: Opener, member: str) -> IO[bytes]:
    return zipfile.ZipFile(opener()).open(member)


def _workbook(name: str, archive: zipfile.ZipFile, names: set[str]) -> TableShape:
    if _MANIFEST in names:
        with archive.open(_MANIFEST) as file:
            if b"encryption-data" in file.read(_LONGEST_LIST):
                raise FileRefusedError(f"{name} is locked with a password: save it without one")
    if "xl/workbook.xml" in names:
        return TableShape.XLSX
    if "content.xml" in names:
        return TableShape.ODS
    raise FileRefusedError(f"{name} is a document, but no workbook that can be read: save it as XLSX or ODS")
