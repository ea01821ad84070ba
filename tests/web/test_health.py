"""The health page says whether the service works, and how old what it knows is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Transaction
from watcher.web.health import Health, health

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def of(folder: Path, *, heartbeat: timedelta = MINUTE, last_good: datetime | None = None) -> Health:
    history = EmbeddedHistory.open(folder, with_bundle=False)
    if last_good is not None:
        history.commit(Transaction(feeds=(FeedState(name="site", outcome="unchanged", last_good=last_good),)))
    found = health({"site": OfstedSiteOptions()}, history, heartbeat, 5 * MINUTE, None, NOW)
    history.close()
    return found


@pytest.mark.parametrize(("minutes", "alive"), [(0, True), (5, True), (6, False)])
def test_a_stale_heartbeat_alone_makes_it_fail(tmp_path: Path, minutes: int, *, alive: bool) -> None:
    assert of(tmp_path, heartbeat=minutes * MINUTE).alive is alive


@pytest.mark.parametrize(("hours", "fresh"), [(6, True), (7, False)])
def test_a_feed_is_fresh_until_its_time_is_over(tmp_path: Path, hours: int, *, fresh: bool) -> None:
    site = of(tmp_path, last_good=NOW - timedelta(hours=hours)).as_json()["feeds"]["site"]
    assert (site["fresh"], site["age_seconds"], site["outcome"]) == (fresh, hours * 3600, "unchanged")


def test_a_feed_that_was_never_read_has_no_age(tmp_path: Path) -> None:
    site = of(tmp_path).as_json()["feeds"]["site"]
    assert site == {"outcome": None, "last_good": None, "age_seconds": None, "fresh": False, "failures": 0}
