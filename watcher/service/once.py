"""One round from the command line: what the service would read, tell and send, and then an end; or asked of it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from watcher.config.made_watches import with_made
from watcher.config.settings import Settings
from watcher.delivery.channels.kinds import open_channels
from watcher.delivery.outbox import Outbox
from watcher.feeds.advance import OnAdvance, unnoticed
from watcher.feeds.exchange import Exchange
from watcher.feeds.feed import Feed
from watcher.feeds.kinds import Caller, open_feeds
from watcher.history.box import Box
from watcher.history.protocol import FeedState, History, Transaction
from watcher.history.replica import SharedHistory
from watcher.messages.matter import Matter
from watcher.rounds import calendar
from watcher.rounds.overdue import overdue
from watcher.rounds.poll import Round, poll
from watcher.rounds.remind import remind
from watcher.service.beside import needs_feeds
from watcher.service.carrying_out import carry_out
from watcher.service.logs import set_up
from watcher.service.outside_alarm import Lifesign, give_sign
from watcher.service.readings import READING_DEADLINE
from watcher.service.self_watch import LONGEST_ASLEEP, announcements, find_matters
from watcher.service.signing import signed_style
from watcher.timing.clock import Clock, SystemClock


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


async def take_over(outbox: Outbox, history: History) -> None:
    """Takes up what a process that is no more was sending, and on a shared history what a former leader was."""
    term = history.leading_as if isinstance(history, SharedHistory) else None
    if term is None:
        outbox.recover()
    else:
        await outbox.take_over(term)


READING_BUDGET = READING_DEADLINE - timedelta(minutes=5)
"""How long one reading goes on before it stores what it has."""


def poll_now(settings: Settings, history: History, only: str | None, on_advance: OnAdvance) -> Polled:
    """As `poll_once`, of the feeds and for the watches that are configured and made now."""
    needs_feeds(settings.feeds)
    set_up(settings.log.model_copy(update={"level": "warning"}))
    settings = with_made(settings, history.made_watches())
    return asyncio.run(poll_once(settings, history, only, SystemClock(), on_advance))


async def poll_once(
    settings: Settings, history: History, only: str | None, clock: Clock, on_advance: OnAdvance = unnoticed
) -> Polled:
    """One reading of each feed, judged, stored; and everything that is due told and delivered, to the operator too."""
    version, exchanges = history.version, list[Exchange]()
    outbox = Outbox(history, open_channels(settings.channels, signed_style(settings, history)), clock)
    await take_over(outbox, history)
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


def carry_out_now(settings: Settings, history: History, box: Box, *, deliver: bool) -> str:
    """Does what was asked of a history that no service owns, and sends what that makes due; what became of it."""
    return asyncio.run(_carry_out(settings, history, box, deliver=deliver))


async def _carry_out(settings: Settings, history: History, box: Box, *, deliver: bool) -> str:
    settings = with_made(settings, history.made_watches())
    outbox = Outbox(history, open_channels(settings.channels, signed_style(settings, history)), SystemClock())
    if deliver:  # else the secrets are not there either, and a stopped channel would seem to have another way
        await take_over(outbox, history)
    done = carry_out(box, history, outbox, operators_channels=settings.operators_channels, settings=settings)
    ended = await outbox.deliver_due() if deliver else ()
    await outbox.close()
    verdicts = [f"{delivery.id}: {delivery.state} {delivery.detail}".strip() for delivery in ended]
    return "\n".join(verdicts) or ("done" if any(ok for _, ok in done) else "there was nothing to do")
