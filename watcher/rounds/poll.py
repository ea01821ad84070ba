"""One round of a feed: read, judged, braked, stored; what is to be sent waits in the outbox afterwards."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from watcher.config.settings import Settings
from watcher.delivery.operators import baseline_is_read, release_is_read
from watcher.facts import regulators
from watcher.facts.inspection import Inspection
from watcher.facts.statements import Record, latest_published
from watcher.feeds.feed import ODD, Feed, Outcome, Reading
from watcher.history.failures import HistoryAwayError
from watcher.history.protocol import FeedState, Held, History, Transaction
from watcher.rounds.background import Absorbed, absorb_background
from watcher.rounds.releases import TakenRelease, take_release_by_and_by
from watcher.rounds.take_in import Taken, take_in
from watcher.rounds.tell.not_read import tell_not_read
from watcher.rounds.untold import Looked, Remaining, remaining
from watcher.timing.backoff import not_before
from watcher.timing.clock import Clock
from watcher.timing.garbage import MANY, keep_for_long, without_garbage_collection

log = structlog.get_logger(__name__)

FEW = 3
"""Inspections that are judged at once: of more it takes as long as others would notice."""
FEW_READERS = 50
"""What is for more mailboxes takes as long as if there were more inspections."""
_TIMES_BESIDE = 3

LONGEST_PAUSE = timedelta(hours=6)
"""A failing feed is tried at least this often, for ever."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to."""

    reading: Reading
    taken: Taken
    state: FeedState


