"""The long-running process: schedule, deadlines, signals, self-watch."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher.clock import Clock
from watcher.config import Settings
from watcher.delivery.ledger import Delivery
from watcher.delivery.outbox import Outbox
from watcher.feeds import Feed
from watcher.heartbeat import Heartbeat
from watcher.history import Transaction
from watcher.history.embedded import EmbeddedHistory
from watcher.intake import overdue
from watcher.polling import Round, poll
from watcher.requests import carry_out
from watcher.schedule import is_due
from watcher.selfwatch import announce, matters

log = structlog.get_logger(__name__)

READING_DEADLINE = timedelta(minutes=40)
"""A reading that takes longer is cut off; feeds themselves stop well before and go on at the next round."""

LONGEST_NAP = timedelta(minutes=5)
"""A longer gap between two looks means that the machine slept or its clock was set."""

GRACE = timedelta(seconds=8)
"""How long a stop waits for messages that are being sent."""


class Service:
    """Watches until it is told to stop."""

    def __init__(
        self,
        settings: Settings,
        history: EmbeddedHistory,
        feeds: Mapping[str, Feed],
        outbox: Outbox,
        clock: Clock,
        heartbeat: Heartbeat,
        *,
        tick: timedelta = timedelta(seconds=1),
        after_round: Callable[[Round, float], None] = lambda *_: None,
        after_delivery: Callable[[Delivery], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.history = history
        self.feeds = feeds
        self.outbox = outbox
        self.clock = clock
        self.heartbeat = heartbeat
        self.awake_since = clock.now()
        self._last_seen_awake = self.awake_since
        self._tick = tick
        self._after_round = after_round
        self._after_delivery = after_delivery
        self._stop = asyncio.Event()
        self._readings: dict[str, asyncio.Task[None]] = {}
        self._overdue_asked: datetime | None = None

    def stop(self) -> None:
        """Asks the service to end: it takes no new work, finishes or releases what is in hand, and returns."""
        self._stop.set()

    async def run(self) -> None:
        """Watches until `stop` is called or the process is told to end (SIGTERM, SIGINT)."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError):  # a loop outside the main thread takes no signals
                loop.add_signal_handler(number, self.stop)
        self.outbox.recover()
        scheduler = self._scheduler()
        scheduler.start()
        log.info("watching", feeds=sorted(self.feeds), watches=[watch.name for watch in self.settings.watch])
        try:
            await self._stop.wait()
        finally:
            log.info("stopping")
            scheduler.shutdown(wait=False)
            await self._let_go()

    def _scheduler(self) -> AsyncIOScheduler:
        """The ticker; what is due is decided from persisted times, so a late or lost tick loses nothing."""
        scheduler = AsyncIOScheduler(
            timezone=self.settings.timezone,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        jobs: list[tuple[str, Callable[[], Awaitable[None]], timedelta, timedelta]] = [
            ("feeds", self._start_due_readings, self._tick, timedelta(seconds=30)),
            ("outbox", self._deliver, self._tick, timedelta(minutes=10)),
            ("requests", self._carry_out_requests, self._tick, timedelta(minutes=1)),
            ("self-watch", self._watch_itself, self._tick * 10, timedelta(minutes=1)),
            ("upkeep", self._keep_up, self._tick * 300, timedelta(minutes=5)),
        ]
        for name, work, every, deadline in jobs:
            trigger = IntervalTrigger(seconds=every.total_seconds(), timezone=self.settings.timezone)
            scheduler.add_job(self._guarded, trigger, args=(name, work, deadline), id=name)
        return scheduler

    async def _guarded(self, name: str, work: Callable[[], Awaitable[None]], deadline: timedelta) -> None:
        """Runs a job under its deadline; only a job that came through counts as a heartbeat."""
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                await work()
        except Exception:  # the boundary of a job: the next tick tries again, the heartbeat goes stale
            log.exception("job failed", job=name)
        else:
            self.heartbeat.beat(name, self.clock.now())

    async def _start_due_readings(self) -> None:
        now = self.clock.now()
        for name, feed in self.feeds.items():
            state = self.history.feed(name)
            running = name in self._readings and not self._readings[name].done()
            if not running and is_due(name, self.settings.feeds[name].every, state.began, state.not_before, now):
                self._readings[name] = asyncio.create_task(self._read(feed), name=f"reading {name}")

    async def _read(self, feed: Feed) -> None:
        try:
            began = self.clock.monotonic()
            one = await poll(self.history, feed, self.settings, self.clock, READING_DEADLINE)
            self.outbox.refresh()
            self._after_round(one, self.clock.monotonic() - began)
        except Exception:  # the boundary of a reading: the state of the feed goes stale and is told
            log.exception("reading failed", feed=feed.name)

    async def _deliver(self) -> None:
        for delivery in await self.outbox.deliver_due():
            log.info("delivery", id=delivery.id, channel=delivery.channel, verdict=delivery.state.value)
            self._after_delivery(delivery)

    async def _carry_out_requests(self) -> None:
        carry_out(self.settings.data_dir, self.history, self.outbox)

    async def _watch_itself(self) -> None:
        now = self.clock.now()
        if now - self._last_seen_awake > LONGEST_NAP:
            self.awake_since = now
        self._last_seen_awake = now
        known = self.history.notices()
        found = matters(
            self.settings,
            [self.history.feed(name) for name in self.feeds],
            self.outbox.troubled(),
            self.awake_since,
            now,
            known,
        )
        announcements = announce(self.settings, known, found, now)
        if announcements.notices:
            self.history.commit(Transaction(notices=announcements.notices, deliveries=announcements.deliveries))
            self.outbox.refresh()
        if self._overdue_asked is None or now.date() != self._overdue_asked.date():
            self._overdue_asked = now
            taken = overdue(self.history, self.settings, now)
            if taken.told:
                self.history.commit(taken.transaction())
                self.outbox.refresh()

    async def _keep_up(self) -> None:
        await asyncio.to_thread(self.history.compact)

    async def _let_go(self) -> None:
        for reading in self._readings.values():
            reading.cancel()
        await asyncio.gather(*self._readings.values(), return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE.total_seconds()):
                await self.outbox.close()
        for feed in self.feeds.values():
            await feed.close()
        self.heartbeat.end()
