"""A service begins: its health page is there before all that reads, tells and shows is loaded.

That takes longer than all else, and whoever started the service waits for the page alone. A service that shares its
history, or whose disk refuses, begins with everything.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from watcher.config.settings import Settings
from watcher.config.source import ConfigSource
from watcher.history.failures import CommitFailedError, HistoryLockedError, HistoryUnusableError
from watcher.history.opening import is_begun, open_replica
from watcher.history.replica import Replica
from watcher.options.addresses import in_url
from watcher.options.place import HistoryPlace
from watcher.service.hangups import Hangups
from watcher.service.heartbeat import STALE_AFTER
from watcher.timing.clock import Clock, SystemClock
from watcher.timing.garbage import without_garbage_collection
from watcher.web.doorstep import Doorstep
from watcher.web.health import Health, health
from watcher.web.server import WebServer

IN_A_MOMENT = timedelta(seconds=1)
"""So long the health page waits for what the history says."""


OPENED_WITHIN = timedelta(minutes=30)
"""A history that is being opened is given so long before its service counts as dead: a restart would begin anew."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What there is of a service that has begun; whoever goes on with it ends it."""

    web: WebServer
    door: Doorstep
    replica: Replica


async def begin(settings: Settings, source: ConfigSource, hangups: Hangups) -> bool:
    """The service until it is told to stop; whether that was an interruption from the keyboard."""
    is_told_to_end = _ending_this_task()
    try:
        return await _begin(settings, source, hangups)
    except asyncio.CancelledError:
        if not is_told_to_end():
            raise
        return False


def _ending_this_task() -> Callable[[], bool]:
    """Has SIGTERM end what this task does, until the service listens itself; whether that has come.

    By the loop: what a signal's own handler raises is lost where a library catches all that its callbacks raise.
    """
    loop, task, came = asyncio.get_running_loop(), asyncio.current_task(), asyncio.Event()

    def end() -> None:
        if task is not None and not came.is_set():
            came.set()
            task.cancel()

    with suppress(NotImplementedError, RuntimeError):  # a loop outside the main thread takes no signals
        loop.add_signal_handler(signal.SIGTERM, end)
    return came.is_set


async def _begin(settings: Settings, source: ConfigSource, hangups: Hangups) -> bool:
    clock = SystemClock()
    with without_garbage_collection():  # what is loaded stays
        begun = await _begun(settings, clock) if settings.feeds and not settings.place.is_shared else None
        try:
            start = await asyncio.to_thread(import_module, "watcher.service.start")
        except BaseException:
            await _end(begun)
            raise
    was_interrupted: bool = await start.run(settings, clock, source, hangups, begun)
    return was_interrupted


async def _begun(settings: Settings, clock: Clock) -> Begun | None:
    """The health page and the history; None where its disk refuses, which waiting may mend.

    The page says how a history stands that is opened in a moment, and waits for no other: one that was never begun is
    made first, and of a large one that an older version wrote, or that was restored, its register.
    """
    began, host = clock.now(), settings.web.host
    opening = asyncio.create_task(asyncio.to_thread(_opened, settings.place))
    await asyncio.wait({opening}, timeout=IN_A_MOMENT.total_seconds() if is_begun(settings.place) else 0)
    if opening.done() and opening.result() is None:
        return None
    door = Doorstep(lambda: _health(settings, opening.result() if opening.done() else None, began, clock.now))
    web = WebServer(door, host, settings.web.port)
    try:
        port = await web.start()
        await asyncio.to_thread(_log_begin, settings, f"http://{in_url(host)}:{port}/healthz", opening.done())
        replica = await asyncio.shield(opening)
    except BaseException:
        await web.stop()
        await _let_go(opening)
        raise
    if replica is None:
        await web.stop()
        return None
    return Begun(web, door, replica)


def _log_begin(settings: Settings, url: str, is_open: bool) -> None:
    """Tells the log; what writes it takes a fifth of all that answers for the health to load, and comes after that."""
    import structlog

    from watcher.service.logs import set_up

    set_up(settings.log)
    log = structlog.get_logger(__name__)
    log.info("health is served", url=url)
    if not is_open:
        log.info("the history is being opened", folder=str(settings.data_dir))


async def _let_go(opening: "asyncio.Task[Replica | None]") -> None:
    """Closes what is or will be opened, if it is."""
    with suppress(Exception):  # it is told already, or what ends the service is
        if (replica := await opening) is not None:
            replica.close()


def _opened(place: HistoryPlace) -> Replica | None:
    """The history; None where its disk refuses. Raises what waiting cannot mend."""
    try:
        return open_replica(place)
    except (HistoryUnusableError, CommitFailedError) as error:
        if isinstance(error, HistoryLockedError) or not isinstance(error.__cause__, OSError):
            raise
        return None


def _health(settings: Settings, replica: Replica | None, began: datetime, now: Callable[[], datetime]) -> Health:
    """What is known of a service before it does anything."""
    age = now() - began
    if replica is None:
        never_read = {"outcome": None, "last_good": None, "age_seconds": None, "fresh": False, "failures": 0}
        return Health(age <= OPENED_WITHIN, age, dict.fromkeys(settings.feeds, never_read), None)
    waiting = min((message.created for message in replica.history.deliveries(open_only=True)), default=None)
    oldest = None if waiting is None else max(now() - waiting, timedelta(0))
    return health(settings.feeds, replica.history, age, STALE_AFTER, oldest, now())


async def _end(begun: Begun | None) -> None:
    if begun is not None:
        await begun.web.stop()
        begun.replica.close()