class KnownTo:
    """What the history knows, as a feed may ask it; `watched` are the regulators that other feeds read."""

    def __init__(self, history: History, watched: Collection[str] = ()) -> None:
        self._history = history
        self._watched = watched

    def inspections(self, home: str) -> Sequence[Inspection]:
        """Everything known of a home, by its key; withdrawn inspections too."""
        return [record.inspection for record in self._history.records(home)]

    def latest_published(self, home: str) -> date | None:
        """The day of the latest publication known of a home, by its key, that has not been withdrawn."""
        known = (record.inspection for record in self._history.records(home) if record.withdrawn is None)
        return latest_published(known)

    def standing_inadequate(self) -> Sequence[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out."""
        return self._history.standing_inadequate()

    def watched_since(self, regulator: str, kind: str | None) -> date | None:
        """Since when another feed has brought homes of this kind; None if none that is read now does."""
        if regulator not in self._watched:
            return None
        described = regulators.of(regulator)
        return self._history.register().of(described).watched_since_of(described.family(kind))

    def newest_list(self, regulator: str) -> tuple[date, int] | None:
        """The day of the newest list of all providers of a regulator, and how many it names; None without a list."""
        sector = self._history.register().of(regulators.of(regulator))
        newest = sector.newest_list(date.max)
        return None if newest is None else (newest, sector.listed_on(newest))


async def poll(
    history: History,
    feed: Feed,
    settings: Settings,
    clock: Clock,
    deadline: timedelta,
    *,
    in_force: Callable[[], Settings] | None = None,
) -> Round:
    """Reads a feed once and commits what that means; a reading that is cut off or fails commits only that it did.

    `in_force` gives the settings by which it is told, where they may have changed while the feed was read.
    """
    await asyncio.to_thread(history.register)  # the first time it takes seconds, for which nothing else should wait
    began, before = clock.now(), history.feed(feed.name)
    log.info("reading", feed=feed.name, last_good=before.last_good.isoformat() if before.last_good else None)
    reading = await _read(feed, before, KnownTo(history, _watched_beside(feed.name, settings)), began, deadline)
    settings = in_force() if in_force is not None else settings
    if reading.inspections:
        await asyncio.to_thread(_make_ready, history, reading, began.astimezone(settings.timezone).date())
        settings = in_force() if in_force is not None else settings
    concerned = {problem.home for problem in before.problems.values() if problem.home is not None}
    absorbed = await absorb_background(history, reading, concerned, clock.now())
    release = None
    if reading.release is not None:
        release = await take_release_by_and_by(history, reading.release, reading.inspections)
    read = _Read(before, reading, absorbed, began)
    stored = await _stored(history, read, lambda: in_force() if in_force else settings, clock, release)
    reading, taken = stored.reading, stored.taken
    log.info(
        "feed read",
        feed=feed.name,
        outcome=reading.outcome.value,
        detail=reading.detail,
        inspections=len(reading.inspections) + len(reading.background),
        changes=len(taken.told),
        messages=len(taken.deliveries),
        problems=len(reading.problems) + len(taken.problems),
        seconds=round((clock.now() - began).total_seconds(), 3),
    )
    return stored


def _make_ready(history: History, reading: Reading, day: date) -> None:
    """Has at hand what is kept of all homes: made for the first time, or the first time of a day, it takes a second."""
    with without_garbage_collection():
        register = history.register()
        for key in {inspection.home.partition(":")[0] for inspection in reading.inspections}:
            register.of(regulators.of(key)).make_ready(day)


@dataclass(frozen=True, slots=True)
class _Read:
    """A reading before it is known what it means."""

    before: FeedState
    reading: Reading
    absorbed: Absorbed
    """What of it is stored already, and what is left to be taken in."""
    began: datetime


async def _stored(
    history: History,
    read: _Read,
    in_force: Callable[[], Settings],
    clock: Clock,
    release: TakenRelease | None,
) -> Round:
    """What a reading comes to by the settings in force, stored; of much in a thread, so that nothing waits for it.

    What was committed or put in force meanwhile may mean something for it: then it is judged anew, the last time
    with everything else waiting. A release is then taken in anew as well: what it was taken into is altered.
    """
    feed, rest = read.before.name, read.absorbed.rest
    for _ in range(_TIMES_BESIDE if release is not None or _is_much(rest, in_force()) else 0):
        settings, version = in_force(), history.version
        with without_garbage_collection():  # which would hold everything for longer the more there is
            taken = await asyncio.to_thread(take_in, history, feed, rest, settings, clock.now(), release)
            release = None
            if history.version != version or in_force() is not settings:
                continue
            came_to = _come_to(history, read, taken, settings, clock)
            if await asyncio.to_thread(history.commit_beside, _transaction(came_to), version):
                if len(came_to.taken.deliveries) >= MANY:
                    keep_for_long()
                return came_to
    settings = in_force()
    taken = take_in(history, feed, rest, settings, clock.now(), release)
    came_to = _come_to(history, read, taken, settings, clock)
    history.commit(_transaction(came_to))
    return came_to


def _is_much(reading: Reading, settings: Settings) -> bool:
    """Whether it would hold everything else for longer than others would notice."""
    readers = sum(len(channel.recipients) for channel in settings.channels.values())
    return len(reading.inspections) * max(readers, FEW_READERS) > FEW * FEW_READERS


def _transaction(came_to: Round) -> Transaction:
    return replace(came_to.taken.transaction(), feeds=(came_to.state,))


def _come_to(history: History, read: _Read, taken: Taken, settings: Settings, clock: Clock) -> Round:
    """What a reading comes to that was taken in so: whether it is believed, and what is told beside its changes."""
    before, reading, absorbed, began = read.before, read.reading, read.absorbed, read.began
    name = before.name
    if taken.unread:
        taken = replace(taken, unread=tuple(home for home in taken.unread if home not in absorbed.homes))
    options = settings.feeds[name]
    why = None if before.released else taken.why_held(options.brake)
    if why is not None:
        # Nothing of it is believed, not even that the pages were read.
        reading = Reading(
            outcome=Outcome.IMPLAUSIBLE,
            detail=f"held: {why}",
            cursor=before.cursor,
            retry_after=reading.retry_after,
        )
        taken = Taken()
    left = _left_untold(history, before, reading, taken, absorbed.records, began).of(options.regulators)
    state = _state_after(before, reading, left, taken.unread, options.every, began)
    if why is not None:
        state = replace(state, held=before.held or Held(why, began))
    if why is None and reading.outcome.is_good:
        not_read = tell_not_read(history, state, taken.homes, settings, clock.now())
        taken = replace(taken, deliveries=(*taken.deliveries, *not_read))
    if reading.baseline is not None:
        words = baseline_is_read(name, reading.baseline, options.regulators, settings.operators_channels, began)
        taken = replace(taken, deliveries=(*taken.deliveries, *words))
    if taken.release is not None:
        words = release_is_read(name, taken.release, settings.operators_channels, began)
        taken = replace(taken, deliveries=(*taken.deliveries, *words))
    return Round(reading, taken, state)


def _watched_beside(feed: str, settings: Settings) -> frozenset[str]:
    """The regulators of whose homes the other feeds of the configuration tell what is new."""
    others = (options for name, options in settings.feeds.items() if name != feed and options.tells_the_present)
    return frozenset(regulator for options in others for regulator in options.regulators)


async def _read(feed: Feed, before: FeedState, known: KnownTo, now: datetime, deadline: timedelta) -> Reading:
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return await feed.read(before.cursor, known, now)
    except TimeoutError:
        detail = f"the reading took longer than {deadline}; nothing of it was stored"
        return Reading(outcome=Outcome.UNREACHABLE, detail=detail, cursor=before.cursor)
    except HistoryAwayError:  # the feed asked it what is known: that is no fault of the feed's, nor of its publisher's
        raise
    except Exception as error:  # a feed parses foreign bytes: its own defect must not stop the others
        log.exception("feed broke", feed=feed.name)
        detail = f"watcher's own reading of {feed.name} broke ({type(error).__name__}); please report it with the log"
        return Reading(outcome=Outcome.MALFORMED, detail=detail, cursor=before.cursor)


def _state_after(
    before: FeedState,
    reading: Reading,
    left: Remaining,
    unread: tuple[str, ...] | None,
    every: timedelta,
    began: datetime,
) -> FeedState:
    failures = 0 if reading.outcome.is_good else before.failures + 1
    doublings = min(failures, 1) if reading.in_part else failures
    wait = not_before(began, doublings, reading.retry_after, every, LONGEST_PAUSE) if failures else None
    return FeedState(
        name=before.name,
        cursor=reading.cursor or before.cursor,
        began=began,
        outcome=reading.outcome.value,
        detail=reading.detail,
        last_good=began if reading.outcome.is_good else before.last_good,
        failures=failures,
        not_before=wait,
        problems=left.problems,
        newest=max(filter(None, (before.newest, reading.newest)), default=None),
        goes_on=reading.outcome.is_good and reading.goes_on,
        unread=before.unread if unread is None else unread,
        odd=0 if reading.outcome.is_good else before.odd + (reading.outcome in ODD),
        ended=left.ended or before.ended,
    )


def _left_untold(
    history: History, before: FeedState, reading: Reading, taken: Taken, stored: Sequence[Record], now: datetime
) -> Remaining:
    """What a reading leaves untold, given what is known once it is stored; some of it has been stored already."""
    firm = [record for record in (*stored, *taken.records) if not record.inspection.is_retold]
    told = {statement.visit for record in firm for statement in (record.inspection, *record.statements)}

    def known(home: str) -> list[Inspection]:
        altered = [record for record in taken.records if record.inspection.home == home]
        others = (record for record in history.records(home) if record.id not in {one.id for one in altered})
        inspections = (record.inspection for record in (*others, *altered))
        return [inspection for inspection in inspections if not inspection.is_retold]

    looked = Looked(reading, frozenset(told), known, now)
    return remaining(before.problems, (*reading.problems, *taken.problems), looked)
