"""How long a reading goes on is reckoned from its pace so far."""

from datetime import UTC, datetime, timedelta

import pytest

from watcher.feeds.advance import Advance

BEGAN = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("done", "due", "seconds", "said"),
    [
        (131, 349, 320, "131 of 349 pages, about 9 minutes left"),
        (1, 2, 61, "1 of 2 pages, about 1 minute left"),
        (1, 2, 10, "1 of 2 pages, less than a minute left"),
        (0, 349, 60, "0 of 349 pages"),
        (10, 349, -60, "10 of 349 pages"),
        (349, 349, 600, "349 of 349 pages"),
        (1_000, 4_009, 3_000, "1,000 of 4,009 pages, about 150 minutes left"),
    ],
)
def test_the_time_left_is_told_where_there_is_a_pace(done: int, due: int, seconds: int, said: str) -> None:
    assert Advance(done, due, BEGAN).sentence(BEGAN + timedelta(seconds=seconds)) == said
