"""What a server said about the version of a page, to be replayed so that an unchanged page is not sent again."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified exactly as received, opaque (RFC 9110, 8.8); byte for byte as Latin-1."""

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None
    """The page that said so, after redirects; None where it is the one that is asked for."""

    def headers_for(self, url: str, *, asked: str) -> list[tuple[bytes, bytes]]:
        """The conditional headers for a request to `url`; none for another page than the one that gave them.

        What can't have been received is left out, which costs one full answer.
        """
        if url != (self.url or asked):
            return []
        pairs = ((b"If-None-Match", self.etag), (b"If-Modified-Since", self.last_modified))
        return [(name, value.encode("latin-1")) for name, value in pairs if value and _is_replayable(value)]

    def updated(self, received: Self) -> Self:
        """These, with what a 304 has replaced; what it doesn't mention still holds."""
        return type(self)(
            received.etag or self.etag, received.last_modified or self.last_modified, received.url or self.url
        )


def _is_replayable(value: str) -> bool:
    """A stored value may have been altered: a line break in it must not become a header of its own."""
    return all(character not in "\r\n\0" and ord(character) < 256 for character in value)
