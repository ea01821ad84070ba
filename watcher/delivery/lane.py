"""The way to one channel: one call at a time, spaced, each in a thread of its own and under a deadline."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.delivery.calls import Call, Calls
from watcher.delivery.channel import Channel, current
from watcher.delivery.ledger import STATE_SUBJECT, Delivery
from watcher.delivery.verdict import Answer, Verdict
from watcher.timing.clock import Clock

PATIENCE = timedelta(minutes=5)
"""How long a call that exceeded its deadline keeps its channel from another one."""

MOST_LEFT = 4
"""Calls of one channel that hang at most; with so many the channel waits until one returns."""

FAILURES_IN_A_ROW = 3
"""Messages that a channel may fail before it gets a rest: the trouble is the channel's, not theirs."""

ROW = timedelta(seconds=1)
"""So soon after a message the next is one of the same row."""

SWIFT = timedelta(milliseconds=100)
"""A channel that takes a message within it can be handed one right after another."""


@dataclass(frozen=True, slots=True)
class _Left:
    """A call that exceeded its deadline: its thread can't be ended, only be left alone."""

    future: asyncio.Future[Verdict | None]
    since: float
    sent: Delivery | None


class Spacing:
    """When the last calls to one place ended; shared by all channels that post there.

    `burst` calls may follow each other at once, if there were none for so many times the spacing.
    """

    def __init__(self, burst: int = 1) -> None:
        self._ended: deque[float] = deque(maxlen=burst)

    @property
    def last_call(self) -> float | None:
        """When the last one ended, by the clock that only goes forward."""
        return self._ended[-1] if self._ended else None

    def note(self, ended: float) -> None:
        """Learns of a call."""
        self._ended.append(ended)

    def resume(self, attempted: datetime, clock: Clock) -> None:
        """Learns of an attempt that an earlier process made: a restart is no way around the spacing."""
        ago = (clock.now() - attempted).total_seconds()
        if ago >= 0:  # a clock that was set back tells nothing
            self.note(max(-math.inf if self.last_call is None else self.last_call, clock.monotonic() - ago))

    async def wait(self, least: timedelta, clock: Clock, pause: Callable[[float], Awaitable[object]]) -> None:
        """Waits until `least` has passed since the last call, or as often for a whole burst."""
        if len(self._ended) == self._ended.maxlen:
            wait = self._ended[0] + len(self._ended) * least.total_seconds() - clock.monotonic()
            if wait > 0:
                await pause(wait)


def place_of(channel: Channel) -> str:
    """Where a channel's messages arrive: its attribute `place` if it has one, else a place of its own."""
    return str(getattr(current(channel), "place", f"channel {channel.name}"))


def has_ways_apart(channel: Channel) -> bool:
    """Whether each recipient is called by a way of his own, so that one that hangs keeps no other waiting."""
    return bool(getattr(current(channel), "ways_apart", False))


def way_to(channel: Channel) -> str:
    """What a refusal of the channel itself holds for: its attribute `way`, if it has one.

    It changes with the address and the secret, tells neither, and is stored: another one ends a stop.
    """
    return str(getattr(current(channel), "way", ""))


_BURST_OF_CHANGES = 10


def spacing_of_changes(channel: Channel) -> tuple[str, Spacing]:
    """What keeps the changes of messages apart, by what counts them: all channels of one `account`, if it has one.

    Changes are few and soon made, and no new message waits behind them, nor they behind it.
    """
    account = getattr(current(channel), "account", f"channel {channel.name}")
    return f"changes by {account}", Spacing(_BURST_OF_CHANGES)


def least_between_changes(channel: Channel) -> timedelta:
    """The least time between two changes of messages in the long run: `spacing_of_changes`, if the channel has it."""
    least = getattr(current(channel), "spacing_of_changes", channel.spacing)
    return least if isinstance(least, timedelta) else channel.spacing


def takes_in_a_row(channel: Channel) -> bool:
    """Whether messages may follow each other so closely that the next is marked as being sent while one still is.

    What is marked when a process ends is of unknown fate, whether its turn had come or not: so it says itself.
    """
    return bool(getattr(current(channel), "takes_in_a_row", False))


