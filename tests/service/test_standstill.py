"""A feed of a whole country that is read well and shows nothing new for too long is told."""

from collections.abc import Container
from datetime import UTC, datetime

import pytest

from tests.builders import day
from watcher.feeds.feed import Outcome
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.options import FeedOptions
from watcher.history.protocol import FeedState
from watcher.messages.matter import Matter
from watcher.messages.topics import Topic
from watcher.service.standstill import matters_of_standstill


def matters(
    newest: str | None, read: str, outcome: Outcome = Outcome.UNCHANGED, known: Container[str] = ()
) -> list[Matter]:
    at = datetime.combine(day(read), datetime.min.time(), UTC)
    state = FeedState(name="site", newest=day(newest) if newest else None, last_good=at, outcome=outcome.value)
    return list(matters_of_standstill({"site": OfstedSiteOptions()}, [state], known))


@pytest.mark.parametrize(
    ("newest", "read", "is_told"),
    [
        ("2026-11-27", "2026-11-27", False),
        ("2026-11-27", "2026-12-11", False),  # 9 working days
        ("2026-11-27", "2026-12-14", True),  # 10
        ("2022-09-08", "2022-09-21", False),  # the longest that there has been
        ("2020-03-16", "2021-04-13", False),  # the pandemic
        (None, "2026-12-14", False),
    ],
)
def test_ten_working_days_without_anything_new_are_told(newest: str | None, read: str, is_told: bool) -> None:
    assert bool(matters(newest, read)) is is_told


def test_it_says_what_is_the_newest_and_is_the_same_matter_the_day_after() -> None:
    (first,), (next_day,) = matters("2026-11-27", "2026-12-14"), matters("2026-11-27", "2026-12-15")
    assert (first.key, first.title) == (next_day.key, next_day.title) == ("feed:site:still", "site stands still")
    assert "is of 2026-11-27, 10 working days before" in first.text


def test_what_is_not_read_is_told_as_that_alone() -> None:
    assert matters("2026-11-27", "2026-12-14", Outcome.UNREACHABLE) == []


def test_a_reading_that_fails_in_between_is_no_end_of_it() -> None:
    (still,) = matters("2026-11-27", "2026-12-14", Outcome.UNREACHABLE, known=("feed:site:still",))
    assert still.topic is Topic.STILL
    assert matters("2026-12-14", "2026-12-14", Outcome.UNREACHABLE, known=("feed:site:still",)) == []


def test_a_feed_of_a_few_homes_may_be_still() -> None:
    assert FeedOptions(kind="some").still_after is None
    assert OfstedSiteOptions().still_after == 10
