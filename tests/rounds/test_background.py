"""A large baseline is stored in slices: whatever ends it in between, nothing is told and nothing stands twice."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home, inspection
from tests.clock import ManualClock
from tests.rounds.test_poll import DEADLINE, NOW, SETTINGS, ScriptedFeed
from watcher.feeds.feed import Outcome, Reading
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import FeedState, Transaction
from watcher.rounds import background
from watcher.rounds.poll import Round, poll
from watcher.rounds.take_in import absorb

HOMES = 11
IDS = [f"SC{number:06}" for number in range(HOMES)]
CURSOR = {"rows": dict.fromkeys(IDS, "abcd")}


def baseline(gone: tuple[str, ...] = (), as_of: str = "2024-03-01") -> Reading:
    """Each home stands inadequate: whatever was judged of them would be told."""
    homes = [home(one, status="resigned" if one in gone else "active", as_of=as_of) for one in IDS]
    visits = [(inspection("2022-05-01", "good", home=one.key), one.key) for one in homes]
    drops = [inspection("2023-05-01", "inadequate", home=key) for _, key in visits]
    return Reading(
        outcome=Outcome.CHANGED,
        homes=tuple(homes),
        background=(*(good for good, _ in visits), *drops),
        cursor=CURSOR,
        baseline=HOMES,
    )


@pytest.fixture(autouse=True)
def slices_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "SLICE", 3)
    monkeypatch.setattr(background, "_SLICES_A_REGISTER", 2)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    opened = EmbeddedHistory.open(tmp_path, with_bundle=False)
    yield opened
    opened.close()


def read(history: EmbeddedHistory, reading: Reading) -> Round:
    return asyncio.run(poll(history, ScriptedFeed(reading), SETTINGS, ManualClock(NOW), DEADLINE))


def known(history: EmbeddedHistory) -> Any:
    """All that is known, apart from the numbers of documents."""
    homes = sorted(history.homes_with_records(), key=lambda pair: pair[0].id)
    return [(one, [replace(record, id=None) for record in records]) for one, records in homes]


def test_it_comes_to_the_same_as_in_one_commit(history: EmbeddedHistory, tmp_path: Path) -> None:
    whole = EmbeddedHistory.open(tmp_path / "whole", with_bundle=False)
    reading = baseline()
    whole.commit(absorb(whole, reading.homes, reading.background, NOW).transaction())
    before = history.version
    read(history, reading)
    assert history.version == before + 5  # four slices, and what moves the cursor on
    assert known(history) == known(whole)
    assert {entry.home.key: entry for entry in history.register()} == {e.home.key: e for e in whole.register()}
    whole.close()


@pytest.mark.parametrize("at", range(5))
def test_wherever_it_is_killed_the_next_reading_begins_again_and_tells_nothing(
    history: EmbeddedHistory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    commits: list[Transaction] = []
    commit = history.commit

    def killed(transaction: Transaction) -> None:
        if len(commits) == at:
            raise CommitFailedError("killed")
        commits.append(transaction)
        commit(transaction)

    monkeypatch.setattr(history, "commit", killed)
    with pytest.raises(CommitFailedError):
        read(history, baseline())
    history.close()  # what was not committed is lost
    again = EmbeddedHistory.open(tmp_path, with_bundle=False)
    assert again.feed("ofsted") == FeedState(name="ofsted")
    assert len(list(again.homes())) == min(3 * at, HOMES)
    for day in (2, 3):  # on other days, as a restarted service would
        read(again, baseline(as_of=f"2024-03-0{day}"))
    assert [len(records) for _, records in known(again)] == [2] * HOMES
    assert list(again.changes()) == []
    assert list(again.deliveries()) == []
    assert again.feed("ofsted").cursor == CURSOR
    again.close()


def test_other_work_is_done_between_two_slices(history: EmbeddedHistory) -> None:
    seen: list[int] = []

    async def beside() -> None:
        polling = asyncio.create_task(
            poll(history, ScriptedFeed(baseline()), SETTINGS, ManualClock(NOW), timedelta(seconds=5))
        )
        while not polling.done():
            seen.append(len(list(history.homes())))
            await asyncio.sleep(0)
        await polling

    asyncio.run(beside())
    assert {0, 3, 6, 9, HOMES} <= {*seen, len(list(history.homes()))}


def test_that_a_home_known_as_open_is_gone_is_told_all_the_same(history: EmbeddedHistory) -> None:
    drop = inspection("2023-05-01", "inadequate", home=f"ofsted:{IDS[4]}")
    history.commit(absorb(history, [home(IDS[4], as_of="2024-01-01")], [drop], NOW).transaction())
    round_ = read(history, baseline(gone=(IDS[4], IDS[5])))
    assert [(told.alert.home, told.alert.change.value) for told in round_.taken.told] == [
        (f"ofsted:{IDS[4]}", "closed")
    ]
    assert [len(records) for _, records in known(history)] == [2] * HOMES


def test_what_waited_for_its_report_waits_no_more_once_it_is_stored(history: EmbeddedHistory) -> None:
    history.commit(Transaction(feeds=(FeedState(name="ofsted", unread=(f"ofsted:{IDS[0]}", "ofsted:SC9")),)))
    assert read(history, baseline()).state.unread == ("ofsted:SC9",)
