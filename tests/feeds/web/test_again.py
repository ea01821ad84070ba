"""Whoever asks a publisher once more, and finds that it does not answer, leaves it the pause that it is owed."""

import socket
from datetime import UTC, datetime

from tests.clock import ManualClock
from watcher.feeds.exchange import Exchange
from watcher.feeds.web.again import comes_again


def test_after_a_request_that_failed_a_pause_is_made_too() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and listens to nobody
        exchange = Exchange(f"http://127.0.0.1:{bound.getsockname()[1]}/", (), 200, "", 2.0)
        pauses: list[float] = []
        assert not comes_again([exchange], ManualClock(datetime(2024, 3, 5, 12, tzinfo=UTC)), pauses.append)
    assert pauses == [2.0]
