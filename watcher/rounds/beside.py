"""What is made of all that is known, and stored, beside all else."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from watcher.config.settings import Settings
from watcher.delivery.ledger import State
from watcher.history.protocol import History, Transaction
from watcher.timing.garbage import without_garbage_collection

TIMES = 3
"""So often others may outrun it; then it is made while they wait."""

_Given = TypeVar("_Given")
_Result = TypeVar("_Result")

Made = Callable[[Settings], Transaction | None]
"""What is to be committed by a configuration; None where there is nothing."""


async def made_beside(history: History, make: Made, in_force: Callable[[], Settings]) -> Transaction | None:
    """What was committed, made in a thread; None where there is nothing to commit.

    What was committed or put in force meanwhile may mean something for it: then it is made anew. What ends messages
    that the outbox has is committed on the loop, so that it hears of it before it sends any of them.
    """
    for _ in range(TIMES):
        settings, version = in_force(), history.version
        transaction = await asyncio.to_thread(_undisturbed, make, settings)
        if transaction is None:
            return None
        if in_force() is settings and await _is_committed(history, transaction, version):
            return transaction
    transaction = make(in_force())
    if transaction is not None:
        history.commit(transaction)
    return transaction


async def _is_committed(history: History, transaction: Transaction, version: int) -> bool:
    if not any(delivery.state is State.LAPSED and delivery.number for delivery in transaction.deliveries):
        return await asyncio.to_thread(_undisturbed, lambda made: history.commit_beside(made, version), transaction)
    is_present = history.version == version
    if is_present:
        history.commit(transaction)
    return is_present


def _undisturbed(work: Callable[[_Given], _Result], given: _Given) -> _Result:
    with without_garbage_collection():
        return work(given)
