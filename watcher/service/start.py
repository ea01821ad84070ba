"""Puts the parts together: the service as configured, and one round of it from the command line."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from starlette.applications import Starlette

from watcher.answers.kept.kept import Kept
from watcher.bot.desk import BotDesk
from watcher.config.made_watches import with_made
from watcher.config.remarks import modes_of, remarks, remarks_on_lists
from watcher.config.settings import Settings
from watcher.config.source import ConfigSource
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.operators import sender
from watcher.delivery.outbox import Outbox
from watcher.feeds.advance import Advance
from watcher.feeds.kinds import Caller, open_feeds
from watcher.history.box import Box
from watcher.history.failures import NOT_NOW, HistoryAwayError, HistoryLockedError
from watcher.history.opening import open_replica
from watcher.history.protocol import HistoryUnusableError
from watcher.history.replica import Replica
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.options.addresses import in_url
from watcher.options.place import HistoryPlace
from watcher.service import heartbeat, requests
from watcher.service.beside import needs_feeds
from watcher.service.bots import Bots
from watcher.service.deeds import Elsewhere, doing
from watcher.service.first_page import Begun
from watcher.service.hangups import Hangups
from watcher.service.in_force import last_resort
from watcher.service.logs import set_up
from watcher.service.own_standing import OwnStanding
from watcher.service.past_the_outbox import LastResort
from watcher.service.progress import ReadingProgress
from watcher.service.reload import Reloader
from watcher.service.role import role_of
from watcher.service.service import Service
from watcher.service.signing import signed_style, signing_key
from watcher.timing.clock import Clock, SystemClock
from watcher.timing.durations import format_duration
from watcher.timing.garbage import keep_for_long, without_garbage_collection
from watcher.timing.threads import begin_thread
from watcher.watching.deeds import Signature
from watcher.web.access.access import Access
from watcher.web.application import application
from watcher.web.health import Health, HistoryNow, health
from watcher.web.metrics import Figures, Metrics, topics_of
from watcher.web.server import WebServer
from watcher.web.site import Site

log = structlog.get_logger(__name__)

TURN = timedelta(milliseconds=1)
"""How long a page that is being made may keep the loop waiting for its turn at the interpreter, each time."""

PAGES_READY_AFTER = timedelta(minutes=1)
"""How long after its start a service makes ready what pages are made from: first it reads and tells."""

READING_BUDGET = timedelta(minutes=20)
"""How long one reading of the service goes on before it stores what it has."""


async def run(
    settings: Settings,
    clock: Clock | None = None,
    source: ConfigSource | None = None,
    hangups: Hangups | None = None,
    begun: Begun | None = None,
) -> bool:
    """The service until it is told to stop; whether that was an interruption from the keyboard.

    The configuration is read again from its `source`, if one is named, when that changes or a hangup comes. What has
    `begun` already is gone on with.
    """
    needs_feeds(settings.feeds)
    set_up(settings.log)
    clock = clock or SystemClock()
    replica = begun.replica if begun is not None else await _opened(settings, clock)
    try:
        return await _run(settings, replica, clock, source, hangups or Hangups(), begun)
    finally:
        if begun is not None:
            await begun.web.stop()
        replica.close()


async def _run(
    settings: Settings,
    replica: Replica,
    clock: Clock,
    source: ConfigSource | None,
    hangups: Hangups,
    begun: Begun | None,
) -> bool:
    history = replica.history
    in_use = with_made(settings, history.made_watches())
    for remark in (*remarks(in_use, modes_of(settings)), *remarks_on_lists(settings, history.homes)):
        log.warning("configuration", about=remark.what, advice=remark.detail)
    keep_for_long()
    return await _serve(settings, replica, clock, source, hangups, begun)


async def _opened(settings: Settings, clock: Clock) -> Replica:
    """The history; while its disk refuses or its database is away, the health page says that nothing works."""
    began = clock.now()

    def present_health() -> Health:
        is_away, age = settings.place.is_shared, clock.now() - began
        how = HistoryNow.AWAY if is_away else HistoryNow.TAKES_NOTHING
        return Health(alive=is_away, heartbeat_age=age, feeds={}, oldest_unsent=None, history=how)

    metrics = Metrics()
    metrics.reloaded(True, began)
    web = WebServer(application(present_health, metrics), settings.web.host, settings.web.port)
    try:
        return await open_when_possible(settings.place, clock, last_resort(settings), on_waiting=web.start)
    finally:
        await web.stop()


async def _serve(
    settings: Settings,
    replica: Replica,
    clock: Clock,
    source: ConfigSource | None,
    hangups: Hangups,
    begun: Begun | None,
) -> bool:
    history = replica.history
    settings = with_made(settings, history.made_watches())
    with without_garbage_collection():
        channels = open_channels(settings.channels, signed_style(settings, history))
        outbox = Outbox(history, channels, clock, may_send=lambda: service.leads())
    metrics = Metrics()
    beat = heartbeat.Heartbeat(settings.data_dir, clock.now())
    progress = ReadingProgress(settings.data_dir, clock)

    def on_advance(feed: str, advance: Advance | None) -> None:
        progress.note(feed, advance)
        metrics.advance(feed, advance)

    def caller(of: Settings) -> Caller:
        return Caller(of.contact, clock, READING_BUDGET, of.way_out, on_advance)

    metrics.reloaded(True, clock.now())
    reloader = None
    if source is not None:
        reloader = Reloader(
            source,
            caller,
            clock,
            homes=history.homes,
            is_hung_up=hangups.take,
            after_reload=metrics.reloaded,
            signing_key=signing_key(settings, history),
        )
    kept = Kept(history, lambda: service.settings)

    def bots(of: Service) -> Bots:
        return Bots(
            BotDesk(
                history=history,
                outbox=outbox,
                settings=lambda: of.settings,
                kept=kept,
                clock=clock,
                standing=lambda: own.now(),
                links=lambda: of.settings.house_style.links,
                watches_altered=of.take_up_watches,
                deliver=of.deliver,
            )
        )

    service = Service(
        settings,
        history,
        open_feeds(settings.feeds, caller(settings)),
        outbox,
        clock,
        beat,
        after_round=metrics.count_round,
        after_delivery=metrics.count_delivery,
        last_resort=last_resort(settings),
        reloader=reloader,
        bots=bots,
        signing_key=signing_key(settings, history),
        replica=replica,
        deed=doing(lambda: site.desk()),
    )

    def present_health() -> Health:
        now = clock.now()
        oldest = outbox.oldest_waiting(now)
        return health(
            service.settings.feeds, history, beat.age(now), heartbeat.STALE_AFTER, oldest, now, role_of(service)
        )

    def present_figures() -> Figures:
        try:
            topics = topics_of(history.notices().values())
        except HistoryAwayError:
            topics = {}
        return Figures(
            service.settings.channels, outbox.stopped(), topics, service.bots_connected(), is_leading=service.leads()
        )

    own = OwnStanding(service, beat, lambda: metrics.advances)
    site = Site(
        history=history,
        settings=lambda: service.settings,
        clock=clock,
        standing=own.now,
        access=Access(settings.web, history, clock),
        kept=kept,
        outbox=outbox,
        release=lambda feed, signature: ask_release(replica.box, feed, signature),
        watches_altered=service.take_up_watches,
        act_elsewhere=Elsewhere(replica.box).act,
        is_leading=service.leads,
    )
    pages = application(present_health, metrics, present_figures, site)
    web = await _shown(pages, settings, begun)
    sys.setswitchinterval(TURN.total_seconds())
    warming = asyncio.get_running_loop().call_later(PAGES_READY_AFTER.total_seconds(), _make_ready, site)
    try:
        await service.run()
    finally:
        warming.cancel()
        await web.stop()
    return service.was_interrupted


async def _shown(pages: Starlette, settings: Settings, begun: Begun | None) -> WebServer:
    """What serves the pages."""
    if begun is not None:
        begun.door.open(pages)
        return begun.web
    web = WebServer(pages, settings.web.host, settings.web.port)
    port = await web.start()
    log.info("health is served", url=f"http://{in_url(settings.web.host)}:{port}/healthz")
    return web


def _make_ready(site: Site) -> None:
    """Has what pages are made from made before somebody asks for it; a stop of the service does not wait for it.

    What goes wrong is told in the log: whoever asks for a page then has it made.
    """

    def make() -> None:
        try:
            site.kept.warm(site.now())
        except HistoryAwayError as away:  # told elsewhere
            log.info("pages are made ready when they are asked for", why=str(away))
            return
        except Exception:  # the boundary of a thread: the service goes on, and each page is made when it is asked for
            log.exception("pages could not be made ready")
            return
        keep_for_long()

    begin_thread(make, "pages made ready")


def ask_release(box: Box, feed: str, signature: Signature) -> None:
    """Has a held reading believed; the service does it within seconds, once no reading of the feed is under way."""
    requests.leave(box, requests.Request.signed("release", feed, signature))


TRIES_EVERY = timedelta(seconds=30)


async def open_when_possible(
    place: HistoryPlace,
    clock: Clock,
    last_resort: LastResort,
    *,
    on_waiting: Callable[[], Awaitable[object]],
    every: timedelta = TRIES_EVERY,
) -> Replica:
    """The history, opened for writing as soon as its disk or its database allows; raises what waiting cannot mend.

    `on_waiting` is called once if it has to wait. Meanwhile nothing is read and nothing sent; the commands that only
    look work as ever.
    """
    began: datetime | None = None
    while True:
        try:
            replica = open_replica(place)
        except (HistoryUnusableError, *NOT_NOW) as error:
            is_full = isinstance(error.__cause__, OSError) and not isinstance(error, HistoryLockedError)
            if not is_full and not (place.is_shared and isinstance(error, NOT_NOW)):
                raise
            if began is None:
                began = clock.now()
                text = f"{error} Until then nothing is read and no message is sent."
                last_resort.tell(_not_opened("the history cannot be opened for writing", text), began)
                await on_waiting()
            await asyncio.sleep(every.total_seconds())
        else:
            if began is not None:
                text = f"It lasted {format_duration(clock.now() - began)}."
                over = _not_opened("over: the history cannot be opened for writing", text, is_over=True)
                last_resort.tell(over, clock.now())
            return replica


def _not_opened(title: str, text: str, *, is_over: bool = False) -> Notice:
    return Notice(title, text, topic=Topic.NOT_STORED.key, is_over=is_over, sender=sender())
