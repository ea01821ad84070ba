"""A home's page that is behind the list: what the list announces is waited for, and told as soon as it is there."""

from datetime import timedelta

import pytest

from tests.feeds.ofsted_site.world import World, published, world
from watcher.cli.demo.markup import provider_page
from watcher.facts.inspection import Inspection
from watcher.feeds.feed import Outcome, Problem, Reading, Trouble

pytestmark = pytest.mark.anyio


def publish_in_the_list_alone(here: World) -> Inspection:
    """Its home's page stays as it is; the file is there."""
    home = here.homes()[0]
    here.site.pages[home.id] = provider_page(home, here.site.shown(home.id), here.url)
    drop = published(home, here.today, "inadequate")
    here.site.publish(drop)
    return drop


async def polls(here: World, number: int, hours: float) -> list[Reading]:
    return [await here.poll(hours=hours) for _ in range(number)]


def told(readings: list[Reading]) -> list[Inspection]:
    return [inspection for reading in readings for inspection in reading.inspections]


def lags(reading: Reading) -> list[Problem]:
    return [problem for problem in reading.problems if "that its page doesn't show" in problem.what]


@pytest.mark.parametrize("days", [1, 4, 40])
async def test_a_report_that_is_in_the_list_days_before_it_is_on_its_homes_page_is_told_once_it_is(days: int) -> None:
    async with world() as here:
        await here.poll(minutes=30)
        drop = publish_in_the_list_alone(here)
        assert not told(await polls(here, days * 4, hours=6))
        here.site.pages.clear()
        news = told(await polls(here, 7 * 4, hours=6))
        assert [(found.inspected, found.rating.value if found.rating else None) for found in news] == [
            (drop.inspected, "inadequate")
        ]


async def test_it_is_told_to_the_operator_once_it_has_lasted_and_never_as_the_sites_trouble() -> None:
    async with world() as here:
        await here.poll(minutes=30)
        publish_in_the_list_alone(here)
        first, second, third = await here.poll(minutes=30), await here.poll(hours=2), await here.poll(hours=5)
        assert not (*first.problems, *second.problems)
        (problem,) = lags(third)
        assert (problem.trouble, problem.home) == (Trouble.PAGE, here.homes()[0].key)
        assert {reading.outcome for reading in (first, second, third)} == {Outcome.UNCHANGED}


async def test_a_page_that_never_shows_it_is_asked_for_ever_more_rarely() -> None:
    async with world() as here:
        await here.poll(minutes=30)
        publish_in_the_list_alone(here)
        await polls(here, 20, hours=24)
        asked = [len(here.asked_for(f"/provider/2/{here.homes()[0].id}")) for _ in await polls(here, 1, hours=1)]
        for _ in range(21):
            await here.poll(days=1)
            asked.append(len(here.asked_for(f"/provider/2/{here.homes()[0].id}")))
        assert sum(asked) == 3


async def test_a_page_that_dates_it_a_day_later_than_the_list_does_not_lag() -> None:
    async with world() as here:
        await here.poll(minutes=30)
        home, day = here.homes()[0], here.today
        here.site.publish(published(home, day, "good", ago=20))
        shown = here.site.shown(home.id)
        page = provider_page(home, shown, here.url)
        here.site.pages[home.id] = page.replace(f"{day:%d %B %Y}", f"{day - timedelta(days=1):%d %B %Y}")
        readings = await polls(here, 8, hours=6)
        assert len(told(readings)) == 1
        assert not any(map(lags, readings))