class Lane:
    """Calls one channel; used by one task at a time, or by those of a row."""

    def __init__(
        self,
        channel: Channel,
        clock: Clock,
        *,
        rest: timedelta,
        deadline: timedelta,
        pause: Callable[[float], Awaitable[object]],
        spacing: Spacing | None = None,
        recipient: str | None = None,
    ) -> None:
        self.channel = channel
        self.recipient = recipient
        """Who alone is called on this way, or `STATE_SUBJECT` where messages are changed."""
        self.place = place_of(channel) if recipient is None else f"channel {channel.name} {recipient}"
        self._clock = clock
        self._rest = rest
        self._deadline = deadline
        self._pause = pause
        self.spacing = spacing or Spacing()
        self._left: list[_Left] = []
        self._failures = 0
        self._rests_until = 0.0
        self._caller = Calls(channel.name)
        self.queueing = 0
        """How many messages are marked as being sent whose turn has not come yet."""
        self._is_swift = False
        """Whether the last message was taken soon."""
        self._goes_on = False
        self._asked_at = -math.inf

    @property
    def has_row(self) -> bool:
        """Whether others may follow what is or was just being sent so closely that they are marked meanwhile."""
        is_lately = self._clock.monotonic() - self._asked_at < ROW.total_seconds()
        return self._is_swift and self._goes_on and is_lately

    @property
    def is_open(self) -> bool:
        """Whether the channel takes a call now: it has had its rest, and its patience with calls that hang."""
        now = self._clock.monotonic()
        hanging = [left for left in self._left if not left.future.done()]
        is_patient = any(now < left.since + PATIENCE.total_seconds() for left in hanging)
        return now >= self._rests_until and not is_patient and len(hanging) < MOST_LEFT

    def least_between(self, channel: Channel) -> timedelta:
        """The least time between two calls of a channel on this way."""
        return least_between_changes(channel) if self.recipient == STATE_SUBJECT else channel.spacing

    @property
    def is_waited_for(self) -> bool:
        """Whether a call that was left to itself may still bring a verdict."""
        return bool(self._left)

    def is_left_with(self, delivery: Delivery) -> bool:
        """Whether a call for a message hangs."""
        return any(
            left.sent is not None and left.sent.id == delivery.id and not left.future.done() for left in self._left
        )

    async def space(self, least: timedelta) -> None:
        """Waits until so much has passed since the last call to the same place."""
        await self.spacing.wait(least, self._clock, self._pause)

    def ask(
        self, work: Call, sent: Delivery | None = None, *, in_a_row: bool = False, more_follow: bool = False
    ) -> "asyncio.Task[Verdict | None]":
        """Asks for a call, as `call` does, which has its turn after those that were asked for before."""
        self._goes_on, self._asked_at = more_follow, self._clock.monotonic()
        future = self._caller.call(work, in_a_row=in_a_row)
        return asyncio.create_task(self._answer(future, sent), name=f"call {self.channel.name}")

    async def call(self, work: Call, sent: Delivery | None = None) -> Verdict | None:
        """What the call yields; TimeoutError, and the call left to itself, once it exceeds the deadline."""
        return await self.ask(work, sent)

    async def _answer(self, future: "asyncio.Future[Verdict | None]", sent: Delivery | None) -> Verdict | None:
        began = self._clock.monotonic()
        done, _ = await asyncio.wait([future], timeout=self._deadline.total_seconds())
        ended = self._clock.monotonic()
        self.spacing.note(ended)
        if done:
            verdict = future.result()
            is_taken = verdict is not None and verdict.answer is Answer.ACCEPTED
            is_soon = ended - began <= SWIFT.total_seconds()
            self._is_swift = is_taken and is_soon and takes_in_a_row(self.channel)
            return verdict
        self._is_swift = False
        self._caller.give_up()
        if future.done():
            return future.result()
        self._caller = Calls(self.channel.name)
        self._left.append(_Left(future, ended, sent))
        raise TimeoutError

    def returned(self) -> list[tuple[Delivery, Verdict]]:
        """Messages whose calls were left and have returned since, with the verdicts they brought."""
        done = [left for left in self._left if left.future.done()]
        self._left = [left for left in self._left if not left.future.done()]
        brought = [(left.sent, left.future.result()) for left in done if left.future.exception() is None]
        return [(sent, verdict) for sent, verdict in brought if sent and verdict]

    def note(self, verdict: Verdict) -> bool:
        """Learns how the channel does; whether it works again after it had been given a rest.

        What is said of one of several recipients shows that the channel itself works.
        """
        if verdict.of_recipient and self.recipient in (None, STATE_SUBJECT):
            verdict = Verdict(Answer.ACCEPTED)
        if verdict.answer not in (Answer.LATER, Answer.UNKNOWN):
            works_again = self._failures >= FAILURES_IN_A_ROW and verdict.answer is Answer.ACCEPTED
            self.lift()
            return works_again
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            rest = max(self._rest, verdict.retry_after or self._rest)
            self._rests_until = self._clock.monotonic() + rest.total_seconds()
        return False

    def lift(self) -> None:
        """Ends a rest."""
        self._failures = 0
        self._rests_until = 0.0
