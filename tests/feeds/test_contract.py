"""What every feed promises, whatever its publisher; a new kind adds how its own stand-in is made to `PUBLISHERS`."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import START, Known, homes, published
from tests.feeds.register.services import service
from tests.standins.receiver import unused_port
from tests.standins.register import TABLE, RegisterTrick, publishing
from tests.standins.site import Trick, TrickySite
from watcher.cli.demo.site import serving
from watcher.facts.inspection import Home
from watcher.feeds.feed import Cursor, Outcome, Reading
from watcher.feeds.kinds import KINDS, Caller, open_feeds
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.options import FeedOptions
from watcher.feeds.register.options import RegisterOptions

pytestmark = pytest.mark.anyio


@dataclass
class Publisher:
    """A stand-in for a publisher that says something, and what can be wrong with it."""

    options: FeedOptions
    """Of a feed that reads it."""
    fail: Callable[[bool], None]
    """Answers everything with an error of its server."""
    be_empty: Callable[[bool], None]
    """Answers with pages that have no content."""
    drop: Home
    """Found inadequate by an inspection that is published on the day after START."""


@asynccontextmanager
async def ofsted_site(clock: ManualClock) -> AsyncIterator[Publisher]:
    these, begun = homes(3), START.date()
    known = [published(home, begun - timedelta(days=3), "good") for home in these]
    site = TrickySite(these, [*known, published(these[0], begun + timedelta(days=1), "inadequate", ago=30)], clock)
    async with serving(site.app) as url:
        yield Publisher(
            OfstedSiteOptions(url=url, hosts=(), spacing=timedelta(0)),
            fail=lambda on: site.play(Trick.SLIM_ERROR_500 if on else None),
            be_empty=lambda on: site.play(Trick.SHELL if on else None),
            drop=these[0],
        )


@asynccontextmanager
async def register(clock: ManualClock) -> AsyncIterator[Publisher]:
    day = (START + timedelta(days=1)).strftime("%d/%m/%Y")
    before = [service(number, "5", "01/02/2024") for number in range(1, 21)]
    after = [service(1, "1", day), *before[1:]]
    async with publishing(before) as (table, root):
        table.told = lambda: before if clock.now() < START + timedelta(days=1) else after
        yield Publisher(
            RegisterOptions(preset="scotland", url=root + TABLE, spacing=timedelta(0)),
            fail=lambda on: table.play(RegisterTrick.ERROR if on else None),
            be_empty=lambda on: table.play(RegisterTrick.SHELL if on else None),
            drop=Home(regulator="scotland", id="CS2024000001"),
        )


PUBLISHERS: dict[str, Callable[[ManualClock], AbstractAsyncContextManager[Publisher]]] = {
    "ofsted-site": ofsted_site,
    "register": register,
}


def gone(options: FeedOptions) -> FeedOptions:
    """The same publisher, of whom nothing listens."""
    return options.model_copy(update={"url": f"http://127.0.0.1:{unused_port()}"})


async def read(
    options: FeedOptions, clock: ManualClock, cursor: Cursor | None = None, known: Known | None = None
) -> Reading:
    """One reading of a feed that is opened for it and closed after it; `known` remembers what it told."""
    feed = open_feeds({"mine": options}, Caller("tests@example.org", clock))["mine"]
    known, before = known or Known(), children()
    try:
        assert feed.name == "mine"
        reading = await feed.read(cursor or {}, known, clock.now())
        for inspection in (*reading.background, *reading.inspections):
            known.add(inspection)
        return reading
    finally:
        await feed.close()
        await feed.close()  # closing twice harms nothing
        assert children() == before  # what reads for it in another process has ended with it


def children() -> set[str]:
    """The processes that this one has started, dead ones among them that nobody has buried."""
    return {pid for file in Path("/proc/self/task").glob("*/children") for pid in file.read_text().split()}


def test_every_kind_of_feed_is_held_to_the_contract() -> None:
    assert set(PUBLISHERS) == set(KINDS)
    assert {kind.options.model_fields["kind"].default for kind in KINDS.values()} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_first_reading_is_a_silent_baseline_of_the_feeds_own_regulators(kind: str) -> None:
    clock, known = ManualClock(START), Known()
    async with PUBLISHERS[kind](clock) as publisher:
        reading = await read(publisher.options, clock, known=known)
        assert reading.outcome is Outcome.CHANGED
        assert reading.background
        assert reading.inspections == ()
        keys = (
            {home.key for home in reading.homes}
            | {inspection.home for inspection in reading.background}
            | {*reading.listings}
        )
        assert {key.partition(":")[0] for key in keys} <= set(publisher.options.regulators)
        again = await read(publisher.options, clock, reading.cursor, known)
        assert again.outcome.is_good
        assert again.inspections == ()


@pytest.mark.parametrize("kind", KINDS)
async def test_what_comes_out_after_the_baseline_is_to_be_judged_and_once(kind: str) -> None:
    clock, known = ManualClock(START), Known()
    async with PUBLISHERS[kind](clock) as publisher:
        before = (await read(publisher.options, clock, known=known)).cursor
        clock.advance(timedelta(days=2))
        reading = await read(publisher.options, clock, before, known)
        assert reading.outcome is Outcome.CHANGED
        (inspection,) = reading.inspections
        assert inspection.home == publisher.drop.key
        assert inspection.rating is not None
        assert inspection.rating.is_inadequate
        assert [(source.name, source.as_of) for source in inspection.sources] == [("mine", clock.now().date())]
        clock.advance(timedelta(days=1))
        again = await read(publisher.options, clock, reading.cursor, known)
        assert again.outcome.is_good
        assert again.inspections == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("trouble", ["gone", "failing", "empty"])
async def test_a_reading_that_fails_says_so_and_keeps_the_cursor(kind: str, trouble: str) -> None:
    clock = ManualClock(START)
    async with PUBLISHERS[kind](clock) as publisher:
        before = (await read(publisher.options, clock)).cursor
        clock.advance(timedelta(days=1))
        options = gone(publisher.options) if trouble == "gone" else publisher.options
        (publisher.fail if trouble == "failing" else publisher.be_empty)(trouble != "gone")
        failed = await read(options, clock, before)
        assert not failed.outcome.is_good
        assert failed.detail
        assert (failed.homes, failed.inspections, failed.background, failed.listings) == ((), (), (), {})
        assert failed.cursor == before
        (publisher.fail if trouble == "failing" else publisher.be_empty)(False)
        assert (await read(publisher.options, clock, failed.cursor)).outcome.is_good
