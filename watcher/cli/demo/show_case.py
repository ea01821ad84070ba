"""The founding case in fast motion: the real service, feed and all, against a small local site."""

import asyncio
import io
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.text import Text

from watcher.cli.demo.site import DemoSite, Print, serving
from watcher.config.settings import Log, Settings
from watcher.delivery.channels.console.channel import ConsoleChannel
from watcher.delivery.channels.console.options import ConsoleOptions
from watcher.delivery.outbox import Outbox
from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import HomeRecord, Record
from watcher.feeds.feed import Cursor, Feed, Knowledge, Reading
from watcher.feeds.kinds import Caller, open_feeds
from watcher.feeds.ofsted_site.options import OfstedSiteOptions
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.protocol import History, Transaction
from watcher.judging.changes import What
from watcher.rounds.poll import Round
from watcher.service.heartbeat import Heartbeat
from watcher.service.logs import set_up
from watcher.service.service import Service
from watcher.timing.clock import AcceleratedClock
from watcher.watching.watches import Watch

HOME = "ofsted:SC478986"
PLACES = ("Derby", "Derbyshire")
BEGINS = datetime(2018, 7, 16, 6, 0, tzinfo=UTC)
ENDS = datetime(2018, 9, 27, 18, 0, tzinfo=UTC)
LOOK_BACK = timedelta(days=30)
DAYS_A_SECOND = 12.0
"""While nothing is read; the clock stands still while the service reads, as a reading takes seconds in any year."""

_INTRODUCTION = """\
Summer 2018 in fast motion. A local site publishes what Ofsted published about
{homes} homes in Derby and Derbyshire; the real service reads it twice a day and
watches those in Derby. What it knows from before is in the official statistics.
(Data: Ofsted, Open Government Licence v3.0; the report files are generated.)
"""

_CONCLUSION = """\
{readings} readings, {documents} reports, {alerts} alerts. SC478986 stood inadequate for {days} days;
no yearly snapshot of the official statistics ever showed it. Next:

  The home's inspections:
    {watcher} history SC478986
  The same counts, from the whole history:
    {watcher} explain SC478986 --on 2018-08-03
  That summer in the whole country:
    {watcher} replay --from 2018-08-01 --to 2018-09-30
  Three questions, and it watches for you:
    {watcher} init
"""


@dataclass(frozen=True, slots=True)
class Cast:
    """What the demonstration needs of the bundled inspections."""

    homes: tuple[Home, ...]
    published: tuple[Inspection, ...]
    """What the site publishes, from `LOOK_BACK` before the beginning to the end."""
    known: tuple[Record, ...]
    """What was known before, and of the country's other homes, with which they are compared, to the end."""
    everybody: tuple[HomeRecord, ...]
    """All homes of the country."""


def run(console: Console, days_a_second: float = DAYS_A_SECOND) -> None:
    """Shows the founding case: the alert of 3 August 2018 and the recovery of 25 September."""
    set_up(Log(level="error"))  # the service's own log would drown the alerts
    with tempfile.TemporaryDirectory(prefix="watcher-demo-") as folder:
        asyncio.run(_show(console, Path(folder), days_a_second))


def cast(bundled: History) -> Cast:
    """The homes of the region, and the inspections before and during that summer."""
    homes = tuple(home for home in bundled.homes() if home.local_authority in PLACES)
    inspections = [record.inspection for home in homes for record in bundled.records(home.key)]
    since = BEGINS.date() - LOOK_BACK
    return Cast(
        homes=tuple(home for home in homes if home.key in {inspection.home for inspection in inspections}),
        published=tuple(
            inspection
            for inspection in inspections
            if inspection.published and since <= inspection.published <= ENDS.date()
        ),
        everybody=tuple(record for home in bundled.homes() if (record := bundled.home(home.key)) is not None),
        known=tuple(_known(bundled, {home.key for home in homes})),
    )


def ready_made() -> Print:
    """The report files of that summer, from the archive beside this module; their words are invented."""
    content = (files(__package__) / "reports.zip").read_bytes()

    def from_archive(home: Home, inspection: Inspection, _: Sequence[Inspection]) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as reports:
            return reports.read(report_name(home, inspection))

    return from_archive


