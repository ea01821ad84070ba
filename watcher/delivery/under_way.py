"""The attempts that are under way, and where there is room for others."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

from watcher.delivery.lane import Lane
from watcher.delivery.lanes import Lanes
from watcher.delivery.ledger import Delivery, Way
from watcher.delivery.outcomes import is_final

AHEAD = 4
"""Messages that a swift channel has before it at once: one is being sent, the next are marked. So many are of unknown
fate after a kill."""

FEW = 5
"""Attempts that may go on at once."""


@dataclass(slots=True)
class _Attempt:
    """One that is under way."""

    way: Way
    lane: Lane
    task: asyncio.Task[Delivery]
    term: int | None
    """The number of the leadership in which it was begun."""
    has_verdict: bool = False
    """Whether it only has to be stored."""


class UnderWay:
    """The attempts by the id of their message."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._attempts: dict[str, _Attempt] = {}
        self._turn = asyncio.Lock()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._attempts)

    def __contains__(self, delivery_id: object) -> bool:
        """Whether there is one of this message."""
        return delivery_id in self._attempts

    def put(self, delivery: Delivery, way: Way, lane: Lane, task: asyncio.Task[Delivery], term: int | None) -> None:
        """Takes one that was begun."""
        self._attempts[delivery.id] = _Attempt(way, lane, task, term)

    def note_verdict(self, delivery: Delivery) -> None:
        """Learns that one has its verdict, which only has to be stored."""
        if (attempt := self._attempts.get(delivery.id)) is not None:
            attempt.has_verdict = True

    def has(self, sent: Delivery) -> bool:
        """Whether it is here that a message is being sent; another may have sent it since."""
        attempt = self._attempts.get(sent.id)
        return attempt is not None and attempt.term == sent.term

    def tasks(self) -> list[asyncio.Task[Delivery]]:
        """Of all of them."""
        return [attempt.task for attempt in self._attempts.values()]

    def lanes(self) -> Collection[Lane]:
        """On which they are made."""
        return [attempt.lane for attempt in self._attempts.values()]

    def collect(self) -> list[Delivery]:
        """The final verdicts of the attempts that are done."""
        done = [name for name, attempt in self._attempts.items() if attempt.task.done()]
        results = [self._attempts.pop(name).task for name in done]
        failed = [error for task in results if (error := task.exception()) is not None]
        if failed:
            raise failed[0]
        return [delivery for task in results if is_final(delivery := task.result())]

    def room(self) -> dict[Way, int]:
        """How many attempts may be begun on each way."""
        lanes = self._lanes.by_way()
        room = {way: AHEAD if lane.has_row else 1 for way, lane in lanes.items() if lane.is_open}
        for attempt in self._attempts.values():
            if attempt.way in room and not (attempt.has_verdict and _goes_on(attempt, lanes.get(attempt.way))):
                room[attempt.way] -= 1
        return room

    def places(self) -> set[str]:
        """Where nothing else may be begun on another way."""
        lanes = self._lanes.by_way()
        attempts = self._attempts.values()
        return {attempt.lane.place for attempt in attempts if not _goes_on(attempt, lanes.get(attempt.way))}

    async def take_turns(self) -> None:
        """Of many attempts that could go on at once each waits for its turn, and whatever else is due comes between."""
        if len(self._attempts) > FEW:
            async with self._turn:
                await asyncio.sleep(0)


def _goes_on(attempt: _Attempt, lane: Lane | None) -> bool:
    """Whether others may go on its way beside it, where its `lane` is still the one of that way."""
    return attempt.lane.has_row and lane is attempt.lane
