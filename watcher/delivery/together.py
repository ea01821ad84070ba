"""What several attempts come to at the same time is stored in one commit."""

import asyncio
from collections.abc import Callable

from watcher.delivery.ledger import Delivery
from watcher.errors import LedElsewhereError, TransientError

_TURNS = 2
"""Of the loop, for which a commit waits for others: a verdict lets the next message be marked in the same one."""


class Together:
    """Stores messages of any number of tasks; used from one event loop."""

    def __init__(self, store: Callable[..., object]) -> None:
        """`store` takes messages one after another and stores all of them or, raising, none."""
        self._store = store
        self._asked: list[tuple[Delivery, asyncio.Future[Delivery]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, delivery: Delivery) -> Delivery:
        """Returns once it is stored; raises what storing it raised."""
        stored = asyncio.get_running_loop().create_future()
        self._asked.append((delivery, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_soon(), name="store together")
        result: Delivery = await asyncio.shield(stored)
        return result

    async def _store_soon(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        asked, self._asked, self._storing = self._asked, [], None
        try:
            self._store(*(delivery for delivery, _ in asked))
        except Exception as error:  # noqa: BLE001  # raised where it was asked for
            if isinstance(error, TransientError) and not isinstance(error, LedElsewhereError):
                for _, stored in asked:  # nothing can be stored now: to try each would only take as long again
                    stored.set_exception(error)
            else:  # one that cannot be stored takes no other with it
                for delivery, stored in asked:
                    self._store_alone(delivery, stored)
        else:
            for delivery, stored in asked:
                stored.set_result(delivery)

    def _store_alone(self, delivery: Delivery, stored: "asyncio.Future[Delivery]") -> None:
        try:
            self._store(delivery)
        except Exception as error:  # noqa: BLE001  # raised where it was asked for
            stored.set_exception(error)
        else:
            stored.set_result(delivery)
