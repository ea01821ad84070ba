"""A service whose configuration is a file that a test rewrites: a real site, a Slack for each reader."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.clock import ManualClock
from tests.feeds.ofsted_site.world import homes, published
from tests.standins.site import TrickySite
from tests.standins.slack import CHANNEL, TOKEN, SlackStandIn
from watcher.cli.demo.site import serving
from watcher.config.settings import Settings
from watcher.config.source import ConfigSource
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.ledger import Delivery
from watcher.delivery.outbox import Outbox
from watcher.feeds.kinds import Caller, open_feeds
from watcher.history.box import FolderBox, new_name
from watcher.history.embedded.history import EmbeddedHistory
from watcher.messages.alert import Alert
from watcher.rounds.poll import Round
from watcher.service.heartbeat import Heartbeat
from watcher.service.reload import Reloader
from watcher.service.requests import Reply, Request, fetch, leave
from watcher.service.service import Service
from watcher.web.metrics import Metrics

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOMES = 6


@dataclass
class Renewable:
    """A service that runs, its file, and what surrounds it."""

    folder: Path
    url: str
    service: Service
    site: TrickySite
    readers: SlackStandIn
    operator: SlackStandIn
    clock: ManualClock
    history: EmbeddedHistory
    metrics: Metrics
    rounds: list[Round] = field(default_factory=list)
    hung_up: list[bool] = field(default_factory=list)
    reloads: list[bool] = field(default_factory=list)
    """Of each configuration that was read anew, whether it was taken up."""

    @property
    def file(self) -> Path:
        """The configuration."""
        return self.folder / "watcher.toml"

    def desk(self, name: str = "desk", **more: str) -> str:
        """The table of a channel of readers."""
        return channel(self.folder, name, self.readers, **more)

    def write(self, *tables: str, to: str = '["desk"]', feed: str | None = None) -> None:
        """Another configuration, put in place as an editor does: by a rename."""
        draft = self.file.with_suffix(".new")
        site = feed if feed is not None else feed_table(self.url)
        text = [head(self.folder), site, *tables, channel(self.folder, "operator", self.operator)]
        draft.write_text("\n".join([*text, f'[[watch]]\nname = "all"\nto = {to}', '[operator]\nto = ["operator"]']))
        draft.replace(self.file)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits for something."""
        async with asyncio.timeout(120):
            while not condition():
                await asyncio.sleep(0.005)

    async def asked(self) -> Reply:
        """What the service says to `watcher reload`."""
        name = new_name()
        leave(FolderBox(self.folder), Request("reload", name))
        said: list[Reply] = []

        def has_answered() -> bool:
            said.extend(filter(None, [fetch(FolderBox(self.folder), name)]))
            return bool(said)

        await self.until(has_answered)
        return said[0]

    async def next_round(self, feed: str = "ofsted") -> None:
        """Until a feed has been read once more."""

        def number() -> int:
            return sum(turn.state.name == feed for turn in self.rounds)

        count = number()
        self.clock.advance(timedelta(minutes=31))
        await self.until(lambda: number() > count)

    def publish_drop(self, position: int) -> str:
        """A home's drop, published today."""
        drop = published([*self.site.homes.values()][position], self.clock.now().date(), "inadequate")
        self.site.publish(drop)
        return drop.home

    @property
    def alerts(self) -> list[Delivery]:
        """Every message to readers, whatever became of it."""
        return [delivery for delivery in self.history.deliveries() if isinstance(delivery.content, Alert)]

    @property
    def read_by_readers(self) -> list[str]:
        """The homes of the messages that have arrived, in order."""
        by_id = {delivery.id: delivery.content for delivery in self.alerts}
        ids = [message["metadata"]["event_payload"]["id"] for message in self.readers.messages]
        return [content.home for one in ids if isinstance(content := by_id.get(one), Alert)]

    @property
    def operator_told(self) -> list[str]:
        """The first line of each message to the operator about the configuration."""
        lines = [message["text"].splitlines()[0] for message in self.operator.messages]
        return [line for line in lines if "configuration" in line]


def head(folder: Path) -> str:
    """The keys without a table."""
    return f'data_dir = "{folder}"\ncontact = "test@localhost"\n[log]\nform = "json"'


def feed_table(url: str, name: str = "ofsted", **more: str) -> str:
    """The table of a feed that reads the local site."""
    others = "".join(f'\n{key} = "{value}"' for key, value in more.items())
    return f'[feeds.{name}]\nurl = "{url}"\nhosts = []\nspacing = "0s"{others}'


def channel(folder: Path, name: str, slack: SlackStandIn, **more: str) -> str:
    """The table of a channel, with its token in a file."""
    (folder / "token").write_text(TOKEN)
    keys = {"kind": "slack", "channel": CHANNEL, "url": slack.url, "token_file": str(folder / "token"), **more}
    return "\n".join([f"[channels.{name}]", *(f'{key} = "{value}"' for key, value in keys.items())])


async def _no_pause(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def renewable(folder: Path) -> AsyncIterator[Renewable]:
    """A service with a feed, a channel for readers, one for the operator and a watch; its baseline is read."""
    clock, these = ManualClock(NOW), homes(HOMES)
    good = [published(home, date(2026, 2, 10), "good") for home in these]
    site = TrickySite(these, good, clock)
    history = EmbeddedHistory.open(folder, with_bundle=False)
    with SlackStandIn() as readers, SlackStandIn() as operator:
        async with serving(site.app) as url:
            rounds: list[Round] = []
            hung_up: list[bool] = []
            metrics = Metrics()

            def caller(settings: Settings) -> Caller:
                return Caller(settings.contact, clock, way_out=settings.way_out, on_advance=metrics.advance)

            def after_round(turn: Round, seconds: float) -> None:
                rounds.append(turn)
                metrics.count_round(turn, seconds)

            def after_reload(is_taken_up: bool, now: datetime) -> None:
                one.reloads.append(is_taken_up)
                metrics.reloaded(is_taken_up, now)

            source = ConfigSource(folder / "watcher.toml")
            one = Renewable(folder, url, None, site, readers, operator, clock, history, metrics, rounds, hung_up)  # type: ignore[arg-type]  # made below, from the file
            one.write(one.desk())
            settings = source.load()
            one.service = Service(
                settings,
                history,
                open_feeds(settings.feeds, caller(settings)),
                Outbox(history, open_channels(settings.channels, settings.house_style), clock, pause=_no_pause),
                clock,
                Heartbeat(folder, clock.now()),
                tick=timedelta(milliseconds=5),
                after_round=after_round,
                after_delivery=metrics.count_delivery,
                reloader=Reloader(
                    source,
                    caller,
                    clock,
                    homes=history.homes,
                    is_hung_up=lambda: bool(hung_up) and hung_up.pop(),
                    after_reload=after_reload,
                ),
            )
            task = asyncio.create_task(one.service.run())
            try:
                await one.until(lambda: bool(rounds))
                yield one
            finally:
                one.service.stop()
                await asyncio.wait_for(task, 20)
                history.close()
