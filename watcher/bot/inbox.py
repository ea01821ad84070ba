"""What arrives is kept before Slack is told that it arrived, and recognised when it comes again.

Slack waits three seconds for that word and asks for it before the work is done: whatever was answered so is in the
history, and is done after a restart too. What could not be kept is not answered, and Slack tells who asked.
"""

import asyncio
import itertools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import timedelta
from typing import Any

import structlog

from watcher.bot.line.envelope import Envelope
from watcher.bot.payloads import Arrived, read_envelope
from watcher.delivery.channels.slack.buttons import HISTORY
from watcher.history.failures import CommitFailedError
from watcher.history.protocol import History, Transaction
from watcher.timing.clock import Clock
from watcher.watching.asked import Asked, Asking

log = structlog.get_logger(__name__)

_APART = timedelta(microseconds=1)
"""No two come at the same moment: by that it is known what was done for which."""

Acknowledge = Callable[[str, Mapping[str, Any] | None], bool]
"""Tells Slack that an envelope arrived, with an answer if there is one; any thread."""


class Inbox:
    """The envelopes of one bot, on their way to being done."""

    def __init__(
        self, way: str, history: History, clock: Clock, *, acknowledge: Acknowledge, executor: Executor
    ) -> None:
        self._way, self._history, self._clock = way, history, clock
        self._acknowledge, self._executor = acknowledge, executor
        self._loop = asyncio.get_running_loop()
        self._arrived: list[Envelope] = []
        self._keeping: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._kept: asyncio.PriorityQueue[tuple[bool, int, Asked]] = asyncio.PriorityQueue()
        self._count = itertools.count()
        for asked in history.asked():
            if asked.way == way:
                self._line_up(asked)

    async def next(self) -> Asked:
        """What is to be done, in the order in which it came; what alters something before all mere questions."""
        return (await self._kept.get())[-1]

    def _line_up(self, asked: Asked) -> None:
        is_question = asked.asking is Asking.COMMAND or asked.what == HISTORY
        self._kept.put_nowait((is_question, next(self._count), asked))

    def put(self, envelope: Envelope) -> None:
        """Takes what arrived; called in the thread that received it."""
        self._loop.call_soon_threadsafe(self._take, envelope)

    async def stop(self) -> None:
        """Keeps nothing more, so that whoever begins after this finds all that was kept; what is not comes again."""
        self._is_stopping = True
        self._arrived.clear()
        if self._keeping is not None:
            await asyncio.wait([self._keeping])

    def _take(self, envelope: Envelope) -> None:
        if self._is_stopping:
            return
        self._arrived.append(envelope)
        if self._keeping is None or self._keeping.done():
            self._keeping = self._loop.create_task(self._keep_all(), name=f"inbox of {self._way}")

    async def _keep_all(self) -> None:
        """Whatever has come meanwhile is kept in one commit."""
        while self._arrived:
            envelopes, self._arrived = self._arrived, []
            now = self._clock.now()
            read = [
                (envelope, read_envelope(envelope, self._way, now + number * _APART))
                for number, envelope in enumerate(envelopes)
            ]
            try:
                new = self._keep([arrived.asked for _, arrived in read if arrived.asked is not None])
            except CommitFailedError as error:
                log.error("what was asked in Slack could not be kept, and is not answered", error=str(error))
                read = [(envelope, arrived) for envelope, arrived in read if arrived.asked is None]
                new = []
            await self._loop.run_in_executor(self._executor, self._acknowledge_all, read)
            for asked in new:
                self._line_up(asked)

    def _keep(self, asked: Sequence[Asked]) -> Sequence[Asked]:
        """Stores what is new of it, which is given back."""
        by_id = {each.id: each for each in reversed(asked) if not self._history.was_asked(each.id, each.trigger)}
        once = tuple({each.trigger or each.id: each for each in by_id.values()}.values())[::-1]
        if once:
            self._history.commit(Transaction(asked=once))
        return once

    def _acknowledge_all(self, read: Sequence[tuple[Envelope, Arrived]]) -> None:
        for envelope, arrived in read:
            if not self._acknowledge(envelope.id, arrived.answer or None):
                log.info("an envelope could not be answered: its connection is gone", way=self._way)
