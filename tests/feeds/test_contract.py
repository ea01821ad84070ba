"""What every feed promises, whatever its publisher; a new kind adds how its own stand-in is made to `PUBLISHERS`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import START, Known, authorities, homes, judged, published
from tests.feeds.register.services import service
from tests.feeds.statistics.files import csv_of, row
from tests.feeds.worker.here import WorkerHere
from tests.standins.content_api import ApiTrick, ContentApi
from tests.standins.cqc.api import KEY, ROOT, CqcStandIn, CqcTrick
from tests.standins.cqc.payloads import location, once, rated
from tests.standins.http_server import HttpServer
from tests.standins.ports import unused_port
from tests.standins.register import TABLE, RegisterTrick, Row, publishing
from tests.standins.site import Trick, TrickySite
from watcher.cli.demo.site import serving
from watcher.facts.inspection import Home, Inspection
from watcher.feeds.cqc_api.options import CqcApiOptions
from watcher.feeds.feed import Cursor, Feed, Outcome, Reading
from watcher.feeds.govuk_statistics.options import GovukStatisticsOptions
from watcher.feeds.kinds import KINDS, Caller, open_feeds
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.ofsted_site.remit import REMITS
from watcher.feeds.options import FeedOptions
from watcher.feeds.register.options import RegisterOptions
from watcher.feeds.register.presets import PRESETS
from watcher.feeds.worker.worker import Worker

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
    comes_out: Callable[[], None] = lambda: None
    """Has that come out, where it does not by itself."""
    after: timedelta = timedelta(days=2)
    """How long after START it has."""
    watched_since: date | None = None
    """Since when other feeds have watched the same homes."""
    in_parts: bool = False
    """Whether a reading of it ends early where its time is used up."""
    source: tuple[str, date] | None = None
    """Who says so and of which day it tells, unless that is the feed on the day of the reading."""


@asynccontextmanager
async def ofsted_site(clock: ManualClock, *, of_authority: bool = False) -> AsyncIterator[Publisher]:
    """Both remits of the site; what drops is a home, or an authority."""
    these, others, begun = homes(3), authorities(2), START.date()
    known = [published(home, begun - timedelta(days=3), "good") for home in these]
    known += [judged(authority, begun - timedelta(days=4), "good") for authority in others]
    day = begun + timedelta(days=1)
    if of_authority:
        drop = judged(others[0], day, "inadequate", ago=30)
    else:
        drop = published(these[0], day, "inadequate", ago=30)
    site = TrickySite([*these, *others], [*known, drop], clock)
    async with serving(site.app) as url:
        yield Publisher(
            OfstedSiteOptions(url=url, hosts=(), spacing=timedelta(0), remits=tuple(remit.name for remit in REMITS)),
            fail=lambda on: site.play(Trick.SLIM_ERROR_500 if on else None),
            be_empty=lambda on: site.play(Trick.SHELL if on else None),
            drop=others[0] if of_authority else these[0],
            in_parts=True,
        )


@asynccontextmanager
async def cqc_api(clock: ManualClock) -> AsyncIterator[Publisher]:
    api, begun = CqcStandIn(clock), START.date()
    known = rated(f"{begun - timedelta(days=300)}", "Good", "11111111-aa")
    for number in ("1-100000001", "1-100000002", "1-100000003"):
        api.publish(location(number, currentRatings=known), START - timedelta(days=400))
    dropped = rated(f"{begun + timedelta(days=1)}", "Inadequate", "22222222-bb")
    before = [once(f"{begun - timedelta(days=300)}", "Good", "11111111-aa")]
    drop = location("1-100000001", currentRatings=dropped, historicRatings=before)
    api.publish(drop, START + timedelta(days=1))
    async with HttpServer(api.answer) as server:
        yield Publisher(
            CqcApiOptions(url=f"{server.url}{ROOT}", key=SecretStr(KEY), spacing=timedelta(0)),
            fail=lambda on: api.play(CqcTrick.ERROR if on else None),
            be_empty=lambda on: api.play(CqcTrick.SHELL if on else None),
            drop=Home(regulator="cqc", id="1-100000001"),
            in_parts=True,
        )


@dataclass(frozen=True)
class Table:
    """Rows of a register as it was at START, and the first of them as it is on the day after."""

    before: tuple[Row, ...]
    after: Row
    drop: str
    """Which home that is of."""


def _scotland(day: date) -> Table:
    rows = [service(number, "5", "01/02/2024") for number in range(1, 21)]
    return Table((*rows,), service(1, "1", f"{day:%d/%m/%Y}"), "scotland:CS2024000001")


def _wales(_: date) -> Table:
    rows = [{"ciw_service_id": f"SIN-{number}", "ciw_rating_wellbeing": "Good"} for number in range(20)]
    return Table((*rows,), rows[0] | {"ciw_rating_wellbeing": "Requires significant improvement"}, "wales:SIN-0")


def _ofsted_la(day: date) -> Table:
    grade, dates = "Overall Effectiveness Grade", ("Inspection Start Date", "Publication Date")
    rows = [{"URN": f"804{number}", grade: "Good", **dict.fromkeys(dates, "01/02/2024")} for number in range(20)]
    return Table((*rows,), rows[0] | {grade: "Inadequate"} | dict.fromkeys(dates, f"{day:%d/%m/%Y}"), "ofsted-la:8040")


def _cqc_ratings(day: date) -> Table:
    told = {"Service / Population Group": "Overall", "Domain": "Overall", "Latest Rating": "Good"}
    rows = [{"Location ID": f"1-{number}", "Publication Date": "01/02/2024", **told} for number in range(20)]
    return Table((*rows,), rows[0] | {"Latest Rating": "Inadequate", "Publication Date": f"{day:%d/%m/%Y}"}, "cqc:1-0")


TABLES: dict[str, Callable[[date], Table]] = {
    "scotland": _scotland,
    "wales": _wales,
    "ofsted-la": _ofsted_la,
    "cqc-ratings": _cqc_ratings,
}


@asynccontextmanager
async def register(clock: ManualClock, *, preset: str = "scotland") -> AsyncIterator[Publisher]:
    said = TABLES[preset](START.date() + timedelta(days=1))
    async with publishing(said.before) as (table, root):
        table.told = lambda: said.before if clock.now() < START + timedelta(days=1) else (said.after, *said.before[1:])
        yield Publisher(
            RegisterOptions(preset=preset, url=root + TABLE, spacing=timedelta(0)),
            fail=lambda on: table.play(RegisterTrick.ERROR if on else None),
            be_empty=lambda on: table.play(RegisterTrick.SHELL if on else None),
            drop=Home.named(said.drop),
        )


@asynccontextmanager
async def govuk_statistics(_: ManualClock) -> AsyncIterator[Publisher]:
    """The statistics of two years; those of the second have a drop that the watched feeds have missed."""
    begun, path, api = START.date(), "government/statistics/homes", ContentApi()
    first, second = "in_year_2022-23.csv", "in_year_2023-24.csv"
    good = row(Inspection_date="02/02/2023", Publication_date="02/03/2023", Event_number="1")
    drop = row(
        Inspection_date="02/02/2024",
        Publication_date=f"{begun + timedelta(days=1):%d/%m/%Y}",
        Event_number="2",
        Overall_effectiveness="Inadequate",
    )
    api.release(path, "Homes in England 2023", {first: csv_of(good, above=[["Inspections in year 2022-23"]])})
    async with serving(api.app) as url:
        yield Publisher(
            GovukStatisticsOptions(url=f"{url}/api/content/{path}", hosts=(), spacing=timedelta(0)),
            fail=lambda on: api.play(ApiTrick.FAILING if on else None),
            be_empty=lambda on: api.play(ApiTrick.SHELL if on else None),
            drop=Home.named("ofsted:SC000001"),
            comes_out=lambda: api.release(
                path, "Homes in England 2024", {second: csv_of(good, drop, above=[["Inspections in year 2023-24"]])}
            ),
            after=timedelta(days=130),
            watched_since=begun,
            source=(second, date(2024, 3, 31)),
        )


Made = Callable[[ManualClock], AbstractAsyncContextManager[Publisher]]

PUBLISHERS: dict[str, Made] = {
    "ofsted-site": ofsted_site,
    "cqc-api": cqc_api,
    "govuk-statistics": govuk_statistics,
    "register": register,
}
"""One of each kind."""

OTHERS: dict[str, Made] = {
    "a local authority": partial(ofsted_site, of_authority=True),
    **{preset: partial(register, preset=preset) for preset in PRESETS if preset != "scotland"},
}
"""What else a kind reads, where it tells what is new in another way."""


def gone(options: FeedOptions) -> FeedOptions:
    """The same publisher, of whom nothing listens."""
    return options.model_copy(update={"url": f"http://127.0.0.1:{unused_port()}"})


async def read(
    options: FeedOptions, clock: ManualClock, cursor: Cursor | None = None, known: Known | None = None
) -> Reading:
    """One reading of a feed that is opened for it and closed after it; `known` remembers what it told."""
    before = children()
    async with opened(options, clock) as feed:
        reading = await read_by(feed, options, clock, cursor, known or Known())
    # What reads for it in another process has ended with it; those of a thread that ends meanwhile change their place.
    assert any(children() == before for _ in range(3))
    return reading


@asynccontextmanager
async def opened(options: FeedOptions, clock: ManualClock, budget: timedelta | None = None) -> AsyncIterator[Feed]:
    """A feed for as long as it is used."""
    feed = open_feeds({"mine": options}, Caller("tests@example.org", clock, budget))["mine"]
    try:
        assert feed.name == "mine"
        yield feed
    finally:
        await feed.close()
        await feed.close()  # closing twice harms nothing


async def read_by(feed: Feed, options: FeedOptions, clock: ManualClock, cursor: Cursor | None, known: Known) -> Reading:
    """One reading, of homes of the feed's own regulators alone; its cursor comes back as it does from a file."""
    reading = await feed.read(cursor or {}, known, clock.now())
    said = (*_silent(reading), *reading.inspections)
    keys = {home.key for home in (*reading.homes, *(reading.release.homes if reading.release else ()))}
    keys |= {inspection.home for inspection in said} | {*reading.listings} | reading.unfinished
    assert {key.partition(":")[0] for key in keys} <= {*options.regulators}
    for inspection in said:
        known.add(inspection)
    return replace(reading, cursor=orjson.loads(orjson.dumps(reading.cursor)))


