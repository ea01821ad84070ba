"""How far a reading is stands in a file while it is under way, and in the log once a minute."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import structlog

from tests.clock import ManualClock
from watcher.feeds.advance import Advance
from watcher.history.embedded.history import EmbeddedHistory
from watcher.service.progress import ReadingProgress, under_way
from watcher.web.health import Health
from watcher.web.metrics import Metrics

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_it_is_there_while_the_owner_reads_and_gone_afterwards(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    progress = ReadingProgress(tmp_path, clock)
    assert under_way(tmp_path) == {}
    progress.note("ofsted", Advance(0, 349, NOW))
    clock.advance(timedelta(seconds=6))
    progress.note("ofsted", Advance(3, 349, NOW))
    assert under_way(tmp_path) == {"ofsted": Advance(3, 349, NOW)}
    progress.note("ofsted", None)
    assert not (tmp_path / "reading.json").exists()
    progress.note("ofsted", Advance(1, 2, NOW))
    history.close()
    assert (tmp_path / "reading.json").exists()
    assert under_way(tmp_path) == {}, "nobody owns the folder any more"


def test_a_file_that_says_nothing_sound_says_nothing(tmp_path: Path) -> None:
    for content in (b"", b"[]", b"{}", orjson.dumps({"by": None, "feeds": {"a": 1}})):
        (tmp_path / "reading.json").write_bytes(content)
        assert under_way(tmp_path) == {}


def test_the_log_has_a_line_a_minute_at_most(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    progress = ReadingProgress(tmp_path, clock)
    with structlog.testing.capture_logs() as lines:
        for done in range(100):
            progress.note("ofsted", Advance(done, 349, NOW))
            clock.advance(timedelta(seconds=2))
    assert [line["progress"] for line in lines] == [
        "30 of 349 pages, about 11 minutes left",
        "60 of 349 pages, about 10 minutes left",
        "90 of 349 pages, about 9 minutes left",
    ]


def test_the_figures_have_it_and_fall_to_nothing_at_its_end() -> None:
    metrics = Metrics()
    feed = {"age_seconds": None, "last_good": None, "failures": 0}
    health = Health(alive=True, heartbeat_age=timedelta(), feeds={"ofsted": feed}, oldest_unsent=None)
    metrics.advance("ofsted", Advance(131, 349, NOW))
    page = metrics.page(health).decode()
    assert 'watcher_feed_pages_done{feed="ofsted"} 131.0' in page
    assert 'watcher_feed_pages_due{feed="ofsted"} 349.0' in page
    metrics.advance("ofsted", None)
    assert 'watcher_feed_pages_due{feed="ofsted"} 0.0' in metrics.page(health).decode()
