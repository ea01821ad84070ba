"""What a clock that stood ahead for a while had put off, or dated, is brought back once it is right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.feeds.ofsted_site.world import World, authorities, judged, published, world
from tests.standins.site import Trick
from watcher.facts.inspection import Inspection, Kind
from watcher.feeds.feed import Reading
from watcher.feeds.ofsted_site.cursor import (
    Again,
    Baseline,
    Failure,
    MissingFile,
    Progress,
    SlowSweep,
    WatchedFile,
    dump,
    load,
)
from watcher.feeds.ofsted_site.remit import AUTHORITIES, HOMES
from watcher.feeds.ofsted_site.set_back import bring_back

pytestmark = pytest.mark.anyio

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOK_BACK = 60 * DAY
SKEWS = pytest.mark.parametrize("ahead", [20 * HOUR, 31 * DAY, 400 * DAY], ids=["20 hours", "31 days", "400 days"])


async def poll_ahead(w: World, ahead: timedelta) -> Reading:
    """One poll an hour later, of a machine whose clock stands ahead; it is right again afterwards."""
    w.clock.advance(HOUR)
    true = w.clock.now()
    w.clock.step(true + ahead)
    reading = await w.poll()
    w.clock.step(true)
    return reading


def told(*readings: Reading) -> list[tuple[str, Kind]]:
    return [(inspection.home, inspection.kind) for reading in readings for inspection in reading.inspections]


def drop(w: World, position: int = 1) -> Inspection:
    return published(w.homes()[position], w.today, "inadequate")


@SKEWS
@pytest.mark.parametrize(
    ("trick", "where"),
    [(Trick.SLIM_ERROR_500, "provider"), (Trick.SLIM_ERROR_500, "file"), (Trick.REPORT_NOT_FOUND_404, "file")],
)
async def test_what_could_not_be_read_while_the_clock_stood_ahead_is_told_by_the_next_reading(
    ahead: timedelta, trick: Trick, where: str
) -> None:
    async with world() as w:
        await w.poll()
        found = drop(w)
        w.site.publish(found)
        w.site.play(trick, where)
        assert not told(await poll_ahead(w, ahead))
        w.site.play(None)
        assert told(await w.poll(hours=1)) == [(found.home, Kind.FULL)]


@SKEWS
async def test_a_visit_under_an_older_date_to_a_home_that_stands_inadequate_is_told_on_its_day(
    ahead: timedelta,
) -> None:
    async with world() as w:
        await w.poll()
        found = drop(w)
        w.site.publish(found)
        await w.poll(days=1)
        await poll_ahead(w, ahead)
        w.site.publish(published(w.homes()[1], w.today - 5 * DAY, "", kind=Kind.MONITORING, ago=1))
        assert told(await w.poll(hours=1)) == [(found.home, Kind.MONITORING)]


@SKEWS
async def test_a_drop_that_came_out_once_the_clock_was_right_is_told_though_the_first_reading_was_cut_short(
    ahead: timedelta,
) -> None:
    async with world() as w:
        w.site.play(Trick.SLIM_ERROR_500, "provider")
        await poll_ahead(w, ahead)
        w.site.play(None)
        if ahead != 31 * DAY:  # within a day it could not be known any more; a list of days to come was empty
            assert not told(await w.poll(hours=1))
        w.clock.advance(DAY)
        found = drop(w)
        w.site.publish(found)
        assert told(await w.poll(hours=1)) == [(found.home, Kind.FULL)]
        assert not told(await w.poll(days=1))
        baseline = load(w.cursor).baseline
        assert baseline is not None
        assert baseline.complete


@SKEWS
async def test_a_first_reading_while_the_clock_stood_ahead_tells_nobody_what_was_there_before(
    ahead: timedelta,
) -> None:
    async with world(40) as w:
        readings = [await poll_ahead(w, ahead), await w.poll(hours=1), await w.poll(days=1)]
        assert not told(*readings)
        found = drop(w)
        w.site.publish(found)
        assert told(await w.poll(hours=1)) == [(found.home, Kind.FULL)]


@SKEWS
async def test_what_each_remit_could_not_read_is_tried_again(ahead: timedelta) -> None:
    others = authorities(3)
    async with world(others=others, remits=(HOMES, AUTHORITIES)) as w:
        await w.poll()
        home, authority = drop(w), judged(others[0], w.today, "inadequate")
        w.site.publish(home, authority)
        w.site.play(Trick.SLIM_ERROR_500, "file")
        await poll_ahead(w, ahead)
        w.site.play(None)
        assert sorted(told(await w.poll(hours=1))) == sorted([(home.home, Kind.FULL), (authority.home, authority.kind)])


@SKEWS
async def test_a_second_document_of_the_day_is_read_though_the_first_was_read_by_a_clock_that_stood_ahead(
    ahead: timedelta,
) -> None:
    async with world() as w:
        await w.poll()
        home = w.homes()[1]
        w.site.publish(published(home, w.today, "", kind=Kind.MONITORING, ago=1))
        await poll_ahead(w, ahead)
        found = drop(w)
        w.site.publish(found)
        assert told(await w.poll(hours=1)) == [(found.home, Kind.FULL)]


@SKEWS
async def test_an_outage_after_the_clock_stood_ahead_is_looked_back_on_as_a_whole(ahead: timedelta) -> None:
    async with world() as w:
        await w.poll()
        await poll_ahead(w, ahead)
        await poll_ahead(w, ahead)
        w.site.play(Trick.SLIM_ERROR_500, "search")
        found = published(w.homes()[1], w.today + DAY, "inadequate")
        w.site.publish(found)
        for _ in range(9):
            await w.poll(days=10)
        w.site.play(None)
        assert told(await w.poll(hours=1)) == [(found.home, Kind.FULL)]


async def test_a_clock_that_falls_behind_and_is_right_again_loses_nothing_and_tells_nothing_old() -> None:
    async with world() as w:
        w.site.play(Trick.SLIM_ERROR_500, "provider")
        await w.poll()
        w.site.play(None)
        assert not told(await poll_ahead(w, -31 * DAY), await w.poll(hours=1), await w.poll(days=1))
        found = drop(w)
        w.site.publish(found)
        assert told(await w.poll(hours=1)) == [(found.home, Kind.FULL)]


async def test_it_costs_one_round_of_readings_and_no_more() -> None:
    async with world() as w:
        await w.poll()
        await poll_ahead(w, 31 * DAY)
        await w.poll(hours=1)
        await w.poll(minutes=30)
        assert not w.asked_for("/provider")
        assert not w.asked_for("/v1/file")


NOW = datetime.fromisoformat("2024-03-04T12:00:00+00:00")
TODAY = NOW.date()


def stamped(at: datetime, noted: datetime | None) -> Progress:
    """What a reading at a moment leaves that could read little."""
    return Progress(
        baseline=Baseline(at.date() - LOOK_BACK, at.date()),
        read=at,
        homes={"SC1": TODAY - 3 * DAY},
        again={"SC1": Again(1, at + 6 * HOUR)},
        not_before={"SC2": at.date() + DAY},
        failures={"SC3": Failure(1, at + HOUR, TODAY, of_baseline=False)},
        missing={"7": MissingFile("SC4", at.date(), 1, at + HOUR)},
        watched={"8": WatchedFile("SC5", 1, at + 7 * DAY)},
        slow=SlowSweep(due=at + 8 * HOUR),
        noted=noted,
    )


@SKEWS
@pytest.mark.parametrize("is_noted", [True, False], ids=["noted", "of an older version"])
def test_nothing_waits_for_the_days_of_the_former_clock_nor_is_dated_by_it(ahead: timedelta, is_noted: bool) -> None:
    progress = load(dump(stamped(NOW + ahead, NOW + ahead if is_noted else None)))
    assert bring_back(progress, LOOK_BACK, NOW, TODAY)
    newest = TODAY - 3 * DAY
    assert progress.baseline == Baseline(newest - LOOK_BACK, newest)
    assert progress.window(LOOK_BACK, TODAY + 90 * DAY) == newest - LOOK_BACK
    assert not progress.not_before
    assert progress.slow.due == NOW
    waits: Sequence[Any] = (*progress.again.values(), *progress.failures.values(), *progress.missing.values())
    assert {wait.due for wait in waits} == {NOW}
    assert progress.missing["7"].since == TODAY
    assert (progress.watched["8"].looks, progress.watched["8"].due) == (0, NOW + 3 * DAY)


@pytest.mark.parametrize("is_noted", [True, False], ids=["noted", "of an older version"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=30), 3 * DAY, timedelta(minutes=-4)])
def test_a_clock_that_goes_on_or_is_put_right_by_minutes_alters_nothing(later: timedelta, is_noted: bool) -> None:
    progress, now = stamped(NOW, NOW if is_noted else None), NOW + later
    before = dump(progress)
    assert not bring_back(progress, LOOK_BACK, now, now.date())
    assert dump(progress) == before


def test_a_date_in_the_future_that_the_list_showed_by_mistake_hides_nothing_afterwards() -> None:
    progress = replace(stamped(NOW + 400 * DAY, NOW + 400 * DAY), homes={"SC1": TODAY, "SC2": date(2025, 1, 1)})
    assert bring_back(progress, LOOK_BACK, NOW, TODAY)
    assert progress.homes == {"SC1": TODAY}
    assert progress.baseline == Baseline(TODAY - LOOK_BACK, TODAY)
