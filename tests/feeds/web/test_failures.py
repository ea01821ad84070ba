"""Messages of failures quote foreign text safely."""

import pytest

from watcher.errors import CouldNotTellError, TransientError
from watcher.feeds.web.failures import FetchFailed, Malformed, NotFound, Refused, Unreachable


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
