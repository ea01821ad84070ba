"""Sends what waits until its channel takes it or refuses it for good; every step is stored before the next."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from watcher.delivery.attempts import Attempts
from watcher.delivery.books import SLICE, Books
from watcher.delivery.channel import Channel
from watcher.delivery.dispatch import Dispatch
from watcher.delivery.handover import Handover
from watcher.delivery.inquiry import Inquiry
from watcher.delivery.intents import Intents
from watcher.delivery.interventions import Interventions
from watcher.delivery.lanes import Lanes, Manner
from watcher.delivery.ledger import Delivery, Way
from watcher.delivery.licence import Licence
from watcher.delivery.outcomes import Outcomes
from watcher.delivery.pauses import Pauses
from watcher.delivery.resumption import Resumption
from watcher.delivery.stops import Stops
from watcher.delivery.store import Ledger, Store
from watcher.delivery.together import Together
from watcher.delivery.under_way import UnderWay
from watcher.delivery.unstored import Unstored
from watcher.timing.clock import Clock

ROUND = timedelta(seconds=30)
"""How long one round begins new attempts."""


class Outbox:
    """The open messages and the way of each to its channel; used from one event loop."""

    def __init__(
        self,
        ledger: Ledger,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        base: timedelta = timedelta(seconds=30),
        cap: timedelta = timedelta(hours=1),
        deadline: timedelta = timedelta(seconds=60),
        rng: random.Random | None = None,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        """`may_send` is asked, in any thread, right before each call: others may send what is here."""
        manner = Manner(clock=clock, rest=base, deadline=deadline, pause=pause)
        pauses = Pauses(base, cap, rng or random.Random())
        self._licence = licence = Licence(may_send)
        self._lanes = lanes = Lanes(channels, manner)
        self._books = books = Books(ledger, lanes)
        self._unstored = unstored = Unstored(books)
        self._under_way = under_way = UnderWay(lanes)
        self._stops = stops = Stops(books, lanes, clock)
        together = Together(books.store)
        self._outcomes = outcomes = Outcomes(
            books, lanes, clock, pauses=pauses, stops=stops, together=together, unstored=unstored
        )
        attempts = Attempts(
            books=books,
            clock=clock,
            intents=Intents(ledger, books, lanes, clock, licence=licence, together=together),
            inquiry=Inquiry(ledger, books, lanes, manner, licence=licence, outcomes=outcomes, pauses=pauses),
            handover=Handover(ledger, books, lanes, clock, licence),
            outcomes=outcomes,
            under_way=under_way,
        )
        self._dispatch = Dispatch(
            books=books,
            lanes=lanes,
            clock=clock,
            licence=licence,
            attempts=attempts,
            outcomes=outcomes,
            under_way=under_way,
        )
        self._resumption = Resumption(
            ledger=ledger, books=books, licence=licence, stops=stops, under_way=under_way, unstored=unstored
        )
        self._interventions = Interventions(ledger, books, lanes, stops, clock)

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels by name, as they are now."""
        return self._lanes.channels

    def take_channels(self, channels: Mapping[str, Channel]) -> None:
        """From now on these are the channels; stores nothing and waits for nothing.

        What is being sent goes on as it was begun, and its verdict is stored; the next message takes the new way. What
        waits for a channel that is gone stays.
        """
        self._lanes.take(channels)
        for delivery in self._books.waiting:
            self._lanes.open_for(delivery)
        self._lanes.resume_new(self._books.last_sent.taken())
        self._books.waiting.ask_ways_again()

    def recover(self) -> None:
        """Takes up what a process that is no more was sending; called once, before the first round."""
        self._resumption.recover()

    async def take_over(self, term: int) -> None:
        """From now on it is this outbox that sends, in the `term` of a leadership; as `recover`, of what others left.

        Of what they were sending it is looked for, and nobody can tell that it will not arrive yet.
        """
        await self._resumption.take_over(term)

    async def follow(self) -> None:
        """Takes up all that others have stored since: what is open now, and what has become of what was."""
        await self._resumption.follow()

    def take_back(self) -> None:
        """Sends at once what waits for a moment that the clock gave before it was set back."""
        self._stops.hurry_what_was_put_off_ahead()
        self._dispatch.tell_of_news()

    def finish(self) -> tuple[Delivery, ...]:
        """Stores the verdicts on what was being sent when somebody else began to; begins nothing."""
        self._unstored.store()
        return (*self._outcomes.settle_returned(self._under_way.lanes()), *self._under_way.collect())

    def refresh(self) -> None:
        """Takes up messages that were stored since; costs nothing for those known already."""
        for _ in self._books.taken_up():
            self._dispatch.tell_of_news()

    async def take_up(self) -> None:
        """The same, of any number: others work in between."""
        for number in self._books.taken_up():
            self._dispatch.tell_of_news()
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def note(self, *deliveries: Delivery) -> None:
        """Takes up what others have stored of messages that were not being sent: silenced, or not needed any more."""
        for delivery in deliveries:
            self._books.take(delivery)

    async def deliver_due(self, within: timedelta | None = ROUND) -> tuple[Delivery, ...]:
        """Sends what is due, beginning attempts for at most `within`; those that got a final verdict.

        Channels run side by side; an attempt that outlives the round, or its caller, goes on and counts in the next.
        Raises what the history raises; what could not be stored is stored first the next time.
        """
        self._unstored.store()
        self._stops.hurry_renewed()
        self._stops.go_another_way()
        return await self._dispatch.round(within)

    async def close(self) -> None:
        """Begins nothing new and waits for what is being sent."""
        self._licence.close()
        if self._under_way:
            await asyncio.wait(self._under_way.tasks())
            self._under_way.collect()

    def oldest_waiting(self, now: datetime) -> timedelta | None:
        """The age of the oldest message without a final verdict; None if there is none."""
        created = min((delivery.created for delivery in self._books.waiting), default=None)
        return max(now - created, timedelta()) if created is not None else None

    def troubled(self) -> tuple[Delivery, ...]:
        """The open and the refused messages in the order they were made, those of channels no longer there too.

        And each channel's last accepted one and its last present state if there is a remark on it.
        """
        found = (*self._books.waiting, *self._books.given_up.values(), *self._books.last_sent.remarked())
        return tuple(sorted(found, key=lambda delivery: delivery.number))

    def stopped(self) -> frozenset[str]:
        """The channels that are stopped, as a whole or for one of their recipients."""
        return frozenset(channel for channel, _ in self._books.waiting.stopped())

    def last_taken(self) -> Mapping[Way, datetime]:
        """When each recipient of each channel was last sent something that was accepted."""
        return self._books.last_sent.taken()

    def retry(self, delivery_id: str, store: Store | None = None) -> bool:
        """Makes a message due now that was refused, held back, of unknown fate, or waits; whether there is one.

        All that it alters is handed to `store` at once, even if that is nothing; here and below.
        """
        return self._interventions.retry(delivery_id, store)

    def drop(self, delivery_id: str, store: Store | None = None) -> bool:
        """Gives up a message that was refused, or whose fate the operator has found out; whether there is one."""
        return self._interventions.drop(delivery_id, store)

    def release(self, channel: str, store: Store | None = None) -> int:
        """Makes everything due now that waits for a channel, or whose fate there is unknown; how many messages.

        A stopped channel goes on. Refused ones stay refused: they alone were at fault.
        """
        return self._interventions.release(channel, store)
