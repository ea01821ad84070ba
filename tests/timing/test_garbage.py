"""What stays for long is not looked through for garbage, which would hold everything up; the rest is."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path

import pytest

from tests.delivery.bursts import single
from tests.delivery.scripted import Desk, Scripted
from watcher.delivery.ledger import Delivery
from watcher.delivery.outbox import Outbox
from watcher.history.protocol import Transaction
from watcher.timing.garbage import MANY, without_garbage_collection


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.collect()


def looked_through() -> int:
    """How many messages a look through everything goes through."""
    return sum(type(one) is Delivery for one in gc.get_objects())


TAKEN: Sequence[Callable[[Outbox], Coroutine[object, object, None]]] = [Outbox.take_up, lambda one: one.take_over(2)]


@pytest.mark.parametrize("taken", TAKEN, ids=["new", "of a former leader"])
def test_thousands_of_messages_at_hand_are_not_looked_through(
    tmp_path: Path, taken: Callable[[Outbox], Coroutine[object, object, None]]
) -> None:
    with Desk(tmp_path, Scripted()) as desk:
        before = looked_through()
        desk.history.commit(Transaction(deliveries=[single(number) for number in range(2 * MANY + 10)]))
        asyncio.run(taken(desk.outbox))
        assert looked_through() - before < MANY


def test_collection_goes_on_afterwards_as_it_was() -> None:
    with without_garbage_collection():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with without_garbage_collection():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
