"""What a file is, told by its content, and its unpacked bytes; what would unpack beyond all measure is refused."""

import io
import zipfile
import zlib
from typing import NamedTuple

from watcher.errors import CouldNotTellError
from watcher.feeds.statistics.sizes import why_sheets_are_too_large, why_text_is_too_large

LARGEST_TEXT = 32 * 2**20
"""Bytes of a CSV file; the official ones have up to 2 MB."""
LARGEST_WORKBOOK = 512 * 2**20
"""Bytes of everything inside a workbook; that of 2025 has 76 MB."""

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


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
    if (why := why_text_is_too_large(content)) is not None:
        raise FileRefusedError(f"{name} {why}: that is no statistics file")
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
                with archive.open(entry) as part:  # to its end, which proves its claimed size and its checksum
                    if (why := why_sheets_are_too_large(part)) is not None:
                        raise FileRefusedError(f"{name} {why}: that is no statistics file")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileRefusedError(f"{name} is damaged or locked: {error}; fetch it again") from error
