"""What a file is, told by its content, and its unpacked bytes; what would unpack beyond all measure is refused."""

import io
import re
import zipfile
import zlib
from typing import IO, NamedTuple

from watcher.errors import CouldNotTellError

LARGEST_TEXT = 128 * 2**20
"""Bytes of a CSV file; the official ones have up to 2 MB."""
LARGEST_WORKBOOK = 512 * 2**20
"""Bytes of everything inside a workbook; that of 2025 has 76 MB."""

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
# An ODS may say that a row comes a million times: sheets end in blank ones, but each filled one would take up memory.
_REPEATED = re.compile(
    rb"s-repeated\s*=\s*[\"']\s*\d{4,}[^<>]*[^/<>]>(?!\s*(?:<[^<>]*/>\s*)*</[\w:.-]*table-row\s*>)", re.ASCII
)


class FileRefusedError(CouldNotTellError):
    """A file that is not understood for certain: nothing of it is taken."""


class Unpacked(NamedTuple):
    """A file's own bytes, and whether they are a workbook (ODS, XLSX) or text."""

    content: bytes
    is_workbook: bool


def unpack(name: str, content: bytes) -> Unpacked:
    """The bytes inside an optional gzip; raises FileRefusedError for what is damaged or unpacks beyond the limits."""
    if content.startswith(_GZIP):
        content = _gunzip(name, content)
    if content.startswith(_ZIP):
        _check_workbook(name, content)
        return Unpacked(content, is_workbook=True)
    if len(content) > LARGEST_TEXT:
        raise FileRefusedError(f"{name} has more than {LARGEST_TEXT:,} bytes: that is no statistics file")
    return Unpacked(content, is_workbook=False)


def _gunzip(name: str, packed: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        content = inflater.decompress(packed, LARGEST_TEXT)
    except zlib.error as error:
        raise FileRefusedError(f"{name} is damaged: {error}; fetch it again") from error
    if inflater.unconsumed_tail:
        raise FileRefusedError(f"{name} unpacks to more than {LARGEST_TEXT:,} bytes: that is no statistics file")
    if not inflater.eof:
        raise FileRefusedError(f"{name} ends in the middle; fetch it again")
    return content


def _check_workbook(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST_WORKBOOK:
                raise FileRefusedError(f"{name} unpacks to more than {LARGEST_WORKBOOK:,} bytes: that is no workbook")
            if len({entry.filename for entry in entries}) != len(entries):
                raise FileRefusedError(f"{name} is damaged: it holds two parts of one name")
            for entry in entries:
                with archive.open(entry) as part:
                    _read_through(name, part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileRefusedError(f"{name} is damaged or locked: {error}; fetch it again") from error


def _read_through(name: str, part: IO[bytes]) -> None:
    """Proves a part's claimed size and its checksum, and that it does not repeat filled rows or cells endlessly."""
    before = b""
    while chunk := part.read(2**20):
        if _REPEATED.search(before + chunk):
            raise FileRefusedError(f"{name} repeats filled rows or cells a thousand times: that is no statistics file")
        before = chunk[-4096:]
