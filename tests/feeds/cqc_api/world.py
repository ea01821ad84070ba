"""A stand-in of the API, a feed that reads it, and a real history that takes in and judges what it read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.clock import ManualClock
from tests.standins.cqc.api import KEY, ROOT, CqcStandIn
from tests.standins.http_server import HttpServer
from watcher.config.settings import Settings
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.facts.inspection import Inspection
from watcher.feeds.cqc_api.options import CqcApiOptions
from watcher.feeds.feed import Feed
from watcher.feeds.kinds import Caller, open_feeds
from watcher.history.embedded.history import EmbeddedHistory
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.rounds.poll import Round, poll
from watcher.watching.watches import Watch

START = datetime(2025, 3, 3, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class CqcWorld:
    """Everything of one test, on one clock."""

    def __init__(self, api: CqcStandIn, url: str, clock: ManualClock, history: EmbeddedHistory, **options: Any) -> None:
        self.api, self.clock, self.history = api, clock, history
        self.budget: timedelta | None = None
        self._feed: Feed | None = None
        self._opened_with: object = None
        self.alerts: list[Alert] = []
        self.told: list[tuple[str, str]] = []
        """Every change told of one home, with the home's id, in order."""
        key = {"key": SecretStr(KEY)} | options
        self.options = CqcApiOptions(url=f"{url}{ROOT}", spacing=timedelta(0), **key)

    async def poll(self, **later: float) -> Round:
        """One round, after so many `days`, `hours` or `minutes`."""
        self.clock.advance(timedelta(**later))
        settings = Settings(
            feeds={"cqc": self.options},
            channels={"desk": ConsoleOptions()},
            watch=(Watch(name="all", to=("desk",), changes=tuple(What)),),
        )
        feed = await self._opened()
        came_to = await poll(self.history, feed, settings, self.clock, timedelta(minutes=5))
        new = [told.alert for told in came_to.taken.told]
        self.alerts += new
        self.told += [(alert.home_id, alert.change.value) for alert in new if alert.change is not What.GROUP_CONCERN]
        return came_to

    async def _opened(self) -> Feed:
        """The feed, opened anew where what it is opened with has changed: each has a process that reads for it."""
        wanted = (self.options, self.budget)
        if self._feed is None or self._opened_with != wanted:
            await self.close()
            caller = Caller("tests@example.org", self.clock, self.budget)
            self._feed, self._opened_with = open_feeds({"cqc": self.options}, caller)["cqc"], wanted
        return self._feed

    async def close(self) -> None:
        if self._feed is not None:
            await self._feed.close()

    def known(self, number: str) -> list[Inspection]:
        """What the history has of a location."""
        return [record.inspection for record in self.history.records(f"cqc:{number}")]

    def state(self) -> dict[str, list[tuple[str, str, str]]]:
        """The whole history, as far as it does not depend on when it was read."""
        return {
            home.key: sorted(
                (inspection.key, str(inspection.day), inspection.rating.value if inspection.rating else "")
                for inspection in self.known(home.id)
            )
            for home in self.history.homes()
        }


@asynccontextmanager
async def cqc_world(folder: Path, **options: Any) -> AsyncIterator[CqcWorld]:
    clock = ManualClock(START)
    api = CqcStandIn(clock)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    try:
        async with HttpServer(api.answer) as server:
            world = CqcWorld(api, server.url, clock, history, **options)
            try:
                yield world
            finally:
                await world.close()
    finally:
        history.close()
