"""Sends what waits until its channel takes it or refuses it for good; every step is stored before the next."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from watcher.delivery.channel import Channel
from watcher.delivery.lane import Lane, Spacing, place_of, way_to
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.revisions import call_of, handed, why_needless
from watcher.delivery.verdict import Answer, Verdict
from watcher.delivery.waiting import Waiting
from watcher.timing.backoff import delay, with_jitter
from watcher.timing.clock import Clock

ROUND = timedelta(seconds=30)
"""How long one round begins new attempts."""

PROBE_EVERY = timedelta(hours=1)
"""How often a stopped channel is tried."""

_JITTER = 0.5
_LOOK_AGAIN = 0.1  # seconds; while one channel's call takes long, the others' new messages wait no longer than this


class Ledger(Protocol):
    """Where messages are kept: what the outbox needs of the history."""

    def deliveries(self, *, open_only: bool = False, after: int = 0) -> Iterable[Delivery]:
        """Messages in the order they were made; `open_only` leaves out those with a final verdict.

        `after` leaves out those whose number is not higher, at no cost.
        """
        ...

    def delivery(self, delivery_id: str) -> Delivery | None:
        """One message by its id."""
        ...

    def store(self, deliveries: Sequence[Delivery]) -> None:
        """Stores all of the messages atomically and durably, or raises and stores none."""
        ...


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
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._base = base
        self._cap = cap
        self._rng = rng or random.Random()
        spacings = {place_of(channel): Spacing() for channel in channels.values()}
        self._lanes = {
            name: Lane(channel, clock, rest=base, deadline=deadline, pause=pause, spacing=spacings[place_of(channel)])
            for name, channel in channels.items()
        }
        self._waiting = Waiting()
        self._refused: dict[str, Delivery] = {}
        self._last_accepted: dict[str, tuple[datetime, Delivery]] = {}
        """By channel, and when the attempt began; kept for the remark on it, present states apart."""
        self._last_state: dict[str, tuple[datetime, Delivery]] = {}
        """The last present state of each channel that was shown, or that can't be for a reason to be remarked on."""
        self._newest = 0
        """The highest number among the messages taken up."""
        self._unstored: list[Delivery] = []
        """Verdicts that the history would not take; they are stored before anything else happens."""
        self._attempts: dict[str, asyncio.Task[Delivery]] = {}
        self._is_closing = False
        for delivery in ledger.deliveries():
            self._take(delivery)
            if delivery.attempted is not None and delivery.channel in channels:
                spacings[place_of(channels[delivery.channel])].resume(delivery.attempted, clock)

    def recover(self) -> None:
        """Takes up what a process that is no more was sending; called once, before the first round.

        A channel that was stopped is stopped no more if another way leads there now.
        """
        found = [delivery.interrupted() for delivery in self._waiting if delivery.state is State.SENDING]
        if found:
            self._store(*found)
        for name, lane in self._lanes.items():
            if any(delivery.stopped != way_to(lane.channel) for delivery in self._waiting.stopping(name)):
                self._start_again(name)

    def refresh(self) -> None:
        """Takes up messages that were stored since; costs nothing for those known already."""
        for delivery in self._ledger.deliveries(open_only=True, after=self._newest):
            self._take(delivery)

    def note(self, *deliveries: Delivery) -> None:
        """Takes up what others have stored of messages that were not being sent: silenced, or not needed any more."""
        for delivery in deliveries:
            self._take(delivery)

    async def deliver_due(self, within: timedelta | None = ROUND) -> tuple[Delivery, ...]:
        """Sends what is due, beginning attempts for at most `within`; those that got a final verdict.

        Channels run side by side; an attempt that outlives the round, or its caller, goes on and counts in the next.
        Raises what the history raises; what could not be stored is stored first the next time.
        """
        began = self._clock.monotonic()
        self._store_unstored()
        ended: list[Delivery] = []
        while not self._is_closing and (within is None or self._clock.monotonic() - began <= within.total_seconds()):
            ended += self._settle_returned()
            self._begin_attempts()
            if not self._attempts:
                break
            await asyncio.wait(self._attempts.values(), timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
            ended += self._collect()
        return tuple(ended)

    async def close(self) -> None:
        """Begins nothing new and waits for what is being sent."""
        self._is_closing = True
        if self._attempts:
            await asyncio.wait(self._attempts.values())
            self._collect()

    def oldest_waiting(self, now: datetime) -> timedelta | None:
        """The age of the oldest message without a final verdict; None if there is none."""
        created = min((delivery.created for delivery in self._waiting), default=None)
        return max(now - created, timedelta()) if created is not None else None

    def troubled(self) -> tuple[Delivery, ...]:
        """The open and the refused messages in the order they were made, those of channels no longer there too.

        And each channel's last accepted one and its last present state if there is a remark on it.
        """
        last = (*self._last_accepted.values(), *self._last_state.values())
        remarked = [delivery for _, delivery in last if delivery.remark]
        found = (*self._waiting, *self._refused.values(), *remarked)
        return tuple(sorted(found, key=lambda delivery: delivery.number))

    def retry(self, delivery_id: str) -> bool:
        """Makes a refused, silenced or waiting message due now; whether there is such a message."""
        delivery = self._refused.get(delivery_id) or self._waiting.get(delivery_id) or self._silenced(delivery_id)
        if delivery is None:
            return False
        self._start_again(delivery.channel)
        delivery, now = self._waiting.get(delivery_id) or delivery, self._clock.now()
        is_late = delivery.state is State.WAITING and delivery.due > now
        if is_late or delivery.state in (State.REFUSED, State.SILENCED):
            self._store(replace(delivery, state=State.WAITING, due=now))
        if delivery.channel in self._lanes:
            self._lanes[delivery.channel].lift()
        return True

    def _silenced(self, delivery_id: str) -> Delivery | None:
        delivery = self._ledger.delivery(delivery_id)
        return delivery if delivery is not None and delivery.state is State.SILENCED else None

    def release(self, channel: str) -> int:
        """Makes everything that waits for a channel due now; how many messages that are. Refused ones stay refused.

        A stopped channel goes on.
        """
        self._start_again(channel)
        now = self._clock.now()
        found = [
            replace(delivery, due=now)
            for delivery in self._waiting
            if delivery.channel == channel and delivery.state is State.WAITING and delivery.due > now
        ]
        if found:
            self._store(*found)
        if channel in self._lanes:
            self._lanes[channel].lift()
        return len(found)

    def _start_again(self, channel: str) -> None:
        """Ends the stop of a channel: what waits for it goes in its order."""
        if stopping := self._waiting.stopping(channel):
            self._store(*(replace(delivery, stopped=None, due=delivery.created) for delivery in stopping))

    def _begin_attempts(self) -> None:
        """Begins one attempt for each place that is free; of channels that share one, that due longest goes first."""
        now = self._clock.now()
        free = [name for name, lane in self._lanes.items() if name not in self._attempts and lane.is_open]
        due = [
            (delivery.due, delivery.number, name)
            for name in free
            if (delivery := self._waiting.next(name, now)) is not None
        ]
        taken = {self._lanes[name].place for name in self._attempts}
        for _, _, name in sorted(due):
            lane, delivery = self._lanes[name], self._waiting.next(name, now)
            if lane.place not in taken and delivery is not None:
                taken.add(lane.place)
                self._attempts[name] = asyncio.create_task(self._attempt(lane, delivery), name=f"deliver to {name}")

    def _collect(self) -> list[Delivery]:
        """The final verdicts of the attempts that are done."""
        done = [name for name, task in self._attempts.items() if task.done()]
        results = [self._attempts.pop(name) for name in done]
        failed = [error for task in results if (error := task.exception()) is not None]
        if failed:
            raise failed[0]
        return [delivery for task in results if _is_final(delivery := task.result())]

    async def _attempt(self, lane: Lane, delivery: Delivery) -> Delivery:
        """The message after one attempt, or after it was found to have arrived by an earlier one, or to be needless."""
        if why := why_needless(delivery, lane.channel, self._ledger.delivery, self._waiting.behind(delivery)):
            return self._store(delivery.lapsed(why))
        if delivery.unsure_since is not None and not delivery.is_repeatable:
            delivery = await self._look(lane, delivery, delivery.unsure_since)
            if delivery.state is not State.WAITING or delivery.due > self._clock.now():
                return delivery
        await lane.space()
        if self._waiting.get(delivery.id) is None:  # silenced or lapsed meanwhile
            return delivery
        message = handed(delivery, self._ledger.delivery)
        sent = delivery.sending(self._clock.now())
        self._store(sent)
        try:
            verdict = await lane.call(partial(call_of(lane.channel, delivery), message), sent)
        except TimeoutError:
            verdict = Verdict(Answer.UNKNOWN, "no answer within the deadline")
        verdict = verdict or Verdict(Answer.UNKNOWN, "no verdict")
        if self._waiting.get(sent.id) is None:  # an earlier attempt was accepted meanwhile: nothing takes that back
            self._heard(lane, verdict)
            return sent
        return self._settle(lane, sent, verdict)

    async def _look(self, lane: Lane, delivery: Delivery, since: datetime) -> Delivery:
        """The message after looking for it; where it is certain that it did not arrive, it is unsure no more."""
        await lane.space()
        try:
            found = await lane.call(partial(lane.channel.find, handed(delivery, self._ledger.delivery), since))
        except TimeoutError:
            if self._waiting.get(delivery.id) is None:  # accepted late, or silenced meanwhile
                return delivery
            due = self._clock.now() + self._wait(delivery.attempts, None)
            return self._store(replace(delivery, due=due, detail="looking for it took too long"))
        if found is None or self._waiting.get(delivery.id) is None:
            return replace(delivery, unsure_since=None)
        return self._settle(lane, delivery, found) if found.answer is Answer.ACCEPTED else delivery

    def _settle(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        """Stores a verdict; one that can't be stored is kept, since without it the message would be sent again."""
        known = self._waiting.get(sent.id)
        if known is not None and known.stopped is None:  # the operator ended the stop while this was under way
            sent = replace(sent, stopped=None)
        wait = self._wait(sent.attempts, verdict.retry_after)
        if verdict.stops or sent.stopped is not None:
            wait = max(PROBE_EVERY, verdict.retry_after or PROBE_EVERY)
        settled = sent.settled(verdict, self._clock.now() + wait, way_to(lane.channel))
        try:
            self._store(settled)
        except Exception:
            self._unstored.append(settled)
            raise
        if verdict.answer is Answer.ACCEPTED or (sent.stopped is not None and settled.stopped is None):
            self._start_again(lane.channel.name)
        self._heard(lane, verdict)
        return settled

    def _heard(self, lane: Lane, verdict: Verdict) -> None:
        """Learns how a channel does; once it works again, what waits for it goes at once."""
        if lane.note(verdict):
            self.release(lane.channel.name)

    def _settle_returned(self) -> list[Delivery]:
        """Verdicts that came after the deadline still count.

        An accepted one ends its message, whichever attempt it belongs to; another only if there was none since.
        """
        settled = []
        for lane in self._lanes.values():
            for sent, verdict in lane.returned():
                known = self._ledger.delivery(sent.id) or sent
                if known.state is State.WAITING and known.attempts == sent.attempts:
                    settled.append(self._settle(lane, sent, verdict))
                elif verdict.answer is Answer.ACCEPTED and known.state is not State.ACCEPTED:
                    settled.append(self._settle(lane, known, verdict))
        return [delivery for delivery in settled if _is_final(delivery)]

    def _wait(self, attempts: int, retry_after: timedelta | None) -> timedelta:
        """Until the next attempt: doubling, with jitter so that messages part, and no less than the channel asks."""
        own = with_jitter(delay(attempts, base=self._base, cap=self._cap), _JITTER, self._rng)
        return max(own, retry_after or timedelta())

    def _store(self, *deliveries: Delivery) -> Delivery:
        self._ledger.store(deliveries)
        for delivery in deliveries:
            self._take(delivery)
        return deliveries[0]

    def _store_unstored(self) -> None:
        if self._unstored:
            self._store(*self._unstored)
            self._unstored.clear()

    def _take(self, delivery: Delivery) -> None:
        self._newest = max(self._newest, delivery.number)
        self._waiting.put(delivery)
        self._refused.pop(delivery.id, None)
        if delivery.state is State.REFUSED:
            self._refused[delivery.id] = delivery
        is_remarked = delivery.state is State.LAPSED and delivery.remark
        if delivery.attempted is not None and (delivery.state is State.ACCEPTED or is_remarked):
            known = self._last_state if delivery.is_repeatable else self._last_accepted
            last = known.get(delivery.channel)
            if last is None or last[0] <= delivery.attempted:
                known[delivery.channel] = (delivery.attempted, delivery)


def _is_final(delivery: Delivery) -> bool:
    return delivery.state in (State.ACCEPTED, State.REFUSED)
