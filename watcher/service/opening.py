"""Opens the history for the service; where the disk refuses, the service shouts and waits instead of dying."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from watcher.delivery import Notice
from watcher.history.embedded.history import EmbeddedHistory
from watcher.history.failures import CommitFailedError, HistoryLockedError
from watcher.history.protocol import HistoryUnusableError
from watcher.service.past_the_outbox import LastResort
from watcher.timing.clock import Clock
from watcher.timing.durations import format_duration

TRIES_EVERY = timedelta(seconds=30)


async def open_when_possible(
    folder: Path,
    clock: Clock,
    last_resort: LastResort,
    *,
    on_waiting: Callable[[], Awaitable[object]],
    every: timedelta = TRIES_EVERY,
) -> EmbeddedHistory:
    """The history, opened for writing as soon as its disk allows; raises what waiting cannot mend.

    `on_waiting` is called once if it has to wait. Meanwhile nothing is read and nothing sent; the commands that only
    look work as ever.
    """
    began: datetime | None = None
    while True:
        try:
            history = EmbeddedHistory.open(folder)
        except (HistoryUnusableError, CommitFailedError) as error:
            if isinstance(error, HistoryLockedError) or not isinstance(error.__cause__, OSError):
                raise
            if began is None:
                began = clock.now()
                text = f"{error} Until then nothing is read and no message is sent."
                last_resort.tell(Notice("the history cannot be opened for writing", text), began)
                await on_waiting()
            await asyncio.sleep(every.total_seconds())
        else:
            if began is not None:
                text = f"It lasted {format_duration(clock.now() - began)}."
                last_resort.tell(Notice("over: the history cannot be opened for writing", text), clock.now())
            return history
