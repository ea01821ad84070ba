"""What arrives is kept before Slack is told that it arrived, and recognised when it comes again.

Slack waits three seconds for that word and asks for it before the work is done: whatever was answered so is in the
history, and is done after a restart too. What could not be kept is not answered, and Slack tells who asked; a
command is answered that it was not.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from watcher.bot.line.envelope import Envelope
from watcher.bot.payloads import Arrived, read_envelope
from watcher.bot.said import Said
from watcher.history.failures import NOT_NOW
from watcher.history.protocol import History, Transaction
from watcher.timing.clock import Clock
from watcher.watching.asked import Asked

log = structlog.get_logger(__name__)

_APART = timedelta(microseconds=1)
"""No two come at the same moment: by that it is known what was done for which."""

MOST_AT_ONCE = 250
"""So many are kept in one commit, so that the loop does other things between two."""

COMMANDS = "slash_commands"
"""The sort of envelope whose acknowledgement is shown to whoever asked."""

NOT_KEPT = Said.slip(
    "Nothing was done",
    "The history takes nothing just now: its disk may be full, or its database away. It is tried again by itself, and "
    "whoever runs this watcher is told. Ask again in some minutes.",
)

Acknowledge = Callable[[str, Mapping[str, Any] | None], bool]
"""Tells Slack that an envelope arrived, with an answer if there is one; any thread."""


class Inbox:
    """The envelopes of one bot, on their way to being done."""

    def __init__(
        self, way: str, history: History, clock: Clock, *, acknowledge: Acknowledge, on_kept: Callable[[Asked], None]
    ) -> None:
        self._way, self._history, self._clock = way, history, clock
        self._acknowledge, self._on_kept = acknowledge, on_kept
        self._loop = asyncio.get_running_loop()
        self._arrived: list[Envelope] = []
        self._keeping: asyncio.Task[None] | None = None
        self._is_stopping = False

    @property
    def is_behind(self) -> bool:
        """Whether more waits to be kept than one commit takes."""
        return len(self._arrived) > MOST_AT_ONCE

    def take_up(self) -> None:
        """Hands on what was kept and not done before the start, in the order in which it came."""
        for asked in self._history.asked():
            if asked.way == self._way:
                self._on_kept(asked)

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
            envelopes, self._arrived = self._arrived[:MOST_AT_ONCE], self._arrived[MOST_AT_ONCE:]
            read = self._read_all(envelopes, self._clock.now())
            try:
                new = self._keep([arrived.asked for _, arrived in read if arrived.asked is not None])
            except Exception as error:  # noqa: BLE001  # whatever it is, what comes after these is kept all the same
                is_foreseen = isinstance(error, NOT_NOW)
                why = str(error) if is_foreseen else type(error).__name__
                log.error("what was asked in Slack could not be kept, and is not answered", error=why)
                read = [_not_kept(envelope, arrived) for envelope, arrived in read if _is_told(envelope, arrived)]
                new = []
            self._acknowledge_all(read)
            for asked in new:
                self._on_kept(asked)
            await asyncio.sleep(0)

    def _read_all(self, envelopes: Sequence[Envelope], now: datetime) -> Sequence[tuple[Envelope, Arrived]]:
        found = [(envelope, self._read(envelope, now + n * _APART)) for n, envelope in enumerate(envelopes)]
        return [(envelope, arrived) for envelope, arrived in found if arrived is not None]

    def _read(self, envelope: Envelope, now: datetime) -> Arrived | None:
        """What it asks; None for one that breaks the reading, which keeps no other from being answered."""
        try:
            return read_envelope(envelope, self._way, now)
        except Exception as error:  # noqa: BLE001  # the boundary to foreign values; their text stays out of the log
            log.error("an envelope could not be read, and is not answered", error=type(error).__name__)
            return None

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


def _is_told(envelope: Envelope, arrived: Arrived) -> bool:
    """Whether Slack is told that it arrived though nothing was kept: where that can say so to whoever asked."""
    return arrived.asked is None or (envelope.takes_answer and envelope.type == COMMANDS)


def _not_kept(envelope: Envelope, arrived: Arrived) -> tuple[Envelope, Arrived]:
    return (envelope, arrived if arrived.asked is None else Arrived(answer=NOT_KEPT.payload()))
