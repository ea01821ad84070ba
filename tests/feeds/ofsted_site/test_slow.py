"""What appears under a date that no reading looks at any more is found by the slow pass over the whole list."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import inspection
from tests.feeds.ofsted_site.world import START, World, homes, published, world
from tests.standins.site import Trick
from watcher.facts.inspection import Inspection, Kind
from watcher.feeds.feed import Reading
from watcher.feeds.ofsted_site.cursor import load
from watcher.judging.judge import judge

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
TODAY = START.date()


def long_ago(number: int = 8) -> list[Inspection]:
    """Homes whose latest report is months or years old, inadequate every third time, and two of these days."""
    old = [
        published(home, TODAY - timedelta(days=100 + 170 * position), "inadequate" if position % 3 == 0 else "good")
        for position, home in enumerate(homes(number)[:-2])
    ]
    return [*old, *(published(home, TODAY - 5 * DAY, "good") for home in homes(number)[-2:])]


def passes(w: World) -> int:
    return load(w.cursor).slow.passes


async def through(w: World, days: int) -> list[Reading]:
    """Three readings a day."""
    return [await w.poll(hours=8) for _ in range(3 * days)]


def told(readings: Sequence[Reading]) -> list[Inspection]:
    return [inspection for reading in readings for inspection in reading.inspections]


async def test_the_first_pass_takes_everything_in_and_tells_nobody() -> None:
    async with world(8, inspections=long_ago()) as w:
        readings = await through(w, 20)
        assert passes(w) >= 1
        assert told(readings) == []
        assert len(w.known.records) == 8
        assert len(w.known.standing_inadequate()) == 2


async def test_a_first_pass_over_many_homes_reads_few_at_a_time_and_floods_nobody() -> None:
    many = [
        published(home, TODAY - timedelta(days=90 + position), "inadequate") for position, home in enumerate(homes(60))
    ]
    recent = published(homes(61)[-1], TODAY - 3 * DAY, "good")  # so that the list of the last weeks is not empty
    async with world(61, inspections=[*many, recent]) as w:
        await w.poll()
        pages = []
        for _ in range(60):
            reading = await w.poll(hours=8)
            assert reading.inspections == ()
            standing = {home.rpartition(":")[2] for home in w.known.standing_inadequate()}
            new = [path for path in w.asked_for("/provider") if path.rpartition("/")[2] not in standing]
            pages.append(len(w.asked_for("/provider")))
            assert len(new) <= 6
        assert len(w.known.records) == 61
        assert passes(w) >= 1


async def test_a_pass_asks_for_a_few_pages_a_day() -> None:
    async with world(8, inspections=long_ago()) as w:
        await w.poll()
        for _ in range(10):
            searches: list[str] = []
            for _ in range(48):
                await w.poll(minutes=30)
                searches += [path for path in w.asked_for("/search") if "latest_report_date_end" in path]
            assert len(searches) <= 3


async def test_a_report_released_under_an_old_date_is_told_once() -> None:
    async with world(8, inspections=long_ago()) as w:
        await through(w, 20)
        drop = published(w.homes()[4], w.today - 150 * DAY, "inadequate", ago=30)
        w.site.publish(drop)
        before = w.known.inspections(drop.home)
        news = told(await through(w, 40))
        assert [(one.home, one.published) for one in news] == [(drop.home, drop.published)]
        assert [change.what.value for change in judge(before, news[0]).changes] == ["dropped to inadequate"]


async def test_one_of_before_the_watcher_began_is_told_too_if_it_appears_after_the_first_pass() -> None:
    async with world(8, inspections=long_ago()) as w:
        await through(w, 20)
        home = w.homes()[5]
        drop = published(home, TODAY - 300 * DAY, "inadequate")
        w.site.publish(drop)
        assert [one.home for one in told(await through(w, 40))] == [home.key]


async def test_a_late_one_that_a_newer_inspection_has_superseded_is_marked_late() -> None:
    async with world(8, inspections=long_ago()) as w:
        await through(w, 20)
        home = w.homes()[4]
        (newest,) = [one for one in w.known.inspections(home.key) if one.rating]
        assert newest.published is not None
        late = published(home, newest.published + 20 * DAY, "inadequate", ago=80)
        assert late.day < newest.day
        w.site.publish(late)
        (news,) = told(await through(w, 40))
        assert [change.what.value for change in judge([newest], news).changes] == ["late"]


async def test_a_visit_released_under_an_old_date_is_told_too() -> None:
    async with world(8, inspections=long_ago()) as w:
        await through(w, 20)
        visit = published(w.homes()[3], TODAY - 200 * DAY, "", kind=Kind.MONITORING)
        w.site.publish(visit)
        assert [(one.home, one.kind) for one in told(await through(w, 40))] == [(visit.home, Kind.MONITORING)]


async def test_on_a_page_that_is_read_anyway_an_old_date_hides_nothing() -> None:
    async with world(8, inspections=long_ago()) as w:
        await through(w, 20)
        standing = w.homes()[3]
        recovery = published(standing, TODAY - 200 * DAY, "good")
        w.site.publish(recovery)
        assert [one.home for one in told(await through(w, 2))] == [standing.key]


async def test_a_home_that_nobody_knew_and_that_is_listed_again_is_told() -> None:
    async with world(8, inspections=long_ago()[:-1]) as w:
        await through(w, 20)
        unknown = w.homes()[-1]
        w.site.publish(published(unknown, w.today - 200 * DAY, "inadequate"))
        assert [one.home for one in told(await through(w, 40))] == [unknown.key]


async def test_what_was_published_since_the_watcher_began_and_missed_is_told_in_the_first_pass_already() -> None:
    async with world(8, inspections=long_ago()) as w:
        await w.poll()
        w.clock.advance(200 * DAY)
        await w.poll()
        w.cursor = {name: value for name, value in w.cursor.items() if name != "slow"}
        missed = published(w.homes()[1], TODAY + 50 * DAY, "inadequate")
        recent = published(w.homes()[0], w.today - DAY, "good")  # so that the list of the last weeks is not empty
        w.site.publish(missed)
        w.site.publish(recent)
        readings = await through(w, 25)
        assert [one.home for one in told(readings)] == [recent.home, missed.home]


async def test_what_the_history_knows_is_not_read_again() -> None:
    async with world(8, inspections=long_ago()) as w:
        for one in long_ago():
            w.known.add(replace(one, sources=inspection("2023-01-01", source="statistics").sources))
        asked = []
        await w.poll()
        for _ in range(60):
            await w.poll(hours=8)
            asked += w.asked_for("/v1/file")
        assert passes(w) >= 1
        assert asked == []


@pytest.mark.parametrize("trick", [Trick.CAPPED_AND_EMPTY, Trick.COUNTS_DIFFER, Trick.SHELL])
async def test_from_a_list_that_is_not_believed_nothing_is_concluded(trick: Trick) -> None:
    async with world(8, inspections=long_ago()) as w:
        await w.poll()
        w.site.most_rows = 1
        started = load(w.cursor).slow
        w.site.play(trick, "search")
        for reading in await through(w, 5):
            assert reading.inspections == ()
        assert replace(load(w.cursor).slow, due=None) == replace(started, due=None)


async def test_a_site_that_does_not_understand_the_days_asked_for_is_told_of() -> None:
    async with world(8, inspections=[*long_ago()[:-1], published(homes(8)[-1], TODAY - 57 * DAY, "good")]) as w:
        await w.poll()
        real = w.site.latest
        w.site.latest = lambda start, end: real(start, end) if end == date.max else []  # type: ignore[method-assign]  # a site that changed
        readings = await through(w, 3)
        problems = [problem for reading in readings for problem in reading.problems]
        assert problems
        assert all("is not believed" in problem.what and problem.where == "whole list" for problem in problems)
        assert all(reading.outcome.is_good for reading in readings)
        assert (passes(w), load(w.cursor).slow.until) == (0, None)


async def test_a_report_unreadable_in_the_first_pass_stays_background_once_it_is_read() -> None:
    async with world(8, inspections=long_ago()) as w:
        await w.poll()
        w.site.play(Trick.TRUNCATED_PDF, "file")
        await through(w, 20)
        w.site.play(None)
        assert told(await through(w, 20)) == []
        assert len(w.known.standing_inadequate()) == 2
