"""Bodies: inflated under a limit, and read as text."""

import gzip
import zlib

import pytest

from watcher.feeds.web.body import Body, BodyBrokenError, BodyTooLargeError, decode

PLAIN = b"Outcome: inadequate. " * 40
ZIPPED = gzip.compress(PLAIN, mtime=0)


def read(pieces: list[bytes], encodings: list[str], limit: int = 1_000) -> bytes:
    body = Body(encodings, limit)
    for piece in pieces:
        body.feed(piece)
    return body.finish()


@pytest.mark.parametrize(
    ("pieces", "encodings"),
    [
        ([PLAIN], []),
        ([PLAIN], ["identity"]),
        ([PLAIN], [""]),
        ([ZIPPED], ["gzip"]),
        ([ZIPPED], ["x-gzip"]),
        ([ZIPPED], ["identity", "gzip"]),
        ([ZIPPED[position : position + 1] for position in range(len(ZIPPED))], ["gzip"]),
        ([gzip.compress(PLAIN[:100]) + gzip.compress(b"") + gzip.compress(PLAIN[100:])], ["gzip"]),
        ([gzip.compress(PLAIN[:100]), gzip.compress(PLAIN[100:])], ["gzip"]),
    ],
)
def test_a_body_is_the_same_however_it_comes(pieces: list[bytes], encodings: list[str]) -> None:
    assert read(pieces, encodings) == PLAIN


@pytest.mark.parametrize(
    ("pieces", "encodings"),
    [
        ([gzip.compress(ZIPPED)], ["gzip", "gzip"]),
        ([zlib.compress(PLAIN)], ["deflate"]),
        ([PLAIN], ["br"]),
        ([PLAIN], ["gzip;q=1"]),
        ([PLAIN], ["gzip"]),
        ([zlib.compress(PLAIN)], ["gzip"]),
        ([], ["gzip"]),
        ([ZIPPED[:-1]], ["gzip"]),
        ([ZIPPED[: len(ZIPPED) // 2]], ["gzip"]),
        ([ZIPPED[:-8] + b"\0\0\0\0" + ZIPPED[-4:]], ["gzip"]),
        ([ZIPPED + b"and more"], ["gzip"]),
        ([ZIPPED + ZIPPED[:5]], ["gzip"]),
    ],
)
def test_what_is_not_whole_or_not_asked_for_is_broken(pieces: list[bytes], encodings: list[str]) -> None:
    with pytest.raises(BodyBrokenError):
        read(pieces, encodings)


@pytest.mark.parametrize(("encodings", "body"), [([], PLAIN), (["gzip"], ZIPPED)])
def test_the_limit_is_a_limit_to_the_byte(encodings: list[str], body: bytes) -> None:
    assert read([body], encodings, limit=len(PLAIN)) == PLAIN
    with pytest.raises(BodyTooLargeError):
        read([body], encodings, limit=len(PLAIN) - 1)


def test_a_bomb_is_given_up_at_the_limit_and_not_after_it() -> None:
    body = Body(["gzip"], 1_000)
    with pytest.raises(BodyTooLargeError):
        body.feed(gzip.compress(b"\0" * 10_000_000))
    assert len(body.so_far()) == 1_000
    assert len(body._content) == 1_001


def test_endless_empty_members_count_as_what_was_sent() -> None:
    with pytest.raises(BodyTooLargeError):
        read([gzip.compress(b"")] * 100, ["gzip"])


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Café".encode(), "utf-8", "Café"),
        ("Café".encode(), None, "Café"),
        ("Café".encode("cp1252"), None, "Café"),
        ("Café".encode("cp1252"), "utf-8", "Café"),
        ("Café".encode(), "ISO-8859-1", "Café"),
        ("Café".encode("latin-1"), "ISO-8859-1", "Café"),
        ("‘good’".encode("cp1252"), "iso-8859-1", "‘good’"),
        ("Café".encode(), "us-ascii", "Café"),
        ("Café".encode("utf-16"), "utf-16", "Café"),
        ("plain".encode("utf-16-le"), "UTF-16LE", "plain"),
        ("č".encode("iso8859-2"), "iso-8859-2", "č"),
        ("\ufeffCafé".encode(), None, "Café"),
        ("Café".encode(), "klingon", "Café"),
        ("Café".encode(), "nul\0", "Café"),
        ("Café".encode(), "", "Café"),
        (b"\\x41", "unicode_escape", "\\x41"),
        (b"uryyb", "rot13", "uryyb"),
        (b"68656c6c6f", "hex", "68656c6c6f"),
        (b"odd", "utf-16", "odd"),
        (b"\x81\xe9", None, "\ufffdé"),
        (b"", "utf-8", ""),
    ],
)
def test_text_is_read_whatever_the_server_declares(body: bytes, charset: str | None, text: str) -> None:
    assert decode(body, charset) == text
