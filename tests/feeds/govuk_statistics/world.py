"""A local gov.uk with one release of two homes, and a feed that reads it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import Known
from tests.feeds.statistics.files import csv_of, row
from tests.standins.content_api import ContentApi
from watcher.cli.demo.site import serving
from watcher.feeds.feed import Cursor, Reading
from watcher.feeds.govuk_statistics.feed import GovukStatistics
from watcher.feeds.web.http import PoliteClient

START = datetime(2025, 7, 20, 12, tzinfo=UTC)
PATH = "government/statistics/homes-2025"
NAME = "homes_in_year_2024-25.csv"
TITLE = "Children's social care in England 2025"


def year(*rows: dict[str, str], until: int = 25) -> bytes:
    """The file of the inspections of a year."""
    return csv_of(*rows, above=[[f"Inspections in year 20{until - 1}-{until}"]])


def visited(urn: str, event: str, grade: str = "Good", **cells: str) -> dict[str, str]:
    """A row of that file: inspected on 20 August 2024, published a month later unless said otherwise."""
    days = {"Inspection_date": "20/08/2024", "Publication_date": "20/09/2024"}
    return row(**{**days, "URN": urn, "Event_number": event, "Overall_effectiveness": grade, **cells})


GOOD, DROP = visited("SC000001", "1"), visited("SC000002", "2", "Inadequate")
FILE = year(GOOD, DROP)


class Statistics:
    """Everything of one test, on one clock."""

    def __init__(self, api: ContentApi, feed: GovukStatistics, clock: ManualClock) -> None:
        self.api, self.feed, self.clock = api, feed, clock
        self.known = Known()
        self.cursor: Cursor = {}

    async def poll(self, **later: float) -> Reading:
        """One poll, after so many `days`; what it yields is remembered."""
        self.clock.advance(timedelta(**later))
        self.api.requests.clear()
        self.api.statuses.clear()
        reading = await self.feed.read(self.cursor, self.known, self.clock.now())
        self.cursor = reading.cursor
        for inspection in (*(reading.release.inspections if reading.release else ()), *reading.inspections):
            self.known.add(inspection)
        return reading


@asynccontextmanager
async def statistics(path: str = PATH, deadline: float = 20) -> AsyncIterator[Statistics]:
    """The feed reads the document of a path; there is a release with one file already."""
    clock, api = ManualClock(START), ContentApi()
    api.release(PATH, TITLE, {NAME: FILE})
    async with serving(api.app) as url:
        client = PoliteClient(
            contact="tests@example.org",
            hosts=[url],
            spacing=timedelta(0),
            now=clock.now,
            deadline=timedelta(seconds=deadline),
        )
        feed = GovukStatistics(
            "statistics",
            url=f"{url}/api/content/{path}",
            hosts=(),
            contact="tests@example.org",
            spacing=timedelta(0),
            clock=clock,
            client=client,
        )
        try:
            yield Statistics(api, feed, clock)
        finally:
            await feed.close()