def _silent(reading: Reading) -> tuple[Inspection, ...]:
    """What is to be known without telling anybody."""
    return (*reading.background, *(reading.release.inspections if reading.release else ()))


def children() -> set[str]:
    """The processes that this one has started, dead ones among them that nobody has buried."""
    found: set[str] = set()
    for file in Path("/proc/self/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that an earlier test left ends
            found |= {*file.read_text().split()}
    return found


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is fetched is read in this process: starting another takes longer than the rest of a reading."""
    monkeypatch.setattr(Worker, "_answer", WorkerHere._answer)


def test_every_kind_of_feed_is_held_to_the_contract() -> None:
    assert set(PUBLISHERS) == set(KINDS)
    assert {kind.options.model_fields["kind"].default for kind in KINDS.values()} == set(KINDS)
    assert set(TABLES) == set(PRESETS)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_first_reading_is_a_silent_baseline_of_the_feeds_own_regulators(kind: str) -> None:
    clock, known = ManualClock(START), Known()
    async with PUBLISHERS[kind](clock) as publisher:
        known.since = publisher.watched_since
        publisher.fail(True)
        failed = await read(publisher.options, clock, known=known)
        assert not failed.outcome.is_good
        publisher.fail(False)
        reading = await read(publisher.options, clock, failed.cursor, known)
        assert reading.outcome is Outcome.CHANGED
        assert _silent(reading)
        assert reading.inspections == ()
        again = await read(publisher.options, clock, reading.cursor, known)
        assert again.outcome.is_good
        assert again.inspections == ()


@pytest.mark.parametrize("made", [*PUBLISHERS, *OTHERS])
async def test_what_comes_out_after_the_baseline_is_to_be_judged_and_once(made: str) -> None:
    clock, known = ManualClock(START), Known()
    async with {**PUBLISHERS, **OTHERS}[made](clock) as publisher:
        known.since = publisher.watched_since
        before = (await read(publisher.options, clock, known=known)).cursor
        clock.advance(publisher.after)
        publisher.comes_out()
        reading = await read(publisher.options, clock, before, known)
        assert reading.outcome is Outcome.CHANGED
        (inspection,) = reading.inspections
        assert inspection.home == publisher.drop.key
        assert inspection.rating is not None
        assert inspection.rating.is_inadequate
        assert [(source.name, source.as_of) for source in inspection.sources] == [
            publisher.source or ("mine", clock.now().date())
        ]
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
        assert failed.release is None
        assert failed.cursor == before
        (publisher.fail if trouble == "failing" else publisher.be_empty)(False)
        assert (await read(publisher.options, clock, failed.cursor)).outcome.is_good


MOST_READINGS = 20


@pytest.mark.parametrize("kind", KINDS)
async def test_a_reading_without_time_goes_on_until_all_is_told_once(kind: str, read_here: None) -> None:
    clock, known = ManualClock(START), Known()
    async with (
        PUBLISHERS[kind](clock) as publisher,
        opened(publisher.options, clock, budget=timedelta(0)) as feed,
    ):
        known.since = publisher.watched_since

        async def until_done(cursor: Cursor) -> list[Reading]:
            readings: list[Reading] = []
            while not readings or readings[-1].goes_on:
                readings.append(await read_by(feed, publisher.options, clock, cursor, known))
                cursor = readings[-1].cursor
                clock.advance(timedelta(minutes=1))
                assert readings[-1].outcome.is_good
                assert len(readings) < MOST_READINGS
            return readings

        baseline = await until_done({})
        assert (len(baseline) > 1) is publisher.in_parts
        assert not any(reading.inspections for reading in baseline)
        assert len([reading for reading in baseline if reading.baseline is not None]) <= len(
            publisher.options.regulators
        )
        clock.advance(publisher.after)
        publisher.comes_out()
        told = [
            inspection.home for reading in await until_done(baseline[-1].cursor) for inspection in reading.inspections
        ]
        assert told == [publisher.drop.key]


@pytest.mark.parametrize("kind", KINDS)
async def test_after_a_reading_that_was_cut_off_the_feed_reads_as_if_it_had_not_been(
    kind: str, read_here: None
) -> None:
    clock = ManualClock(START)
    async with PUBLISHERS[kind](clock) as publisher, opened(publisher.options, clock) as feed:
        whole = await read_by(feed, publisher.options, clock, {}, Known())
        for steps in (1, 5, 15):
            reading = asyncio.create_task(feed.read({}, Known(), clock.now()))
            for _ in range(steps):
                await asyncio.sleep(0)
            assert reading.cancel()  # it was on its way
            with pytest.raises(asyncio.CancelledError):
                await reading
        again = await read_by(feed, publisher.options, clock, {}, Known())
        assert (again.outcome, _silent(again), again.inspections) == (whole.outcome, _silent(whole), ())
