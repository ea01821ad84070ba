"""The long-running process: schedule, deadlines, signals; it leads, or stands by and follows whoever leads."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from watcher.answers.status import LastReload
from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.delivery.outbox import Outbox
from watcher.errors import LedElsewhereError, TransientError
from watcher.facts import regulators
from watcher.feeds.feed import Feed
from watcher.history.box import Box, FolderBox
from watcher.history.protocol import History, Transaction
from watcher.history.replica import OnlyReplica, Replica
from watcher.messages.matter import Matter
from watcher.rounds.poll import Round
from watcher.service.away import AwayWatch
from watcher.service.carrying_out import carry_out, nothing_of_the_kind
from watcher.service.duties import Answering, Duties
from watcher.service.heartbeat import Heartbeat
from watcher.service.in_force import InForce, Ready, with_watches_of_people
from watcher.service.logs import set_up
from watcher.service.outside_alarm import Lifesign
from watcher.service.past_the_outbox import LastResort
from watcher.service.reload import Reloader
from watcher.service.requests import Deed, Request
from watcher.service.self_watch import matter_of_refusal
from watcher.timing.clock import Clock

log = structlog.get_logger(__name__)

OUTBOX_DEADLINE = timedelta(minutes=10)

LONGEST_NAP = timedelta(minutes=5)
"""A longer gap between two looks means that the machine slept or its clock was set."""

GRACE = timedelta(seconds=8)
"""How long a stop waits for messages that are being sent."""

_TIMES_REST = 9
"""A tenth of the time at most goes into following others."""

Work = Callable[[], Awaitable[None]]


class Service:
    """Watches until it is told to stop; of several on one history, as long as it leads."""

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
        replica: Replica | None = None,
        deed: Deed = nothing_of_the_kind,
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
        self.lifesign = lifesign or Lifesign.of(settings.operator.heartbeat_url, clock, settings.way_out)
        self._stop = asyncio.Event()
        self._reloader = reloader
        self._signing_key = signing_key
        self._bots = bots(self) if bots is not None else None
        self.was_interrupted = False
        self.last_resort = last_resort or LastResort()
        self.away = AwayWatch(lambda: self.last_resort)
        self._failing: dict[str, str] = {}
        self.replica = replica or OnlyReplica(history, settings.place)
        self._deed = deed
        self.duties = self._new_duties()
        self._is_on_duty = not self.replica.is_shared
        self._term: int | None = None
        """The number of the leadership that it has taken up."""
        self._has_news = False
        """Whether others have stored what is not taken up yet: the database may go away before it is."""

        self._follows_again = 0.0
        """When at the earliest, by the clock that only goes forward."""

    def _new_duties(self) -> Duties:
        return Duties(self, self._bots, self._after_round, self._after_delivery)

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
        if not self.replica.is_shared:
            self.outbox.recover()
        self.replica.start()
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
        leads = self._on_duty
        jobs: list[tuple[str, Work, timedelta, timedelta]] = [
            ("feeds", leads(lambda: self.duties.readings.start_due()), self._tick, timedelta(seconds=30)),
            ("outbox", leads(lambda: self.duties.deliver()), self._tick, OUTBOX_DEADLINE),
            ("requests", self._carry_out_requests, self._tick, timedelta(minutes=1)),
            ("bots", leads(lambda: self.duties.look_after_bots()), self._tick * 5, timedelta(minutes=1)),
            ("configuration", self._look_at_the_configuration, self._tick * 2, timedelta(minutes=1)),
            ("digests", leads(lambda: self.duties.make_digests()), self._tick * 5, timedelta(minutes=1)),
            ("self-watch", leads(lambda: self.duties.watch_itself()), self._tick * 10, timedelta(minutes=1)),
            ("reminders", leads(lambda: self.duties.remind()), self._tick * 60, timedelta(minutes=1)),
            ("upkeep", leads(lambda: self.duties.keep_up()), self._tick * 300, timedelta(minutes=5)),
        ]
        if self.replica.is_shared:
            jobs.insert(0, ("role", self._look_at_the_role, self._tick, timedelta(minutes=1)))
        for name, work, every, deadline in jobs:
            trigger = IntervalTrigger(seconds=every.total_seconds(), timezone=self.settings.timezone)
            scheduler.add_job(self._guarded, trigger, args=(name, work, deadline), id=name)
        return scheduler

    def _on_duty(self, work: Work) -> Work:
        """The work, for as long as this service leads; a standby has nothing to do, and that has come through."""

        async def done() -> None:
            if self.leads():
                await work()

        return done

    async def _guarded(self, name: str, work: Work, deadline: timedelta) -> None:
        """Runs a job under its deadline; only a job that came through counts as a heartbeat."""
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                await work()
        except asyncio.CancelledError:
            if not self._stop.is_set():
                raise
        except TransientError as error:
            if self.replica.is_shared:  # a restart of this process would not help that database
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

    def leads(self) -> bool:
        """Whether this service leads at this very moment, and has taken up the duties of that leadership."""
        return self._is_on_duty and self.replica.is_leading() and self.replica.term == self._term

    async def _look_at_the_role(self) -> None:
        """Begins to lead, or ends it; and takes up what others have stored."""
        self.away.look(self.history.away, self.clock.now(), has_led=self._term is not None)
        term = self.replica.term
        if self._is_on_duty and term != self._term:
            await self._stand_by()
        self._has_news |= await asyncio.to_thread(self.replica.look)
        if term is not None and not self._is_on_duty:
            await self._begin_to_lead(term)
        elif self._has_news and self.clock.monotonic() >= self._follows_again:
            await self._follow()
        if not self._is_on_duty:
            self._finish_what_was_sent()

    async def _follow(self) -> None:
        """Takes up what others have stored; where that takes long not at once again, since they may send for hours."""
        began = self.clock.monotonic()
        self.take_up_watches()
        await self.outbox.follow()
        self._has_news = False
        self._follows_again = self.clock.monotonic() + _TIMES_REST * (self.clock.monotonic() - began)

    async def _begin_to_lead(self, term: int) -> None:
        """Takes up everything as after a start: what a former leader was sending is of unknown fate."""
        self.replica.lead(term)
        self.take_up_watches()
        await self.outbox.take_over(term)
        self._has_news = False
        self.awake_since = self._last_seen_awake = self.clock.now()
        self.duties = self._new_duties()
        self._term, self._is_on_duty = term, True
        log.info("reading and sending from now on", term=term)

    async def _stand_by(self) -> None:
        """Reads and sends no more; what is being sent comes to its verdict."""
        self._is_on_duty = False
        log.info("another may lead from now on: neither reading nor sending", term=self._term)
        await self.duties.end()

    def _finish_what_was_sent(self) -> None:
        with suppress(LedElsewhereError):
            self.duties.count(self.outbox.finish())

    async def deliver(self) -> None:
        """Sends what is due, without waiting for the next tick."""
        await self._guarded("outbox", self._on_duty(lambda: self.duties.deliver()), OUTBOX_DEADLINE)

    async def _carry_out_requests(self) -> None:
        """What was asked of this machine's service, and what was asked of whoever leads."""
        boxes: list[Box] = [FolderBox(self.settings.data_dir)]
        if self.replica.is_shared and self.leads():
            boxes.append(self.replica.box)
        done = [request for box in boxes for request, _ in self._carried_out(box)]
        if any(request.what in ("watch", "unwatch") for request in done):
            self.take_up_watches()

    def _carried_out(self, box: Box) -> list[tuple[Request, bool]]:
        readings = self.duties.readings
        return carry_out(
            box,
            self.history,
            self.outbox,
            read_now=readings.read_now,
            reload=self._reloader.ask if self._reloader is not None else lambda _: False,
            deed=self._deed,
            busy=tuple(readings.being_read()),
            operators_channels=self.settings.operators_channels,
            settings=self.settings,
        )

    async def _look_at_the_configuration(self) -> None:
        if self._reloader is not None and await self._reloader.look(self) and self.leads():
            await self.duties.watch_itself()  # the operator hears of it at once

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
        states = tuple(replace(former, name=new.name) for new, former in known if new.began is None)
        if states and self._is_on_duty:
            self.history.commit(Transaction(feeds=states))
        for name, feed in self.feeds.items():
            if now.feeds.get(name) is not feed:
                self.duties.readings.dismiss(name, feed, is_gone=name not in now.feeds)
        self.settings, self.feeds = now.settings, dict(now.feeds)
        if (described := tuple(regulators.described())) != self._described:
            self._described = described
            self.history.forget_derived()
        self.outbox.take_channels(now.channels)
        self.last_resort = ready.last_resort
        url, way_out = now.settings.operator.heartbeat_url, now.settings.way_out
        if (before.operator.heartbeat_url, before.way_out) != (url, way_out):
            self.lifesign = Lifesign.of(url, self.clock, way_out)
        if before.log != now.settings.log:
            set_up(now.settings.log)

    def take_up_watches(self) -> None:
        """Has the watches that people have made by now routed, and no others of theirs, in one step of the loop."""
        before = self.in_force()
        now = with_watches_of_people(before, before, self.history.made_watches(), self._signing_key)
        if now.settings != self.settings:
            self.settings = now.settings
            self.outbox.take_channels(now.channels)

    def matters_beside(self) -> list[Matter]:
        """What needs attention and is found neither in the history nor in the outbox."""
        return [
            *self.matters_of_others(),
            *([matter_of_refusal(self.history.trouble)] if self.history.trouble else []),
        ]

    def bots_connected(self) -> Mapping[str, bool]:
        """Whether each bot is connected, by the channel that it is called by."""
        return self._bots.connected() if self._bots is not None else {}

    def matters_of_others(self) -> Iterator[Matter]:
        """What needs attention, and is found by the parts of the service."""
        yield from self._reloader.matters() if self._reloader is not None else ()
        yield from self._bots.matters() if self._bots is not None else ()

    @property
    def last_reload(self) -> LastReload | None:
        """What became of the configuration when it was read again last."""
        return self._reloader.last if self._reloader is not None else None

    @property
    def refused_since(self) -> datetime | None:
        """Since when the history takes nothing, or does not answer; None where it does."""
        return self.away.since or self.duties.refused_since

    def notice_waking(self, now: datetime) -> None:
        """Asked before anything is read, so that a reading after a pause counts as one of being awake."""
        if now - self._last_seen_awake > LONGEST_NAP:
            self.awake_since = now
        self._last_seen_awake = now

    async def _let_go(self) -> None:
        await self.duties.end()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE.total_seconds()):
                await self.outbox.close()
        for feed in self.feeds.values():
            await feed.close()
        if self._reloader is not None:
            self._reloader.end(self)
        self.heartbeat.end()
