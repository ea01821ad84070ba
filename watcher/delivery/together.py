"""What several attempts come to at the same time is stored in one commit."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from watcher.delivery.ledger import Delivery
from watcher.errors import LedElsewhereError, TransientError

_TURNS = 4
"""Of the loop, for which a commit waits for others: a verdict lets the next message be marked in the same one."""

MOST = 20
"""Messages of one commit: more would hold everything else for longer than it saves."""

_Still = Callable[[], bool]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    delivery: Delivery
    is_still_wanted: _Still
    stored: "asyncio.Future[Delivery | None]"


class Together:
    """Stores messages of any number of tasks, in the order in which they ask; used from one event loop."""

    def __init__(self, store: Callable[..., object]) -> None:
        """`store` takes messages one after another and stores all of them or, raising, none."""
        self._store = store
        self._asked: list[_Asked] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, delivery: Delivery, is_still_wanted: _Still = lambda: True) -> Delivery | None:
        """Returns once it is stored; raises what storing it raised.

        None, and nothing of it is stored, where it is not wanted any more at the moment of the commit.
        """
        stored: asyncio.Future[Delivery | None] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(delivery, is_still_wanted, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_soon(), name="store together")
        return await asyncio.shield(stored)

    async def _store_soon(self) -> None:
        try:
            while self._asked:
                await self._wait_for_others()
                asked, self._asked = self._asked[:MOST], self._asked[MOST:]
                self._commit(asked)
        finally:
            left, self._asked, self._storing = self._asked, [], None
            for one in left:  # only where the loop ends
                one.stored.cancel()

    async def _wait_for_others(self) -> None:
        """Until nobody asks any more, or enough have."""
        known, turns = 0, 0
        while turns < _TURNS and known < MOST:
            await asyncio.sleep(0)
            turns = turns + 1 if len(self._asked) == known else 0
            known = len(self._asked)

    def _commit(self, asked: Sequence[_Asked]) -> None:
        wanted = []
        for one in asked:
            if one.is_still_wanted():
                wanted.append(one)
            else:
                one.stored.set_result(None)
        if not wanted:
            return
        try:
            self._store(*(one.delivery for one in wanted))
        except Exception as error:  # noqa: BLE001  # raised where it was asked for
            if isinstance(error, TransientError) and not isinstance(error, LedElsewhereError):
                for one in wanted:  # nothing can be stored now: to try each would only take as long again
                    one.stored.set_exception(error)
            else:  # one that cannot be stored takes no other with it
                for one in wanted:
                    self._store_alone(one)
        else:
            for one in wanted:
                one.stored.set_result(one.delivery)

    def _store_alone(self, one: _Asked) -> None:
        try:
            self._store(one.delivery)
        except Exception as error:  # noqa: BLE001  # raised where it was asked for
            one.stored.set_exception(error)
        else:
            one.stored.set_result(one.delivery)
