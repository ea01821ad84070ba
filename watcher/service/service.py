"""The long-running process: schedule, deadlines, signals, self-watch."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher.answers.status import LastReload
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.delivery.operators import sender, to_operator
from watcher.delivery.outbox import Outbox
from watcher.facts import regulators
from watcher.feeds.feed import Feed
from watcher.history.failures import NOT_NOW, CommitFailedError
from watcher.history.protocol import History, Transaction
from watcher.messages.matter import Matter
from watcher.rounds import calendar
from watcher.rounds.overdue import overdue
from watcher.rounds.poll import Round, poll
from watcher.rounds.remind import remind
from watcher.service.announcements import as_known, notice_of
from watcher.service.heartbeat import Heartbeat
from watcher.service.in_force import InForce, Ready, with_watches_of_people
from watcher.service.logs import set_up
from watcher.service.outside_alarm import Lifesign, give_sign
from watcher.service.pace import next_reading
from watcher.service.past_the_outbox import LastResort
from watcher.service.reload import Reloader
from watcher.service.requests import carry_out
from watcher.service.self_watch import (
    ROOM_FOR_COMMITS,
    announcements,
    clock_step,
    find_matters,
    matter_of_refusal,
)
from watcher.timing.clock import Clock

log = structlog.get_logger(__name__)

READING_DEADLINE = timedelta(minutes=40)
"""A reading that takes longer is cut off; feeds themselves stop well before and go on at the next round."""

OUTBOX_DEADLINE = timedelta(minutes=10)

LONGEST_NAP = timedelta(minutes=5)
"""A longer gap between two looks means that the machine slept or its clock was set."""

GRACE = timedelta(seconds=8)
"""How long a stop waits for messages that are being sent."""


class Answering(Protocol):
    """The bots, as far as the service looks after them."""

    async def look(self) -> None:
        """Has those run that the configuration in force asks for."""
        ...

    def matters(self) -> Sequence[Matter]:
        """What the operator is to know of them."""
        ...

    def connected(self) -> Mapping[str, bool]:
        """Whether each is connected, by the channel that it is called by."""
        ...

    async def stop(self) -> None:
        """Ends them within seconds."""
        ...


class Service:
    """Watches until it is told to stop."""

    def __init__(
        self,
        settings: Settings,
        history: History,
        feeds: Mapping[str, Feed],
        outbox: Outbox,
        clock: Clock,
        heartbeat: Heartbeat,
        *,
        tick: timedelta = timedelta(seconds=1),
        after_round: Callable[[Round, float], None] = lambda *_: None,
        after_delivery: Callable[[Delivery], None] = lambda _: None,
        lifesign: Lifesign | None = None,
        last_resort: LastResort | None = None,
        reloader: Reloader | None = None,
        bots: Callable[["Service"], Answering] | None = None,
        signing_key: bytes | None = None,
    ) -> None:
        self.settings = settings
        self._described = tuple(regulators.described())
        """By what the inspections that are known were read."""
        self.history = history
        self.feeds = feeds
        self.outbox = outbox
        self.clock = clock
        self.heartbeat = heartbeat
        self.began = self.awake_since = clock.now()
        self._last_seen_awake = self.awake_since
        self._tick = tick
        self._after_round = after_round
        self._after_delivery = after_delivery
        self._lifesign = lifesign or Lifesign.of(settings.operator.heartbeat_url, clock, settings.way_out)
        self._stop = asyncio.Event()
        self._delivering = asyncio.Lock()
        self._readings: dict[str, asyncio.Task[None]] = {}
        self._reloader = reloader
        self._signing_key = signing_key
        self._bots = bots(self) if bots is not None else None
        self._dismissed: set[asyncio.Task[None]] = set()
        """What closes the feeds that are no longer read."""
        self._asked_for: set[str] = set()
        self.was_interrupted = False
        self._overdue_asked: datetime | None = None
        self._last_resort = last_resort or LastResort()
        self._refused_since: datetime | None = None
        self._may_have_missed = False
        """Whether something may be stored of which nobody heard that it was."""
        self._failing: dict[str, str] = {}
        self._rests_until: dict[str, float] = {}
        self._clocks = (clock.now(), clock.monotonic())

    def stop(self) -> None:
        """Asks the service to end: it takes no new work, finishes or releases what is in hand, and returns."""
        self._stop.set()

    def interrupt(self) -> None:
        """The same, asked from the keyboard."""
        self.was_interrupted = True
        self.stop()

    async def run(self) -> None:
        """Watches until `stop` is called or the process is told to end (SIGTERM, SIGINT)."""
        loop = asyncio.get_running_loop()
        answers = {signal.SIGTERM: self.stop, signal.SIGINT: self.interrupt}
        for number, answer in answers.items():
            with suppress(NotImplementedError, RuntimeError):  # a loop outside the main thread takes no signals
                loop.add_signal_handler(number, answer)
        self.outbox.recover()
        scheduler = self._scheduler()
        scheduler.start()
        log.info("watching", feeds=sorted(self.feeds), watches=[watch.name for watch in self.settings.watch])
        try:
            await self._stop.wait()
        finally:
            log.info("stopping")
            scheduler.pause()
            await asyncio.sleep(0)  # what the ticker has begun comes as far as its own guard, which ends it in peace
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
            ("outbox", self._deliver, self._tick, OUTBOX_DEADLINE),
            ("requests", self._carry_out_requests, self._tick, timedelta(minutes=1)),
            ("bots", self._look_after_bots, self._tick * 5, timedelta(minutes=1)),
            ("configuration", self._look_at_the_configuration, self._tick * 2, timedelta(minutes=1)),
            ("digests", self._make_digests, self._tick * 5, timedelta(minutes=1)),
            ("self-watch", self._watch_itself, self._tick * 10, timedelta(minutes=1)),
            ("reminders", self._remind, self._tick * 60, timedelta(minutes=1)),
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
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
        except NOT_NOW as error:
            self._may_have_missed = True
            if self.settings.place.is_shared:  # a restart of this process would not help that database
                self.heartbeat.beat(name, self.clock.now())
            if self._failing.get(name) != str(error):  # every tick fails in the same way until there is room again
                log.error("job failed", job=name, error=str(error))
            self._failing[name] = str(error)
        except Exception:  # the boundary of a job: the next tick tries again, the heartbeat goes stale
            log.exception("job failed", job=name)
        else:
            if self._failing.pop(name, None):
                log.info("job works again", job=name)
            self.heartbeat.beat(name, self.clock.now())

    async def _start_due_readings(self) -> None:
        if self.history.trouble:  # what is read could not be stored, and would be asked for again and again
            return
        now = self.clock.now()
        self._notice_waking(now)
        for name, feed in self.feeds.items():
            if name in self._being_read() or self.clock.monotonic() < self._rests_until.get(name, 0):
                continue
            state = self.history.feed(name)
            is_asked_for = name in self._asked_for
            if is_asked_for or next_reading(self.settings.feeds[name], state, now) <= now:
                self._asked_for.discard(name)
                self._readings[name] = asyncio.create_task(self._read(feed), name=f"reading {name}")

    async def _read(self, feed: Feed) -> None:
        try:
            began = self.clock.monotonic()
            turn = await poll(
                self.history, feed, self.settings, self.clock, READING_DEADLINE, in_force=lambda: self.settings
            )
            self.outbox.refresh()
            self._after_round(turn, self.clock.monotonic() - began)
            if turn.taken.deliveries:  # news waits for no tick
                await self.deliver()
            give_sign([turn], self.outbox.oldest_waiting(self.clock.now()), self._lifesign)
        except NOT_NOW as error:  # told by the self-watch
            self._may_have_missed = True
            log.error("reading not stored", feed=feed.name, error=str(error))
            self._rest(feed.name)
        except Exception:  # the boundary of a reading: the state of the feed goes stale and is told
            log.exception("reading failed", feed=feed.name)
            self._rest(feed.name)

    def _rest(self, feed: str) -> None:
        """Keeps a feed whose last reading left no trace from being read again at once."""
        if (options := self.settings.feeds.get(feed)) is not None:
            self._rests_until[feed] = self.clock.monotonic() + options.every.total_seconds()

    async def _deliver(self) -> None:
        async with self._delivering:
            if self._may_have_missed:
                self.outbox.refresh()
                self._may_have_missed = False
            for delivery in await self.outbox.deliver_due():
                log.info("delivery", id=delivery.id, channel=delivery.channel, verdict=delivery.state.value)
                self._after_delivery(delivery)

    async def deliver(self) -> None:
        """Sends what is due, without waiting for the next tick."""
        await self._guarded("outbox", self._deliver, OUTBOX_DEADLINE)

    async def _look_after_bots(self) -> None:
        if self._bots is not None:
            await self._bots.look()

    async def _make_digests(self) -> None:
        now = self.clock.now()
        if calendar.are_due(self.history, self.settings, now):
            await asyncio.to_thread(self._look_homes_up)  # made the first time, it takes a second
        calendar.make(self.history, self.outbox, self.settings, now)

    async def _carry_out_requests(self) -> None:
        done = carry_out(
            self.settings.data_dir,
            self.history,
            self.outbox,
            read_now=self._read_now,
            reload=self._reloader.ask if self._reloader is not None else lambda _: False,
            busy=tuple(self._being_read()),
            operators_channels=self.settings.operators_channels,
            settings=self.settings,
        )
        if any(request.what in ("watch", "unwatch") for request, _ in done):
            self.take_up_watches()

    def _look_homes_up(self) -> None:
        """Has at hand what the homes of watches are looked up by."""
        self.history.register().make_ready()

    def _read_now(self, feed: str) -> bool:
        """Has a feed read at the next tick, however lately it was read."""
        if feed in self.feeds:
            self._asked_for.add(feed)
        return feed in self.feeds

    def _being_read(self) -> Iterator[str]:
        return (name for name, reading in self._readings.items() if not reading.done())

    async def _look_at_the_configuration(self) -> None:
        if self._reloader is not None and await self._reloader.look(self):
            await self._watch_itself()  # the operator hears of it at once

    def in_force(self) -> InForce:
        """The configuration that is in force, with its channels and feeds."""
        return InForce(self.settings, self.outbox.channels, dict(self.feeds))

    def take_up(self, ready: Ready) -> None:
        """Puts another configuration in force, in one step of the loop: nothing is read, told or stored in between.

        A reading of a feed that changes comes to its end and is told by the new one; that of a feed that goes is given
        up, and nothing of it is stored. What is being sent comes to its verdict. A feed that only has another name
        goes on from where it was; raises CommitFailedError, and puts nothing in force, where that cannot be stored.
        """
        before, in_force = self.settings, self.in_force()
        now = with_watches_of_people(ready.in_force, in_force, self.history.made_watches(), self._signing_key)
        known = ((self.history.feed(name), self.history.feed(former)) for name, former in ready.renamed.items())
        if states := tuple(replace(former, name=new.name) for new, former in known if new.began is None):
            self.history.commit(Transaction(feeds=states))
        for name, feed in self.feeds.items():
            if now.feeds.get(name) is not feed:
                self._dismiss(name, feed, is_gone=name not in now.feeds)
        self.settings, self.feeds = now.settings, dict(now.feeds)
        if (described := tuple(regulators.described())) != self._described:
            self._described = described
            self.history.forget_derived()
        self.outbox.take_channels(now.channels)
        self._last_resort = ready.last_resort
        url, way_out = now.settings.operator.heartbeat_url, now.settings.way_out
        if (before.operator.heartbeat_url, before.way_out) != (url, way_out):
            self._lifesign = Lifesign.of(url, self.clock, way_out)
        if before.log != now.settings.log:
            set_up(now.settings.log)

    def take_up_watches(self) -> None:
        """Has the watches that people have made by now routed, and no others of theirs, in one step of the loop."""
        before = self.in_force()
        now = with_watches_of_people(before, before, self.history.made_watches(), self._signing_key)
        if now.settings != self.settings:
            self.settings = now.settings
            self.outbox.take_channels(now.channels)

    def _dismiss(self, name: str, feed: Feed, *, is_gone: bool) -> None:
        """Has a feed closed that is no longer read, once its last reading is over."""
        reading = self._readings.get(name)
        self._rests_until.pop(name, None)
        if is_gone:
            self._asked_for.discard(name)
            if reading is not None and not reading.done():
                log.info("reading given up: its feed is no longer configured", feed=name)
                reading.cancel()
        closing = asyncio.create_task(_close_after(reading, feed), name=f"close {name}")
        self._dismissed.add(closing)
        closing.add_done_callback(self._dismissed.discard)

    def matters_beside(self) -> list[Matter]:
        """What needs attention and is found neither in the history nor in the outbox."""
        return [
            *self._matters_of_others(),
            *([matter_of_refusal(self.history.trouble)] if self.history.trouble else []),
        ]

    def bots_connected(self) -> Mapping[str, bool]:
        """Whether each bot is connected, by the channel that it is called by."""
        return self._bots.connected() if self._bots is not None else {}

    def _matters_of_others(self) -> Iterator[Matter]:
        yield from self._reloader.matters() if self._reloader is not None else ()
        yield from self._bots.matters() if self._bots is not None else ()

    @property
    def last_reload(self) -> LastReload | None:
        """What became of the configuration when it was read again last."""
        return self._reloader.last if self._reloader is not None else None

    @property
    def refused_since(self) -> datetime | None:
        """Since when the history takes nothing; None where it does."""
        return self._refused_since

    async def _remind(self) -> None:
        remind(self.history, self.outbox, self.settings, self.clock.now())

    def _notice_waking(self, now: datetime) -> None:
        """Asked before anything is read, so that a reading after a pause counts as one of being awake."""
        if now - self._last_seen_awake > LONGEST_NAP:
            self.awake_since = now
        self._last_seen_awake = now

    async def _watch_itself(self) -> None:
        now = self.clock.now()
        self._notice_waking(now)
        self._try_the_history(now)
        self._watch_the_clock(now)
        found = find_matters(self.settings, self.history, self.outbox, self.awake_since, now)
        found += self._matters_of_others()
        told = announcements(self.settings, self.history, found, now)
        if told.notices:
            self.history.commit(Transaction(notices=told.notices, deliveries=told.deliveries))
            self.outbox.refresh()
        if self._overdue_asked is None or now.date() != self._overdue_asked.date():
            self._overdue_asked = now
            await asyncio.to_thread(self.history.register)  # the first time it takes seconds, for which nothing waits
            taken = overdue(self.history, self.settings, now)
            if taken.told:
                self.history.commit(taken.transaction())
                self.outbox.refresh()

    def _try_the_history(self, now: datetime) -> None:
        """Tells of a history that takes nothing, once and past the outbox; raises until it takes something again."""
        if not self.history.trouble and self._refused_since is None:
            return
        matter = matter_of_refusal(self.history.trouble)
        if self._refused_since is None:
            if self.settings.place.is_shared and self._takes_again(matter):
                return  # a session was ended, or a server restarted: nobody has to do anything
            self._refused_since = now
            self._last_resort.tell(notice_of(matter, now, sender()), now)
        if self.history.room().free_bytes < ROOM_FOR_COMMITS:
            raise CommitFailedError(self.history.trouble)
        # What is stored here as an open matter is found to be over by this same round, which tells so.
        self.history.commit(Transaction(notices={matter.key: as_known(matter, self._refused_since)}))
        self._refused_since = None

    def _takes_again(self, matter: Matter) -> bool:
        """Whether the history takes something, of which nothing is left."""
        try:
            self.history.commit(Transaction(notices={matter.key: as_known(matter, self.clock.now())}))
            self.history.commit(Transaction(notices={matter.key: None}))
        except NOT_NOW:
            return False
        return True

    def _watch_the_clock(self, now: datetime) -> None:
        """Tells of a step of the wall clock, once for each."""
        monotonic = self.clock.monotonic()
        wall_before, monotonic_before = self._clocks
        notice = clock_step(now - wall_before, timedelta(seconds=monotonic - monotonic_before))
        if notice is not None:
            log.warning(notice.title, detail=notice.text)
            messages = to_operator(self.settings.operators_channels, "clock", notice, now)
            self.history.commit(Transaction(deliveries=messages))
            self.outbox.refresh()
        self._clocks = (now, monotonic)

    async def _keep_up(self) -> None:
        await asyncio.to_thread(self.history.compact)

    async def _let_go(self) -> None:
        if self._bots is not None:
            await self._bots.stop()
        for reading in self._readings.values():
            reading.cancel()
        await asyncio.gather(*self._readings.values(), return_exceptions=True)
        await asyncio.gather(*self._dismissed, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE.total_seconds()):
                await self.outbox.close()
        for feed in self.feeds.values():
            await feed.close()
        if self._reloader is not None:
            self._reloader.end(self)
        self.heartbeat.end()


async def _close_after(reading: asyncio.Task[None] | None, feed: Feed) -> None:
    if reading is not None and not reading.done():
        await asyncio.wait([reading])
    try:
        await feed.close()
    except Exception:  # the boundary of a feed: it is not read any more, whatever it leaves behind
        log.exception("a feed could not be closed", feed=feed.name)
