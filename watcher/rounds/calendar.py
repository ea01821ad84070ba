"""What is made because its time has come, whatever is read: what quiet hours held, digests and reports."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import Protocol

from watcher.config.settings import Settings
from watcher.delivery.outbox import SLICE
from watcher.history.garbage import without_garbage_collection
from watcher.history.protocol import History, Transaction
from watcher.rounds import digests, mornings, reports
from watcher.rounds.remind import Sends

_PARTS: tuple[Callable[[History, Settings, datetime], Iterator[Transaction]], ...] = (
    mornings.due,
    digests.due,
    reports.due,
)

_TIMES_BESIDE = 3


class SendsMany(Sends, Protocol):
    """The outbox, as far as it hears of any number of messages without holding up others."""

    async def take_up(self) -> None:
        """Takes up messages that were stored since."""
        ...


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
    """The same beside all else: thousands may wait for their digest or their morning, though nothing is due.

    What was committed or put in force meanwhile may mean something for it: then it is made anew, the last time with
    everything else waiting.
    """
    for due in _PARTS:
        tries = 0
        while tries < _TIMES_BESIDE:
            settings, version = in_force(), history.version
            transaction = await asyncio.to_thread(_first, due(history, settings, now))
            if transaction is None:
                break
            is_present = in_force() is settings
            if is_present and await asyncio.to_thread(_commit_beside, history, transaction, version):
                await _tell(outbox, transaction)
                tries = 0
            else:
                tries += 1
        else:
            make(history, outbox, in_force(), now)


def _first(made: Iterator[Transaction]) -> Transaction | None:
    with without_garbage_collection():
        return next(made, None)


def _commit_beside(history: History, transaction: Transaction, version: int) -> bool:
    with without_garbage_collection():
        return history.commit_beside(transaction, version)


async def _tell(outbox: SendsMany, transaction: Transaction) -> None:
    known = [delivery for delivery in transaction.deliveries if delivery.number]
    for first in range(0, len(known), SLICE):
        outbox.note(*known[first : first + SLICE])
        await asyncio.sleep(0)
    await outbox.take_up()
