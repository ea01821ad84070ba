"""One round from the command line: what the service would read, tell and send, and then an end; or asked of it."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.outbox import Outbox
from watcher.feeds.advance import OnAdvance, unnoticed
from watcher.feeds.exchange import Exchange
from watcher.feeds.feed import Feed
from watcher.feeds.kinds import Caller, open_feeds
from watcher.history.opening import open_box, open_history
from watcher.history.protocol import FeedState, History, Told, Transaction
from watcher.history.replica import SharedHistory
from watcher.messages.matter import Matter
from watcher.options.place import HistoryPlace
from watcher.rounds import calendar
from watcher.rounds.overdue import overdue
from watcher.rounds.poll import Round, poll
from watcher.rounds.remind import remind
from watcher.service import requests
from watcher.service.heartbeat import pulse
from watcher.service.outside_alarm import Lifesign, give_sign
from watcher.service.readings import READING_DEADLINE
from watcher.service.self_watch import LONGEST_ASLEEP, announcements, find_matters
from watcher.service.signing import signed_style
from watcher.timing.clock import Clock
from watcher.watching.deeds import Signature

TAKEN_UP_WITHIN = timedelta(seconds=20)
"""A running service takes up what is asked of it sooner."""

READ_WITHIN = timedelta(minutes=2)
"""So long a command waits for a reading of the service's; a first one takes longer."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What one round of the feeds came to."""

    rounds: Sequence[Round]
    matters: Sequence[Matter]
    """What needs the operator's attention after it; they have been told."""
    before: Mapping[str, FeedState] = field(default_factory=dict)
    """How each feed stood before it."""
    version_before: int = -1
    """Of the history."""
    exchanges: Sequence[Exchange] = ()
    """What the feeds asked and what came, of those that say so."""

    @property
    def needs_attention(self) -> bool:
        """Whether a reading was not good, or anything else is not as it should be."""
        return bool(self.matters) or any(
            not turn.reading.outcome.is_good or turn.state.problems for turn in self.rounds
        )


def take_over(outbox: Outbox, history: History) -> None:
    """Takes up what a process that is no more was sending, and on a shared history what a former leader was."""
    term = history.leading_as if isinstance(history, SharedHistory) else None
    if term is None:
        outbox.recover()
    else:
        outbox.take_over(term)


READING_BUDGET = READING_DEADLINE - timedelta(minutes=5)
"""How long one reading goes on before it stores what it has."""


async def poll_once(
    settings: Settings, history: History, only: str | None, clock: Clock, on_advance: OnAdvance = unnoticed
) -> Polled:
    """One reading of each feed, judged, stored; and everything that is due told and delivered, to the operator too."""
    version, exchanges = history.version, list[Exchange]()
    outbox = Outbox(history, open_channels(settings.channels, signed_style(settings, history)), clock)
    take_over(outbox, history)
    caller = Caller(settings.contact, clock, READING_BUDGET, settings.way_out, on_advance, exchanges.append)
    feeds = open_feeds(settings.feeds, caller)
    chosen = [feed for name, feed in feeds.items() if only in (None, name)]
    before = {feed.name: history.feed(feed.name) for feed in chosen}
    try:
        rounds = await _read(settings, history, chosen, clock)
        await _tell(settings, history, outbox, clock)
        _watch(settings, history, outbox, clock.now())
        await outbox.deliver_due(within=None)
        matters = _watch(settings, history, outbox, clock.now())  # what was just sent may have found a channel stopped
        await outbox.deliver_due(within=None)
        lifesign = Lifesign.of(settings.operator.heartbeat_url, clock, settings.way_out)
        give_sign(rounds, outbox.oldest_waiting(clock.now()), lifesign)
        await asyncio.to_thread(lifesign.finish, timedelta(seconds=10))
        await asyncio.to_thread(history.compact)
    finally:
        await asyncio.gather(*(feed.close() for feed in feeds.values()))
        await outbox.close()
    return Polled(rounds, matters, before, version, exchanges)


async def _read(settings: Settings, history: History, feeds: Iterable[Feed], clock: Clock) -> Sequence[Round]:
    return await asyncio.gather(*(poll(history, feed, settings, clock, READING_DEADLINE) for feed in feeds))


async def _tell(settings: Settings, history: History, outbox: Outbox, clock: Clock) -> None:
    """What no reading brings: who is overdue, the digests, the reminders; and all of it is sent."""
    taken = overdue(history, settings, clock.now())
    if taken.told:
        history.commit(taken.transaction())
    calendar.make(history, outbox, settings, clock.now())
    outbox.refresh()
    remind(history, outbox, settings, clock.now())
    await outbox.deliver_due(within=None)


def _watch(settings: Settings, history: History, outbox: Outbox, now: datetime) -> Sequence[Matter]:
    """What the service would find of itself; the messages to the operator wait in the outbox then."""
    found = find_matters(settings, history, outbox, now - LONGEST_ASLEEP, now)
    told = announcements(settings, history, found, now)
    if told.notices:
        history.commit(Transaction(notices=told.notices, deliveries=told.deliveries))
        outbox.refresh()
    return found


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
