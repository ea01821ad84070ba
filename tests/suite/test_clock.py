"""The clock jumps, turns with the season, or stands while the machine sleeps: no storm, no silence, no false alarm."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.standins.site import Trick
from tests.standins.slack import says
from tests.suite.world import EVERY, World, world

pytestmark = pytest.mark.anyio

BEGINS = datetime(2026, 2, 10, 12, 7, tzinfo=UTC)


async def hours(w: World, number: float) -> None:
    """Lets time pass in small steps, and waits for each round that is due."""
    until = w.clock.now() + timedelta(hours=number)
    while w.clock.now() < until:
        count = len(w.rounds)
        w.clock.advance(timedelta(minutes=10))
        await w.quiet()
        if w.clock.now() - began(w)[count - 1] >= EVERY:
            await w.until(lambda before=count: len(w.rounds) > before)  # type: ignore[misc]  # mypy can't infer it


def began(w: World) -> list[datetime]:
    """When each reading began."""
    return [ended.state.began for ended in w.rounds if ended.state.began is not None]


def of_the_feed(w: World) -> list[str]:
    """What the operator was told, but for the clock's own jumps."""
    return [line for line in w.operator_told if "the clock jumped" not in line]


@pytest.mark.parametrize(
    "jump", [timedelta(hours=1), timedelta(days=1), -timedelta(hours=1), -timedelta(days=1)], ids=str
)
async def test_a_clock_that_jumps_brings_one_reading_and_then_the_usual_ones(tmp_path: Path, jump: timedelta) -> None:
    async with world(tmp_path, BEGINS, 2) as w:
        await hours(w, 1)
        count = len(w.rounds)
        w.clock.step(w.clock.now() + jump)
        await w.round()
        assert len(w.rounds) == count + 1
        await hours(w, 3)
        assert 6 <= len(w.rounds) - count - 1 <= 7
        drop = w.publish_drop(1, w.today)
        await hours(w, 1)
        assert w.told == [(drop.home, "dropped to inadequate")]
        assert w.operator_told == [f"the clock jumped {'forward' if jump > timedelta() else 'back'}"]


@pytest.mark.parametrize(
    "night",
    [datetime(2026, 3, 28, 21, 7, tzinfo=UTC), datetime(2026, 10, 24, 21, 7, tzinfo=UTC)],
    ids=["march", "october"],
)
async def test_the_change_of_season_moves_no_reading(tmp_path: Path, night: datetime) -> None:
    async with world(tmp_path, night, 2) as w:
        await hours(w, 8)
        gaps = [later - earlier for earlier, later in pairwise(began(w)[1:])]
        assert all(abs(gap - EVERY) <= timedelta(minutes=11) for gap in gaps), gaps
        assert len(gaps) == 15
        assert w.operator_told == []


async def test_after_three_days_asleep_the_news_is_told_as_late_and_nothing_is_called_stale(tmp_path: Path) -> None:
    async with world(tmp_path, BEGINS, 4) as w:
        early, late = (w.publish_drop(number, w.today + timedelta(days=day)) for number, day in ((1, 0), (2, 3)))
        w.site.publish()
        w.clock.step(w.clock.now() + timedelta(days=3))
        await w.round()
        await hours(w, 1)
        assert sorted(w.told) == [(early.home, "dropped to inadequate"), (late.home, "dropped to inadequate")]
        said = {text for text in map(str, w.readers.messages) if "days after" in text}
        assert len(said) == 1
        assert early.home.partition(":")[2] in said.pop()
        assert w.operator_told == ["the clock jumped forward"]
        assert len(w.rounds) <= 5


async def test_waking_without_a_network_is_told_once_and_ended_once(tmp_path: Path) -> None:
    async with world(tmp_path, BEGINS, 2) as w:
        w.site.play(Trick.SLIM_ERROR_500)
        for _ in range(3):
            w.clock.step(w.clock.now() + timedelta(days=1))
            await w.round()
        assert of_the_feed(w) == ["ofsted has not been read"]
        w.site.play(None)
        await w.later(hours=7)
        assert of_the_feed(w) == ["ofsted has not been read", "over: ofsted has not been read"]


AHEAD = [timedelta(hours=20), timedelta(days=31), timedelta(days=1400)]


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
async def test_what_failed_while_the_clock_ran_ahead_is_read_once_it_is_right(tmp_path: Path, ahead: timedelta) -> None:
    async with world(tmp_path, BEGINS, 2) as w:
        w.site.play(Trick.SLIM_ERROR_500)
        w.clock.step(w.clock.now() + ahead)
        await w.round()
        w.site.play(None)
        drop = w.publish_drop(1, BEGINS.date())
        w.clock.step(BEGINS + timedelta(hours=1))
        await w.round()
        assert w.told == [(drop.home, "dropped to inadequate")]


@pytest.mark.parametrize("ahead", AHEAD, ids=str)
async def test_what_was_not_taken_while_the_clock_ran_ahead_goes_once_it_is_right(
    tmp_path: Path, ahead: timedelta
) -> None:
    async with world(tmp_path, BEGINS, 2) as w:
        w.readers.ways["chat.postMessage"] = says({"ok": False}, 503)
        w.clock.step(w.clock.now() + ahead)
        drop = w.publish_drop(1, BEGINS.date())
        await w.until(lambda: any(delivery.attempts for delivery in w.history.deliveries(open_only=True)))
        w.readers.ways.clear()
        w.clock.step(BEGINS + timedelta(hours=1))
        await w.until(lambda: bool(w.told))
        assert w.told == [(drop.home, "dropped to inadequate")]
