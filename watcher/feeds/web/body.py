"""The body of an answer: inflated piece by piece under a limit, then decoded to text."""

import codecs
import re
import zlib
from collections.abc import Sequence

_GZIP = 31
"""zlib's window bits for a gzip stream, header and checksum included."""

_TRUSTED_CHARSETS = re.compile(r"utf-8|utf-16(-[lb]e)?|iso8859-\d+|cp125\d")
"""Python's codec names; a server must not be able to choose its `punycode` or `unicode_escape`."""

_OFTEN_WRONG = {"ascii", "iso8859-1", "cp1252"}
"""Charsets that servers announce by default whatever the page is written in."""


class BodyTooLargeError(ValueError):
    """More bytes than the limit, before or after inflating."""


class BodyBrokenError(ValueError):
    """Compressed in a way that was not asked for, damaged, or cut off."""


class Body:
    """Collects the raw pieces of a body; holds no more than `limit` bytes and one piece, however well they compress."""

    def __init__(self, encodings: Sequence[str], limit: int) -> None:
        coded = [coding for coding in encodings if coding not in ("", "identity")]
        if coded not in ([], ["gzip"], ["x-gzip"]):
            raise BodyBrokenError("is compressed in a way that was not asked for")
        self._inflate = zlib.decompressobj(_GZIP) if coded else None
        self._limit = limit
        self._raw = 0
        self._content = bytearray()

    def feed(self, piece: bytes) -> None:
        """Takes the next raw piece; raises as soon as the body is known to be too large or damaged."""
        self._raw += len(piece)
        if self._inflate is None:
            self._content += piece
        else:
            self._feed_gzip(piece)
        if max(self._raw, len(self._content)) > self._limit:
            raise BodyTooLargeError

    def _feed_gzip(self, piece: bytes) -> None:
        while piece and len(self._content) <= self._limit:
            if self._inflate is None or self._inflate.eof:  # a gzip file may have several members (RFC 1952, 2.2)
                self._inflate = zlib.decompressobj(_GZIP)
            try:
                self._content += self._inflate.decompress(piece, self._limit + 1 - len(self._content))
            except zlib.error as error:
                raise BodyBrokenError("is damaged: what was sent does not decompress") from error
            piece = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def so_far(self) -> bytes:
        """What has arrived, never more than the limit."""
        return bytes(self._content[: self._limit])

    def finish(self) -> bytes:
        """The whole body; raises if the compressed data stopped in the middle."""
        if self._inflate is not None and not self._inflate.eof:
            raise BodyBrokenError("was cut off: its compressed data has no end")
        return bytes(self._content)


def decode(body: bytes, charset: str | None) -> str:
    """The text of a body; never raises.

    By the declared charset; but UTF-8 is believed over a declared Latin-1 or its relatives wherever the bytes are valid
    UTF-8, as they hardly ever are by accident, and without a usable charset it is UTF-8, else Windows-1252.
    """
    for name in (_codec(charset), "utf-8-sig"):
        try:
            if name is not None:
                return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode("cp1252", errors="replace")


def _codec(charset: str | None) -> str | None:
    try:
        name = codecs.lookup(charset or "").name
    except (LookupError, ValueError):
        return None
    if name == "utf-8" or name in _OFTEN_WRONG or not _TRUSTED_CHARSETS.fullmatch(name):
        return None
    return name
