"""A reading that is asked of the service that runs, and what becomes of it."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.actions.release import feeds_meant
from watcher.config.settings import Settings
from watcher.errors import PermanentError
from watcher.feeds.options import FeedOptions
from watcher.history.opening import open_box, open_history
from watcher.history.protocol import FeedState, Told
from watcher.options.place import HistoryPlace
from watcher.service import requests
from watcher.service.heartbeat import pulse
from watcher.timing.clock import Clock, SystemClock
from watcher.watching.deeds import Signature

TAKEN_UP_WITHIN = timedelta(seconds=20)
"""A running service takes up what is asked of it sooner."""

READ_WITHIN = timedelta(minutes=2)
"""So long a command waits for a reading of the service's; a first one takes longer."""


def needs_feeds(feeds: Mapping[str, FeedOptions]) -> None:
    """Raises PermanentError where there is nothing to read."""
    if not feeds:
        raise PermanentError("no feed is configured: add one, such as [feeds.ofsted], as config.example.toml shows")


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What became of a reading that a running service was asked for."""

    states: Sequence[FeedState]
    """Of the feeds that have been read since."""
    told: Sequence[Told]
    """The changes that these readings brought."""
    reading: Sequence[str]
    """The feeds that the service is still reading."""
    is_taken_up: bool
    """Whether anybody carried the request out."""


def ask_to_poll(
    settings: Settings,
    feeds: Iterable[str],
    *,
    released: Signature | None = None,
    clock: Clock,
    pause: Callable[[float], object] = time.sleep,
) -> AskedFor:
    """Asks the running service to read feeds now, and waits a bounded time for what comes of it.

    Who has `released` them believes what the brake holds of them.
    """
    asked, names = clock.now(), list(feeds)
    wanted = [
        request
        for name in names
        for request in (
            *([requests.Request.signed("release", name, released)] if released else ()),
            requests.Request("read", name),
        )
    ]
    with closing(open_box(settings.place)) as box:
        left = [requests.leave(box, request) for request in wanted]
        until = clock.monotonic() + TAKEN_UP_WITHIN.total_seconds()
        while any(map(box.is_waiting, left)) and clock.monotonic() < until:
            pause(0.2)
        if all(map(box.is_waiting, left)):
            if pulse(settings.data_dir, clock.now()).is_alive:  # it is reading, and does it afterwards
                return AskedFor((), (), names, is_taken_up=True)
            taken_back = [box.discard(name) for name in left]  # somebody may take it up at the last moment
            return AskedFor((), (), names, is_taken_up=not any(taken_back))
    return _await_reading(settings.place, names, asked, clock, pause)


def _await_reading(
    place: HistoryPlace, names: Sequence[str], asked: datetime, clock: Clock, pause: Callable[[float], object]
) -> AskedFor:
    until, wait = clock.monotonic() + READ_WITHIN.total_seconds(), 0.5
    while True:
        history = open_history(place, read_only=True)
        try:
            states = [state for name in names if (state := history.feed(name)).began and state.began >= asked]
            left = [name for name in names if name not in {state.name for state in states}]
            if not left or clock.monotonic() >= until:
                told = [told for told in history.changes() if told.seen >= asked and told.feed in names]
                return AskedFor(states, told, left, is_taken_up=True)
        finally:
            history.close()
        pause(wait)
        wait = min(2 * wait, 10)


def poll_beside(settings: Settings, only: str | None, *, released: Signature | None = None) -> AskedFor:
    """One reading of each feed, or of one, asked of the service; a signature has what the brake holds believed."""
    needs_feeds(settings.feeds)
    return ask_to_poll(settings, feeds_meant(settings.feeds, only), released=released, clock=SystemClock())
