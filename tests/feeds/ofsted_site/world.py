"""A site, a feed that reads it, and a history that remembers what it read."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests import builders
from tests.clock import ManualClock
from tests.feeds.worker.here import WorkerHere
from tests.standins.site import TrickySite
from watcher.cli.demo.site import serving
from watcher.facts.grades import headline_among, read_grade
from watcher.facts.inspection import Home, Inspection, Judgement, Kind
from watcher.facts.regulators import OFSTED_LA
from watcher.facts.statements import Record, find, latest_published
from watcher.feeds.feed import Cursor, Reading
from watcher.feeds.ofsted_site.cursor import load
from watcher.feeds.ofsted_site.feed import OfstedSite
from watcher.feeds.ofsted_site.reader import Reader
from watcher.feeds.web.http import PoliteClient
from watcher.judging.judge import stands_inadequate

START = datetime(2024, 3, 4, 12, tzinfo=UTC)


def homes(number: int) -> list[Home]:
    return [builders.home(f"SC{200001 + position}", status="open") for position in range(number)]


def published(home: Home, day: date, words: str, *, kind: Kind = Kind.FULL, ago: int = 35) -> Inspection:
    """An inspection published on a day, of a visit so many days before it."""
    visit = (day - timedelta(days=ago)).isoformat()
    return builders.inspection(visit, words, home=home.key, kind=kind, published=day.isoformat())


def authorities(number: int) -> list[Home]:
    """Local authorities, each of a name of its own."""
    return [
        Home(regulator=OFSTED_LA.key, id=f"8042{position}", type="local authority", name=name, status="open")
        for position, name in enumerate(["Exampleshire", "Samplewick", "Mockton", "Dummingham", "Testbury"][:number])
    ]


def judged(authority: Home, day: date, overall: str | None, areas: str = "", *, ago: int = 35) -> Inspection:
    """A full inspection of an authority, published on a day; the areas as `good/inadequate/good/good`, or all alike."""
    said = areas.split("/") if areas else [overall or ""] * 4
    words = {"overall": overall} if overall else {}
    words |= dict(zip(("leaders", "protected", "in care", "care leavers"), said, strict=True))
    judgements = tuple(Judgement(area, read_grade(grade, OFSTED_LA.key)) for area, grade in words.items())
    headline = headline_among(judgements, OFSTED_LA.headline)
    return replace(published(authority, day, "", ago=ago), judgements=judgements, headline=headline)


class Known:
    """What has been read, merged as the history merges it."""

    def __init__(self, *inspections: Inspection) -> None:
        self.records: dict[str, list[Record]] = {}
        self.since: date | None = None
        """Since when another feed has watched every home."""
        self.listed: tuple[date, int] | None = None
        for inspection in inspections:
            self.add(inspection)

    def inspections(self, home: str) -> Sequence[Inspection]:
        return [record.inspection for record in self.records.get(home, [])]

    def latest_published(self, home: str) -> date | None:
        return latest_published(self.inspections(home))

    def standing_inadequate(self) -> Sequence[str]:
        return [home for home in self.records if stands_inadequate(self.inspections(home))]

    def watched_since(self, regulator: str, kind: str | None) -> date | None:
        return self.since

    def newest_list(self, regulator: str) -> tuple[date, int] | None:
        return self.listed

    def add(self, statement: Inspection) -> None:
        records = self.records.setdefault(statement.home, [])
        match = find([record.inspection for record in records], statement)
        for position, record in enumerate(records):
            if match is not None and record.inspection == match:
                records[position] = record.add(statement)
                return
        records.append(Record((statement,)))


class World:
    """Everything of one test, on one clock."""

    def __init__(self, site: TrickySite, feed: OfstedSite, clock: ManualClock, url: str) -> None:
        self.site, self.feed, self.clock, self.url = site, feed, clock, url
        self.known = Known()
        self.cursor: Cursor = {}
        self.began = clock.now()

    @property
    def today(self) -> date:
        return self.clock.now().date()

    @property
    def has_read_everything(self) -> bool:
        """Whether the last poll read all that the site had to say; one that did not goes on at the next."""
        return load(self.cursor).read == self.began

    async def poll(self, **later: float) -> Reading:
        """One poll, after so many `days`, `hours` or `minutes`; what it yields is remembered."""
        self.clock.advance(timedelta(**later))
        self.site.requests.clear()
        self.began = self.clock.now()
        reading = await self.feed.read(self.cursor, self.known, self.began)
        self.cursor = reading.cursor
        for inspection in (*reading.background, *reading.inspections):
            self.known.add(inspection)
        return reading

    def homes(self) -> list[Home]:
        return list(self.site.homes.values())

    def asked_for(self, part: str) -> list[str]:
        """What the last poll asked the site for."""
        return [path for path in self.site.requests if path.startswith(part)]


@asynccontextmanager
async def world(
    number: int = 6,
    *,
    inspections: Sequence[Inspection] | None = None,
    others: Sequence[Home] = (),
    **options: Any,
) -> AsyncIterator[World]:
    """So many homes, and the `others`, each found good in the last weeks, unless other inspections are given."""
    clock = ManualClock(START)
    these = [*homes(number), *others]
    if inspections is None:
        days = [START.date() - timedelta(days=3 + position % 40) for position in range(len(these))]
        inspections = [
            judged(home, day, "good") if home in others else published(home, day, "good")
            for home, day in zip(these, days, strict=True)
        ]
    site = TrickySite(these, inspections, clock)
    async with serving(site.app) as url:
        here = World(site, feed_of(url, clock, **options), clock, url)
        try:
            yield here
        finally:
            await here.feed.close()


def feed_of(url: str, clock: ManualClock, *, deadline: float = 20, **options: Any) -> OfstedSite:
    """A feed that reads the site at an address."""
    client = PoliteClient(
        contact="tests@example.org",
        hosts=[url],
        spacing=timedelta(0),
        now=clock.now,
        deadline=timedelta(seconds=deadline),
    )
    return OfstedSite(
        "ofsted",
        url=url,
        hosts=(),
        contact="tests@example.org",
        spacing=timedelta(0),
        clock=clock,
        client=client,
        **{"look_back": timedelta(days=60), "reader": Reader(WorkerHere()), **options},
    )
