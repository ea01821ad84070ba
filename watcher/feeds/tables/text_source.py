"""Text that is read in pieces: how its letters are encoded, whether it is whole, and what else than a table it is."""

import codecs
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO

from watcher.feeds.tables.containers import FileRefusedError
from watcher.feeds.tables.separated import LOOKED_AT, marked_encoding, why_no_text
from watcher.feeds.tables.sizes import Sizes

_PIECE = 2**16
_PAGE = re.compile(r"<!doctype\s{1,9}html|<html|<head", re.IGNORECASE)
_JSON = re.compile(r"\s{0,99}(?:\{\s{0,99}[\"}]|\[\s{0,99}[\[{\"\]])")
_LOOKED_AT_FOR_A_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class TextSource:
    """A text that can be read from its beginning, as often as it takes."""

    open_text: Callable[[], IO[str]]
    begin: str
    """Its first characters."""


def text_source(name: str, open_bytes: Callable[[], IO[bytes]], sizes: Sizes) -> TextSource:
    """A file as text, gone through to its end; raises FileRefusedError for what is none, or a page for browsers."""
    with open_bytes() as file:
        marked = marked_encoding(file.read(4))
    encoding = marked or ("utf-8" if _decodes(name, open_bytes, "utf-8", sizes) else "cp1252")
    if marked and not _decodes(name, open_bytes, marked, sizes):
        what = f"{name} begins as {marked.removesuffix('-sig').upper()} and does not go on so: fetch it again"
        raise FileRefusedError(what)
    open_text = partial(_opened, open_bytes, encoding)
    with open_text() as text:
        begin = text.read(LOOKED_AT)
    if (why := why_no_text(begin) or _why_no_table(begin)) is not None:
        raise FileRefusedError(f"{name} {why}")
    return TextSource(open_text, begin)


def looks_like_json(begin: str) -> bool:
    """Whether a text begins as JSON that could hold a table does."""
    return _JSON.match(begin) is not None


def _opened(open_bytes: Callable[[], IO[bytes]], encoding: str) -> IO[str]:
    return io.TextIOWrapper(open_bytes(), encoding, errors="replace", newline="")


def _decodes(name: str, open_bytes: Callable[[], IO[bytes]], encoding: str, sizes: Sizes) -> bool:
    """Whether a whole file is text of this encoding; it is read to its end all the same, which proves its container.

    Raises FileRefusedError for one that is, but ends within a letter: in another encoding every name would be another.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    read, sound, is_plain = 0, True, True
    with open_bytes() as file:
        while piece := file.read(_PIECE):
            read += len(piece)
            if read > sizes.text:
                raise FileRefusedError(f"{name} has more than {sizes.text:,} bytes: that is no {sizes.what}")
            text = _decoded(decoder, piece) if sound else None
            sound = text is not None
            is_plain = is_plain and (text is None or text.isascii())
    if not sound or _decoded(decoder, b"", final=True) is not None:
        return sound
    if not is_plain:
        raise FileRefusedError(f"{name} ends in the middle of a letter: it is cut off, fetch it again")
    return False


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, final: bool = False) -> str | None:
    try:
        return decoder.decode(piece, final)
    except UnicodeDecodeError:
        return None


def _why_no_table(begin: str) -> str | None:
    if not begin.strip():
        return "is empty: fetch it again"
    is_markup = begin.lstrip().startswith("<")
    if _PAGE.search(begin if is_markup else begin[:_LOOKED_AT_FOR_A_PAGE]) and not looks_like_json(begin):
        return (
            "is a page for browsers (HTML), perhaps one to sign in on: look at what the address shows, give the file's"
        )
    if is_markup:
        return "is XML, and no table that can be read: give it as CSV, XLSX, ODS or JSON"
    return "is a PDF: give the table itself" if begin.startswith("%PDF") else None
