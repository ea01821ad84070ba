"""What a file is, told by its content, and its unpacked bytes; what would unpack beyond all measure is refused."""

import io
import zipfile
import zlib
from typing import NamedTuple

from watcher.errors import CouldNotTellError
from watcher.feeds.tables.sizes import Sizes, why_sheets_are_too_large, why_text_is_too_large

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"


class FileRefusedError(CouldNotTellError):
    """A file that is not understood for certain: nothing of it is taken."""


class Unpacked(NamedTuple):
    """A file's own bytes, and whether they are a workbook (ODS, XLSX) or text."""

    content: bytes
    is_workbook: bool


def unpack(name: str, content: bytes, sizes: Sizes) -> Unpacked:
    """The bytes inside an optional gzip; raises FileRefusedError for what is damaged or unpacks beyond the limits."""
    if content.startswith(_GZIP):
        content = _gunzip(name, content, sizes)
    if content.startswith(_ZIP):
        _check_workbook(name, content, sizes)
        return Unpacked(content, is_workbook=True)
    if len(content) > sizes.text:
        raise FileRefusedError(f"{name} has more than {sizes.text:,} bytes: that is no {sizes.what}")
    if (why := why_text_is_too_large(content, sizes.cells)) is not None:
        raise FileRefusedError(f"{name} {why}: that is no {sizes.what}")
    return Unpacked(content, is_workbook=False)


def _gunzip(name: str, packed: bytes, sizes: Sizes) -> bytes:
    inflater = zlib.decompressobj(wbits=31)
    try:
        content = inflater.decompress(packed, sizes.text)
    except zlib.error as error:
        raise FileRefusedError(f"{name} is damaged: {error}; fetch it again") from error
    if inflater.unconsumed_tail:
        raise FileRefusedError(f"{name} unpacks to more than {sizes.text:,} bytes: that is no {sizes.what}")
    if not inflater.eof:
        raise FileRefusedError(f"{name} ends in the middle; fetch it again")
    return content


def _check_workbook(name: str, content: bytes, sizes: Sizes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > sizes.workbook:
                raise FileRefusedError(f"{name} unpacks to more than {sizes.workbook:,} bytes: that is no workbook")
            if len({entry.filename for entry in entries}) != len(entries):
                raise FileRefusedError(f"{name} is damaged: it holds two parts of one name")
            for entry in entries:
                with archive.open(entry) as part:  # to its end, which proves its claimed size and its checksum
                    if (why := why_sheets_are_too_large(part, sizes.cells)) is not None:
                        raise FileRefusedError(f"{name} {why}: that is no {sizes.what}")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileRefusedError(f"{name} is damaged or locked: {error}; fetch it again") from error
