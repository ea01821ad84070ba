"""The messages without a final verdict, in memory: choosing the next one reads no history."""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import TypeVar

from watcher.delivery.ledger import Delivery, State, Way

_Key = TypeVar("_Key")

_GLANCE = 16
"""Messages that are looked at to see whether any is due."""

_OPEN = (State.WAITING, State.SENDING)


class Waiting:
    """Open deliveries; of those of one channel, subject and recipient only the oldest can be next.

    A message waits until those that it follows have a final verdict. Of a stopped channel only the message that it
    refused can be next: it tries whether the channel works again. So it is with a stopped recipient.
    """

    def __init__(self, way_of: Callable[[Delivery], Way] = lambda delivery: (delivery.channel, None)) -> None:
        self._way_of = way_of
        self._deliveries: dict[str, Delivery] = {}
        self._queues: defaultdict[tuple[str, str, str | None], list[tuple[int, str]]] = defaultdict(list)
        self._heaps: defaultdict[Way, _Heads] = defaultdict(_Heads)
        self._following: defaultdict[str, set[str]] = defaultdict(set)
        """By the id of each message those that wait for its verdict."""
        self._stopping: defaultdict[Way, set[str]] = defaultdict(set)
        """By what is stopped, a channel or one of its recipients, the messages that were refused."""
        self._ended: set[Way] = set()
        """What is stopped no more, as long as nobody has asked for what waited for it."""

    def __len__(self) -> int:
        """How many messages are open."""
        return len(self._deliveries)

    def __iter__(self) -> Iterator[Delivery]:
        """All of them, in no particular order."""
        return iter(self._deliveries.values())

    def get(self, delivery_id: str) -> Delivery | None:
        """One open message by its id."""
        return self._deliveries.get(delivery_id)

    def behind(self, delivery: Delivery) -> list[Delivery]:
        """The open messages that come after one in its order."""
        queue = self._queues.get(delivery.queue, [])
        return [self._deliveries[delivery_id] for number, delivery_id in queue if number > delivery.number]

    def stopping(self, channel: str, recipient: str | None = None) -> list[Delivery]:
        """The messages whose refusal stopped a channel, or the recipient; empty for what is not stopped."""
        return [self._deliveries[delivery_id] for delivery_id in self._stopping.get((channel, recipient), ())]

    def stopped(self) -> list[Way]:
        """The channels that are stopped, and the recipients."""
        return list(self._stopping)

    def put(self, delivery: Delivery) -> None:
        """Takes a message as it stands now; one with a final verdict leaves."""
        queue = self._queues[delivery.queue]
        entry = (delivery.number, delivery.id)
        before = self._deliveries.get(delivery.id)
        if delivery.state not in _OPEN:
            if self._deliveries.pop(delivery.id, None):
                queue.remove(entry)
        else:
            if before is None:
                insort(queue, entry)
            self._deliveries[delivery.id] = delivery
        self._keep_relations(delivery, before)
        if queue:
            self._push(self._deliveries[queue[0][1]])
        else:
            del self._queues[delivery.queue]
        if delivery.state not in _OPEN:
            self._release_following(delivery.id)

    def _keep_relations(self, delivery: Delivery, before: Delivery | None) -> None:
        is_open = delivery.state in _OPEN
        for awaited in delivery.awaits:
            _keep(self._following, awaited, delivery.id, is_in=is_open)
        stops = delivery.stops if is_open else None
        ended = before.stops if before is not None else None
        if ended is not None and ended != stops:
            _keep(self._stopping, ended, delivery.id, is_in=False)
        if stops is not None:
            _keep(self._stopping, stops, delivery.id, is_in=True)
        if ended is not None and ended not in self._stopping:
            self._ended.add(ended)

    def _go_on(self) -> None:
        """What waited for recipients that were stopped may be next again; of any number, all are gone through once."""
        if self._ended:
            for (channel, _, recipient), queue in self._queues.items():
                if queue and (channel, recipient) in self._ended:
                    self._push(self._deliveries[queue[0][1]])
            self._ended.clear()

    def _release_following(self, awaited: str) -> None:
        for delivery_id in self._following.get(awaited, ()):
            delivery = self._deliveries[delivery_id]
            self._push(self._deliveries[self._queues[delivery.queue][0][1]])

    def next(self, way: Way, now: datetime, besides: Container[str] = ()) -> Delivery | None:
        """The message for a way that has been due longest, `besides` those with these ids; None if none is."""
        self._go_on()
        passed = []
        while (first := self._first(way)) is not None and first.id in besides:
            passed.append(self._heaps[way].pop())
        for entry in passed:
            self._heaps[way].put(entry)
        return first if first is not None and first.due <= now else None

    def has_more(self, way: Way, now: datetime) -> bool:
        """Whether other messages for a way than the one that is being sent are due, as far as a glance tells."""
        self._go_on()
        heads = self._heaps[way].glance() if way in self._heaps else ()
        near = ((due, self._deliveries.get(delivery_id)) for due, _, delivery_id in heads)
        return any(
            due <= now and one is not None and one.state is State.WAITING and one.due == due for due, one in near
        )

    def ask_ways_again(self) -> None:
        """Every message may take another way than before, since channels have changed."""
        self._heaps.clear()
        for queue in self._queues.values():
            if queue:
                self._push(self._deliveries[queue[0][1]])

    def _push(self, head: Delivery) -> None:
        if head.state is State.WAITING and not self._is_held_up(head):
            heads = self._heaps[self._way_of(head)]
            heads.put((head.due, head.number, head.id))
            if len(heads) > 2 * len(self._deliveries) + _GLANCE:  # whoever only follows others takes none out
                heads.keep(lambda entry: self._is_so(*entry))

    def _is_held_up(self, delivery: Delivery) -> bool:
        has_recipient = delivery.recipient is not None
        if has_recipient and delivery.stopped is None and (delivery.channel, delivery.recipient) in self._stopping:
            return True
        return any(awaited in self._deliveries for awaited in delivery.awaits)

    def _first(self, way: Way) -> Delivery | None:
        if stopping := self.stopping(way[0]):
            mine = [delivery for delivery in stopping if self._way_of(delivery) == way]
            waiting = [delivery for delivery in mine if delivery.state is State.WAITING]
            return min(waiting, key=lambda delivery: (delivery.due, delivery.number), default=None)
        heads = self._heaps[way]
        while heads:
            due, number, delivery_id = heads.first
            if self._is_so(due, number, delivery_id) and not self._is_held_up(self._deliveries[delivery_id]):
                return self._deliveries[delivery_id]
            heads.pop()
        return None

    def _is_so(self, due: datetime, number: int, delivery_id: str) -> bool:
        """Whether a message still is the head of its queue, and due then."""
        delivery = self._deliveries.get(delivery_id)
        return (
            delivery is not None
            and delivery.state is State.WAITING
            and delivery.due == due
            and self._queues[delivery.queue][0] == (number, delivery_id)
        )


