"""A home of which a register says nothing but its number and its grade is read, stored and told like any other."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.clock import ManualClock
from tests.feeds.register.test_presets import OWN
from tests.feeds.register.world import COUNCIL, START, options, row
from tests.standins.register import csv_of
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.feeds.feed import Outcome
from watcher.feeds.register.feed import RegisterFeed
from watcher.history.embedded.history import EmbeddedHistory
from watcher.rounds.poll import poll
from watcher.watching.watches import Watch

pytestmark = pytest.mark.anyio

WITHHELD = {"Name": "REDACTED", "Provider": "", "Status": ""}
NOTHING_ELSE: Mapping[str, Any] = {**COUNCIL, "columns": {"id": "URN", "overall": "Overall", "published": "Published"}}


def rating(number: int, words: str, published: str) -> dict[str, str]:
    return {
        "Location ID": f"1-{number}",
        "Service / Population Group": "Overall",
        "Domain": "Overall",
        "Latest Rating": words,
        "Publication Date": published,
    }


@pytest.mark.parametrize(
    ("columns", "before", "after"),
    [
        (
            COUNCIL,
            [row(1, **WITHHELD), row(2)],
            [row(1, "Inadequate", "2024-03-05", **WITHHELD), row(2)],
        ),
        (NOTHING_ELSE, [row(1), row(2)], [row(1, "Inadequate", "2024-03-05"), row(2)]),
        (
            {**OWN, "preset": "cqc-ratings"},
            [rating(1, "Good", "01/02/2024"), rating(2, "Good", "01/02/2024")],
            [rating(1, "Inadequate", "05/03/2024"), rating(2, "Good", "01/02/2024")],
        ),
    ],
    ids=["withheld", "no column", "preset"],
)
async def test_its_drop_is_told_by_its_number(
    tmp_path: Path, columns: Mapping[str, Any], before: Sequence[dict[str, str]], after: Sequence[dict[str, str]]
) -> None:
    file = tmp_path / "register.csv"
    made, clock = options(f"file:{file}", **columns), ManualClock(START)
    watch = Watch(name="all", to=("desk",))
    settings = Settings(feeds={"mine": made}, channels={"desk": ConsoleOptions()}, watch=(watch,))
    history = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    for told in (before, after):
        file.write_bytes(csv_of(told))
        feed = RegisterFeed("mine", made, contact="tests@example.org", clock=clock)
        outcome = (await poll(history, feed, settings, clock, timedelta(seconds=30))).reading.outcome
        await feed.close()
        assert outcome is Outcome.CHANGED
        clock.advance(timedelta(days=2))
    home = f"{made.regulators[0]}:{before[0].get('URN') or before[0]['Location ID']}"
    assert [told.alert.home for told in history.changes()] == [home]
    assert history.standing_inadequate() == [home]
    history.close()
    again = EmbeddedHistory.open(tmp_path / "data", with_bundle=False)
    known = again.home(home)
    assert known is not None
    assert known.home.name is None
    again.close()
