"""One round of a feed: read, judged, braked, stored; what is to be sent waits in the outbox afterwards."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from watcher.config.settings import Settings
from watcher.facts.inspection import Inspection
from watcher.facts.statements import Record
from watcher.feeds.feed import Feed, Outcome, Problem, Reading
from watcher.history.protocol import FeedState, Held, History, Untold
from watcher.rounds.take_in import Taken, take_in
from watcher.rounds.tell.not_read import kept_from_readers, tell_not_read
from watcher.timing.backoff import not_before
from watcher.timing.clock import Clock

log = structlog.get_logger(__name__)

LONGEST_PAUSE = timedelta(hours=6)
"""A failing feed is tried at least this often, for ever."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to."""

    reading: Reading
    taken: Taken
    state: FeedState


class KnownTo:
    """What the history knows, as a feed may ask it."""

    def __init__(self, history: History) -> None:
        self._history = history

    def inspections(self, home: str) -> Sequence[Inspection]:
        """Everything known of a home, by its key; withdrawn inspections too."""
        return [record.inspection for record in self._history.records(home)]

    def standing_inadequate(self) -> Sequence[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out."""
        return self._history.standing_inadequate()


async def poll(history: History, feed: Feed, settings: Settings, clock: Clock, deadline: timedelta) -> Round:
    """Reads a feed once and commits what that means; a reading that is cut off or fails commits only that it did."""
    began = clock.now()
    before, options = history.feed(feed.name), settings.feeds[feed.name]
    log.info("reading", feed=feed.name, last_good=before.last_good.isoformat() if before.last_good else None)
    reading = await _read(feed, before, history, began, deadline)
    if reading.inspections:  # made the first time, it takes a second in which nothing else should have to wait
        await asyncio.to_thread(history.register)
    taken = take_in(history, feed.name, reading, settings, clock.now())
    why = None if before.released else taken.why_held(options.brake)
    if why is not None:
        reading = replace(
            reading, outcome=Outcome.IMPLAUSIBLE, detail=f"held: {why}", cursor=before.cursor, problems=()
        )
        taken = Taken()
    state = _state_after(before, reading, taken, options.every, began)
    if why is not None:
        state = replace(state, held=before.held or Held(why, began))
    if why is None and reading.outcome.is_good:
        not_read = tell_not_read(history, state, taken.homes, settings, clock.now())
        taken = replace(taken, deliveries=(*taken.deliveries, *not_read))
    history.commit(replace(taken.transaction(), feeds=(state,)))
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
    return Round(reading, taken, state)


async def _read(feed: Feed, before: FeedState, history: History, now: datetime, deadline: timedelta) -> Reading:
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            return await feed.read(before.cursor, KnownTo(history), now)
    except TimeoutError:
        detail = f"the reading took longer than {deadline}; nothing of it was stored"
        return Reading(outcome=Outcome.UNREACHABLE, detail=detail, cursor=before.cursor)
    except Exception as error:  # a feed parses foreign bytes: its own defect must not stop the others
        log.exception("feed broke", feed=feed.name)
        detail = f"watcher's own reading of {feed.name} broke ({type(error).__name__}); please report it with the log"
        return Reading(outcome=Outcome.MALFORMED, detail=detail, cursor=before.cursor)


def _state_after(before: FeedState, reading: Reading, taken: Taken, every: timedelta, began: datetime) -> FeedState:
    failures = 0 if reading.outcome.is_good else before.failures + 1
    wait = not_before(began, failures, reading.retry_after, every, LONGEST_PAUSE) if failures else None
    return FeedState(
        name=before.name,
        cursor=reading.cursor or before.cursor,
        began=began,
        outcome=reading.outcome.value,
        detail=reading.detail,
        last_good=began if reading.outcome.is_good else before.last_good,
        failures=failures,
        not_before=wait,
        problems=_problems_after(before, reading, (*reading.problems, *taken.problems), began, taken.records),
        unread=before.unread if taken.unread is None else taken.unread,
    )


def _problems_after(
    before: FeedState, reading: Reading, found: Sequence[Problem], now: datetime, altered: Sequence[Record] = ()
) -> Mapping[str, Untold]:
    """What is still untold: the problems found now, the lasting ones, and those of homes not looked at again.

    `altered` are the records of which this reading says something new.
    """
    looked_at = {home.key for home in reading.homes} | set(reading.listings)
    firm = (record for record in altered if not record.inspection.is_retold)
    told = {statement.visit for record in firm for statement in (record.inspection, *record.statements)}

    def is_kept(problem: Untold) -> bool:
        if problem.until is not None:
            return now < problem.until and problem.visit not in told
        return not reading.outcome.is_good if problem.home is None else problem.home not in looked_at

    kept = {where: problem for where, problem in before.problems.items() if is_kept(problem)}
    return kept | {problem.where: _untold(problem, before.problems.get(problem.where), now) for problem in found}


def _untold(problem: Problem, before: Untold | None, now: datetime) -> Untold:
    """A problem as the state of its feed keeps it."""
    since = before.since if before is not None else now
    untold = Untold(
        what=problem.what, home=problem.home, since=since, trouble=problem.trouble, not_read=kept_from_readers(problem)
    )
    return untold if problem.lasts is None else replace(untold, until=now + problem.lasts, visit=problem.visit)
