"""The whole service in this process: a site that plays tricks, a Slack for readers, one for the operator, one clock."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import homes, published
from tests.feeds.worker.here import WorkerHere
from tests.standins.site import TrickySite
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.cli.demo.site import serving
from watcher.config.settings import Operator, Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.channels.slack.options import SlackOptions
from watcher.delivery.outbox import Outbox
from watcher.facts.inspection import Home, Inspection
from watcher.feeds.ofsted_site import feed as ofsted_site
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.feeds.ofsted_site.reader import Reader
from watcher.feeds.web.http import PoliteClient
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.alert import Alert
from watcher.rounds.poll import Round
from watcher.service.heartbeat import Heartbeat
from watcher.service.service import Service
from watcher.service.standing import stored_standing
from watcher.watching.watches import Watch

EVERY = timedelta(minutes=30)


@dataclass
class World:
    """A service that runs, and what surrounds it."""

    settings: Settings
    service: Service
    site: TrickySite
    readers: SlackStandIn
    operator: SlackStandIn
    clock: ManualClock
    history: EmbeddedHistory
    rounds: list[Round] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.clock.now().date()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for something."""
        async with asyncio.timeout(120):
            while not condition():
                await asyncio.sleep(0.001)

    async def round(self) -> None:
        """Until one more round has come to its end, all jobs have seen what it brought, and nothing is to be sent."""
        count = len(self.rounds)
        await self.until(lambda: len(self.rounds) > count)
        await self.quiet()

    async def quiet(self) -> None:
        """Until every job has begun and come through once more, and nothing is to be sent.

        One that had begun before may come through a second later, and has not seen what is there by now.
        """
        for _ in range(2):
            self.clock.advance(timedelta(seconds=1))
            await self.until(lambda: self.service.heartbeat.age(self.clock.now()) == timedelta())
        await self.until(lambda: self.service.outbox.oldest_waiting(self.clock.now()) is None)

    async def later(self, **time: float) -> None:
        """A round, after so many `days`, `hours` or `minutes`."""
        self.clock.advance(timedelta(**time))
        await self.round()

    def publish_drop(self, position: int, day: date) -> Inspection:
        """A home's drop, published on a day."""
        drop = published(self.homes[position], day, "inadequate")
        self.site.publish(drop)
        return drop

    @property
    def homes(self) -> list[Home]:
        """In order of their numbers."""
        return list(self.site.homes.values())

    @property
    def told(self) -> list[tuple[str, str]]:
        """Home and change of every alert that readers have."""
        deliveries = {delivery.id: delivery.content for delivery in self.history.deliveries()}
        alerts = [deliveries[message["metadata"]["event_payload"]["id"]] for message in self.readers.messages]
        return [(alert.home, alert.change.value) for alert in alerts if isinstance(alert, Alert)]

    @property
    def operator_told(self) -> list[str]:
        """The first line of every message to the operator about a trouble, without who says so and how grave it is."""
        lines = (message["text"].splitlines()[0] for message in self.operator.messages)
        troubles = (line for line in lines if not line.endswith("from now on changes are told"))
        return [re.sub("^watcher, (act now: |look today: |for information: )?", "", line) for line in troubles]

    def status(self) -> dict[str, Any]:
        """What `watcher status --json` says of the feed."""
        known = stored_standing(self.settings, self.history, self.clock.now())
        (feed,) = known.as_json()["feeds"]
        return dict(feed)


async def _no_pause(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def world(
    folder: Path,
    begins: datetime,
    number: int = 6,
    *,
    inspections: Sequence[Inspection] | None = None,
    deadline: float = 20,
    tick: float = 0.004,
) -> AsyncIterator[World]:
    """So many homes, found good in the last weeks unless other inspections are given; the first reading is done."""
    clock = ManualClock(begins)
    # As the service's own log does: pytest keeps every record, and at this pace there are thousands of skipped ticks.
    logging.getLogger("apscheduler").setLevel("ERROR")
    if inspections is None:
        inspections = [
            published(home, begins.date() - timedelta(days=3 + position % 40), "good")
            for position, home in enumerate(homes(number))
        ]
    site = TrickySite(homes(number), inspections, clock)
    site.most_rows = 4 if number == 9 else 100
    history = EmbeddedHistory.open(folder, with_bundle=False)
    with SlackStandIn() as readers, SlackStandIn() as operator:
        async with serving(site.app) as url:
            settings = _settings(folder, url, readers, operator)
            outbox = Outbox(history, open_channels(settings.channels, settings.house_style), clock, pause=_no_pause)
            feed = _feed(url, clock, deadline)
            rounds: list[Round] = []
            service = Service(
                settings,
                history,
                {"ofsted": feed},
                outbox,
                clock,
                Heartbeat(folder, clock.now()),
                tick=timedelta(seconds=tick),
                after_round=lambda ended, _: rounds.append(ended),
            )
            running = asyncio.create_task(service.run())
            one = World(settings, service, site, readers, operator, clock, history, rounds)
            try:
                await one.until(lambda: bool(rounds))
                await one.quiet()
                yield one
            finally:
                service.stop()
                await asyncio.wait_for(running, 20)
                history.close()


def _settings(folder: Path, url: str, readers: SlackStandIn, operator: SlackStandIn) -> Settings:
    return Settings(
        data_dir=folder,
        contact="tests@localhost",
        feeds={"ofsted": OfstedSiteOptions(url=url, hosts=(), spacing=timedelta(0), every=EVERY)},
        channels={
            name: SlackOptions(channel=CHANNEL, url=end.url, token=SecretStr(TOKEN))
            for name, end in {"desk": readers, "operator": operator}.items()
        },
        watch=(Watch(name="all", to=("desk",)),),
        operator=Operator(to=("operator",)),
    )


def _feed(url: str, clock: ManualClock, deadline: float) -> ofsted_site.OfstedSite:
    client = PoliteClient(
        contact="tests@localhost",
        hosts=[url],
        spacing=timedelta(0),
        now=clock.now,
        deadline=timedelta(seconds=deadline),
    )
    return ofsted_site.OfstedSite(
        "ofsted",
        url=url,
        hosts=(),
        contact="tests@localhost",
        spacing=timedelta(0),
        look_back=timedelta(days=60),
        clock=clock,
        client=client,
        reader=Reader(WorkerHere()),
    )
