"""The readings of a service that leads: which feed is read when, one reading of each at a time."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

import structlog

from watcher.feeds.feed import Feed
from watcher.history.failures import NOT_NOW
from watcher.rounds.poll import Round, poll
from watcher.service.house import House
from watcher.service.outside_alarm import give_sign
from watcher.service.pace import next_reading

log = structlog.get_logger(__name__)

READING_DEADLINE = timedelta(minutes=40)
"""A reading that takes longer is cut off; feeds themselves stop well before and go on at the next round."""
SOON = timedelta(minutes=1)
"""How long a feed rests whose reading could not be stored: it has news, and the history may take them again by then."""


class Readings:
    """Those under way, and what was asked to be read."""

    def __init__(self, house: House, after_round: Callable[[Round, float], None]) -> None:
        self._house = house
        self._after_round = after_round
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._asked_for: set[str] = set()
        self._rests_until: dict[str, float] = {}
        self._dismissed: set[asyncio.Task[None]] = set()
        """What closes the feeds that are no longer read."""

    async def start_due(self) -> None:
        """Begins to read each feed that is due, or was asked for."""
        house = self._house
        if house.history.trouble:  # what is read could not be stored, and would be asked for again and again
            return
        now = house.clock.now()
        house.notice_waking(now)
        for name, feed in house.feeds.items():
            is_asked_for = name in self._asked_for
            rests = not is_asked_for and house.clock.monotonic() < self._rests_until.get(name, 0)
            if rests or name in self.being_read():
                continue
            state = house.history.feed(name)
            if is_asked_for or next_reading(house.settings.feeds[name], state, now) <= now:
                self._asked_for.discard(name)
                self._under_way[name] = asyncio.create_task(self.read(feed), name=f"reading {name}")

    async def read(self, feed: Feed) -> None:
        """Reads a feed; whatever becomes of it is stored or told."""
        house = self._house
        try:
            began = house.clock.monotonic()
            turn = await poll(
                house.history, feed, house.settings, house.clock, READING_DEADLINE, in_force=lambda: house.settings
            )
            await house.outbox.take_up()
            self._after_round(turn, house.clock.monotonic() - began)
            if turn.taken.deliveries:  # news waits for no tick
                await house.deliver()
            give_sign([turn], house.outbox.oldest_waiting(house.clock.now()), house.lifesign)
        except NOT_NOW as error:  # told by the self-watch
            log.error("reading not stored", feed=feed.name, error=str(error))
            self._rest(feed.name, at_most=SOON)
        except Exception:  # the boundary of a reading: the state of the feed goes stale and is told
            log.exception("reading failed", feed=feed.name)
            self._rest(feed.name)

    def _rest(self, feed: str, at_most: timedelta = timedelta.max) -> None:
        """Keeps a feed whose last reading left no trace from being read again at once."""
        if (options := self._house.settings.feeds.get(feed)) is not None:
            rest = min(options.every, at_most)
            self._rests_until[feed] = self._house.clock.monotonic() + rest.total_seconds()

    def read_now(self, feed: str) -> bool:
        """Has a feed read at the next tick, however lately it was read."""
        if feed in self._house.feeds:
            self._asked_for.add(feed)
        return feed in self._house.feeds

    def being_read(self) -> Iterator[str]:
        """The feeds whose reading is under way."""
        return (name for name, reading in self._under_way.items() if not reading.done())

    def dismiss(self, name: str, feed: Feed, *, is_gone: bool) -> None:
        """Has a feed closed that is no longer read, once its last reading is over."""
        reading = self._under_way.get(name)
        self._rests_until.pop(name, None)
        if is_gone:
            self._asked_for.discard(name)
            if reading is not None and not reading.done():
                log.info("reading given up: its feed is no longer configured", feed=name)
                reading.cancel()
        closing = asyncio.create_task(_close_after(reading, feed), name=f"close {name}")
        self._dismissed.add(closing)
        closing.add_done_callback(self._dismissed.discard)

    async def end(self) -> None:
        """Gives up what is under way: nothing of it is stored."""
        for reading in self._under_way.values():
            reading.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        await asyncio.gather(*self._dismissed, return_exceptions=True)


async def _close_after(reading: asyncio.Task[None] | None, feed: Feed) -> None:
    if reading is not None and not reading.done():
        await asyncio.wait([reading])
    try:
        await feed.close()
    except Exception:  # the boundary of a feed: it is not read any more, whatever it leaves behind
        log.exception("a feed could not be closed", feed=feed.name)