_Head = tuple[datetime, int, str]


class _Heads:
    """Heads of queues by the time due, each once; one that is no longer true is dropped when it comes up."""

    def __init__(self) -> None:
        self._heap: list[_Head] = []
        self._known: set[_Head] = set()

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def first(self) -> _Head:
        """The one that is due first."""
        return self._heap[0]

    def put(self, head: _Head) -> None:
        """Takes one in, unless it is there."""
        if head not in self._known:
            self._known.add(head)
            heappush(self._heap, head)

    def pop(self) -> _Head:
        """Takes out the one that is due first."""
        head = heappop(self._heap)
        self._known.discard(head)
        return head

    def keep(self, is_so: Callable[[_Head], bool]) -> None:
        """Drops all others."""
        self._known = set(filter(is_so, self._known))
        self._heap = sorted(self._known)

    def glance(self) -> Sequence[_Head]:
        """Some that are due early."""
        return self._heap[:_GLANCE]


def _keep(sets: defaultdict[_Key, set[str]], key: _Key, member: str, *, is_in: bool) -> None:
    """Puts a member in the set of a key, or takes it out; a set that is empty goes."""
    if is_in:
        sets[key].add(member)
    elif key in sets:
        sets[key].discard(member)
        if not sets[key]:
            del sets[key]