def report_name(home: Home, inspection: Inspection) -> str:
    """The name of a report file in the archive."""
    return f"{home.id}-{inspection.inspected}-{inspection.kind.name.lower()}.pdf"


def _known(bundled: History, told: Container[str]) -> Iterator[Record]:
    """What was known before of the homes that the site tells of; of the others that summer too, for it is counted."""
    for home in bundled.homes():
        until = BEGINS.date() if home.key in told else ENDS.date()
        for record in bundled.records(home.key):
            if record.inspection.became_known < until:
                yield replace(record, id=None)


async def _show(console: Console, folder: Path, days_a_second: float) -> None:
    bundled = EmbeddedHistory.open(folder / "bundled")
    players = cast(bundled)
    bundled.close()
    clock = AcceleratedClock(BEGINS, factor=days_a_second * 86_400)
    history = EmbeddedHistory.open(folder / "data", with_bundle=False)
    history.commit(Transaction(homes=players.everybody, records=players.known))
    console.print(Text(_INTRODUCTION.format(homes=len(players.homes))))
    site = DemoSite(players.homes, players.published, clock, ready_made())
    async with serving(site.app) as url:
        readings = await _watch(console, history, _settings(folder / "data", url), clock)
    _conclude(console, history, players, readings)
    history.close()


def _settings(folder: Path, url: str) -> Settings:
    return Settings(
        data_dir=folder,
        contact="demo@localhost",
        feeds={
            "ofsted": OfstedSiteOptions(
                url=url,
                hosts=(),
                every=timedelta(hours=12),
                look_back=LOOK_BACK,
                spacing=timedelta(0),
                stale_after=timedelta(days=7),
            )
        },
        channels={"screen": ConsoleOptions()},
        watch=(Watch(name="derby", local_authority=("Derby",), to=("screen",)),),
    )


class _Held:
    """A feed that is read while the clock stands still."""

    def __init__(self, feed: Feed, clock: AcceleratedClock) -> None:
        self.name = feed.name
        self.check = feed.check
        self.close = feed.close
        self._feed = feed
        self._clock = clock

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        """One poll of the feed behind."""
        self._clock.hold()
        return await self._feed.read(cursor, knowledge, now)


async def _watch(console: Console, history: EmbeddedHistory, settings: Settings, clock: AcceleratedClock) -> int:
    """Runs the service until the end of summer; how often it read the site."""
    outbox = Outbox(history, {"screen": ConsoleChannel("screen", settings.timezone, is_answered=False)}, clock)
    feeds = {
        name: _Held(feed, clock) for name, feed in open_feeds(settings.feeds, Caller(settings.contact, clock)).items()
    }
    readings = 0
    with console.status("reading the silent baseline") as status:

        def after_round(_turn: Round, _seconds: float) -> None:
            nonlocal readings
            readings += 1
            clock.go()
            status.update(f"{clock.now():%A %-d %B %Y}: the site was read {readings} times")
            if clock.now() >= ENDS and outbox.oldest_waiting(clock.now()) is None:
                service.stop()

        heartbeat = Heartbeat(settings.data_dir, clock.now())
        tick = timedelta(milliseconds=20)
        service = Service(settings, history, feeds, outbox, clock, heartbeat, tick=tick, after_round=after_round)
        await service.run()
    return readings


def _conclude(console: Console, history: History, players: Cast, readings: int) -> None:
    alerts = [change.alert for change in history.changes() if change.alert.watches]
    days = next(
        (alert.days_inadequate for alert in alerts if alert.home == HOME and alert.change is What.RECOVERED), None
    )
    text = _CONCLUSION.format(
        readings=readings,
        documents=sum(
            inspection.published >= BEGINS.date() for inspection in players.published if inspection.published
        ),
        alerts=len(alerts),
        days=days if days is not None else "some",
        watcher=own_command(sys.argv[0], Path.cwd()),
    )
    console.print(Text(text))


def own_command(program: str, folder: Path) -> str:
    """How to call this program again from a folder: `.venv/bin/watcher` in a clone, `watcher` where it is installed."""
    called = folder / program
    if called.name != "watcher":  # `python -m watcher`, or a test
        return "watcher"
    if called.is_relative_to(folder):
        return str(called.relative_to(folder))
    return "watcher" if shutil.which("watcher") == program else program
