"""The operator hears before the history's room ends, and of every step of the clock once, restarts or not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import FeedState, Room, Transaction
from watcher.service.self_watch import (
    LARGEST_STEP,
    LEAST_FREE,
    MOST_DOCUMENTS,
    announce,
    clock_step,
    matters,
    matters_of_room,
)

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SETTINGS = Settings(
    feeds={"ofsted": OfstedSiteOptions()}, channels={"screen": ConsoleOptions()}, operator=Operator(to=("screen",))
)
AMPLE = Room(documents=MOST_DOCUMENTS, snapshot_bytes=1000, free_bytes=LEAST_FREE)


@pytest.mark.parametrize(
    ("room", "keys"),
    [
        (AMPLE, []),
        (replace(AMPLE, documents=MOST_DOCUMENTS + 1), ["history:documents"]),
        (replace(AMPLE, free_bytes=LEAST_FREE - 1), ["history:room"]),
        (replace(AMPLE, snapshot_bytes=LEAST_FREE // 2), []),
        (replace(AMPLE, snapshot_bytes=LEAST_FREE // 2 + 1), ["history:room"]),
    ],
)
def test_limits_are_told_before_they_are_reached(room: Room, keys: list[str]) -> None:
    assert [matter.key for matter in matters_of_room(room)] == keys


def test_the_room_of_a_history_is_measured(tmp_path: Path) -> None:
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    before = history.room()
    history.commit(Transaction(notices={"a": {"title": "t"}, "b": {"title": "t"}}))
    history.compact(force=True)
    after = history.room()
    assert after.documents == before.documents + 2
    assert after.snapshot_bytes == (tmp_path / "history.json").stat().st_size
    assert after.free_bytes > 0
    history.close()


@pytest.mark.parametrize(
    ("wall", "monotonic", "told"),
    [
        (timedelta(seconds=10), timedelta(seconds=10), None),
        (timedelta(seconds=10) + LARGEST_STEP, timedelta(seconds=10), None),
        (timedelta(hours=3), timedelta(hours=3), None),
        (timedelta(hours=1, seconds=10), timedelta(seconds=10), ("the clock jumped forward", "By 1h")),
        (timedelta(seconds=10, hours=-24), timedelta(seconds=10), ("the clock jumped back", "By 1d")),
        (timedelta(0), timedelta(minutes=6), ("the clock jumped back", "By 6m")),
    ],
)
def test_a_step_of_the_clock_is_told_with_its_size(
    wall: timedelta, monotonic: timedelta, told: tuple[str, str] | None
) -> None:
    notice = clock_step(wall, monotonic)
    assert (notice and (notice.title, notice.text.split(",")[0])) == told


def told_in_a_round(history: EmbeddedHistory, state: FeedState, awake_since: datetime, now: datetime) -> list[str]:
    known = history.notices()
    announcements = announce(SETTINGS, known, matters(SETTINGS, [state], [], awake_since, now, known), now)
    history.commit(Transaction(notices=announcements.notices, deliveries=announcements.deliveries))
    return [delivery.content.title for delivery in announcements.deliveries]  # type: ignore[union-attr]  # notices all


@pytest.mark.parametrize("last_good", [None, NOW - timedelta(hours=9)])
def test_a_restart_neither_repeats_nor_ends_what_was_told(tmp_path: Path, last_good: datetime | None) -> None:
    stale = FeedState(name="ofsted", outcome="unreachable", began=NOW - timedelta(minutes=1), last_good=last_good)
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    assert told_in_a_round(history, stale, NOW - timedelta(days=2), NOW) == ["ofsted has not been read"]
    history.close()
    history = EmbeddedHistory.open(tmp_path, with_bundle=False)
    restarted = NOW + timedelta(minutes=5)
    assert told_in_a_round(history, stale, restarted, restarted) == []
    tried = replace(stale, began=restarted)
    assert told_in_a_round(history, tried, restarted, restarted + timedelta(minutes=1)) == []
    read = replace(tried, outcome="changed", last_good=restarted)
    assert told_in_a_round(history, read, restarted, restarted + timedelta(minutes=2)) == [
        "over: ofsted has not been read"
    ]
    history.close()
