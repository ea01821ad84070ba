"""What is made because its time has come, whatever is read: what quiet hours held, digests and reports."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from itertools import chain

from watcher.config.settings import Settings
from watcher.delivery.books import SLICE
from watcher.history.protocol import History, Transaction
from watcher.rounds import digests, mornings, reports
from watcher.rounds.beside import made_beside
from watcher.rounds.remind import Sends, SendsMany

_Due = Callable[[History, Settings, datetime], Iterator[Transaction]]

_PARTS: tuple[_Due, ...] = (mornings.due, digests.due, reports.due)


def are_due(history: History, settings: Settings, now: datetime) -> bool:
    """Whether anything is to be made, for which all homes are gone through."""
    return digests.are_due(history, settings, now) or reports.are_due(history, settings, now)


def make(history: History, outbox: Sends, settings: Settings, now: datetime) -> None:
    """Commits what is due; the outbox hears of it, of gathered messages that go by themselves too."""
    made = (due(history, settings, now) for due in _PARTS)
    for transaction in chain.from_iterable(made):
        history.commit(transaction)
        outbox.note(*(delivery for delivery in transaction.deliveries if delivery.number))
        outbox.refresh()


async def make_beside(history: History, outbox: SendsMany, in_force: Callable[[], Settings], now: datetime) -> None:
    """The same beside all else: thousands may wait for their digest or their morning, though nothing is due."""
    for due in _PARTS:
        while transaction := await made_beside(history, partial(_first, due, history, now), in_force):
            await _tell(outbox, transaction)


def _first(due: _Due, history: History, now: datetime, settings: Settings) -> Transaction | None:
    return next(due(history, settings, now), None)


async def _tell(outbox: SendsMany, transaction: Transaction) -> None:
    known = [delivery for delivery in transaction.deliveries if delivery.number]
    for first in range(0, len(known), SLICE):
        outbox.note(*known[first : first + SLICE])
        await asyncio.sleep(0)
    await outbox.take_up()
