"""Messages of failures quote foreign text safely."""

import pytest

from watcher.errors import CouldNotTellError, TransientError
from watcher.feeds.web.failures import FetchFailed, Malformed, NotFound, Refused, Unreachable, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Café – “good”", "Café – “good”"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\r\nb", "a\\r\\nb"),
        ("a\u202eb", "a\\u202eb"),
        ("a" * 201, "a" * 200 + "..."),
    ],
)
def test_foreign_text_is_one_visible_line(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_failure_shows_no_password_of_an_address() -> None:
    error = FetchFailed("https://me:s3cret@example.org/a?q=x@y", "failed")
    assert error.url == "https://example.org/a?q=x@y"
    assert str(error) == "https://example.org/a?q=x@y failed"


@pytest.mark.parametrize(
    ("kind", "waiting_helps"), [(Unreachable, True), (Refused, True), (Malformed, False), (NotFound, False)]
)
def test_each_failure_says_whether_waiting_helps(kind: type[FetchFailed], waiting_helps: bool) -> None:
    assert issubclass(kind, TransientError) is waiting_helps
    assert issubclass(kind, CouldNotTellError) is not waiting_helps
