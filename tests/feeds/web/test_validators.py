"""Validators are replayed exactly, and only to the page that gave them."""

import pytest
from pydantic import TypeAdapter

from watcher.feeds.web.validators import Validators

URL = "https://example.org/a"


@pytest.mark.parametrize(
    "etag", ['W/"0"', '"plain"', "unquoted", '"with  odd   spacing "', '"-gzip"', '"caf\xe9\xff"', "0"]
)
def test_an_etag_survives_storage_and_goes_back_byte_for_byte(etag: str) -> None:
    kept = TypeAdapter(Validators)
    stored = kept.dump_json(Validators(etag, "Thu, 1 Jan 1970", URL))
    assert kept.validate_json(stored).headers_for(URL, asked=URL) == [
        (b"If-None-Match", etag.encode("latin-1")),
        (b"If-Modified-Since", b"Thu, 1 Jan 1970"),
    ]


@pytest.mark.parametrize(
    ("given_by", "asked", "hop", "replayed"),
    [
        (None, URL, URL, True),
        (None, URL, URL + "/moved", False),
        (URL, URL, URL, True),
        (URL + "/moved", URL, URL, False),
        (URL + "/moved", URL, URL + "/moved", True),
    ],
)
def test_only_the_page_that_gave_them_gets_them_back(
    given_by: str | None, asked: str, hop: str, replayed: bool
) -> None:
    assert bool(Validators('"x"', None, given_by).headers_for(hop, asked=asked)) is replayed


def test_a_304_replaces_what_it_mentions_and_keeps_the_rest() -> None:
    old = Validators('"1"', "Monday", URL)
    assert old.updated(Validators('"2"')) == Validators('"2"', "Monday", URL)
    assert old.updated(Validators(None, "Tuesday", URL + "/b")) == Validators('"1"', "Tuesday", URL + "/b")
    assert old.updated(Validators()) == old


@pytest.mark.parametrize("etag", [None, "", "a\r\nHost: evil", "a\nb", "a\0", "\u20ac"])
def test_what_cannot_have_been_received_is_not_sent(etag: str | None) -> None:
    assert Validators(etag, "Monday").headers_for(URL, asked=URL) == [(b"If-Modified-Since", b"Monday")]
