"""Sends what waits until its channel takes it or refuses it for good; every step is stored before the next."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Any, Protocol

from watcher.delivery.calls import NotCalledError
from watcher.delivery.channel import Channel, current
from watcher.delivery.lane import Lane, Spacing, has_ways_apart, place_of, spacing_of_changes, way_to
from watcher.delivery.ledger import MOST_UNKNOWN, STATE_SUBJECT, Delivery, State, Way, last_taken
from watcher.delivery.present import KnownMessages, Present, present_of
from watcher.delivery.revisions import call_of, handed, why_needless
from watcher.delivery.stopped_mails import StoppedMails, why_declined
from watcher.delivery.together import Together
from watcher.delivery.verdict import Answer, Verdict
from watcher.delivery.waiting import Waiting
from watcher.errors import LedElsewhereError, TransientError
from watcher.timing.backoff import delay, with_jitter
from watcher.timing.clock import Clock

ROUND = timedelta(seconds=30)
"""How long one round begins new attempts."""

PROBE_EVERY = timedelta(hours=1)
"""How often a stopped channel is tried."""

UNKNOWN_PAUSES = (4, 16, 1)
"""Before a message of unknown fate goes again, in times of the usual first pause: longer and longer; after the last it
is looked for once more, and then the operator decides."""

SLICE = 100
"""Messages that are taken up at a stretch."""

AHEAD = 4
"""Messages that a swift channel has before it at once: one is being sent, the next are marked. So many are of unknown
fate after a kill."""

FEW = 5
"""Attempts that may go on at once."""

_JITTER = 0.5
_LOOK_AGAIN = 0.1  # seconds; while one channel's call takes long, the others' new messages wait no longer than this


Store = Callable[[Sequence[Delivery]], None]
"""Stores messages, and what belongs to them, atomically and durably; or raises and stores nothing."""


class Ledger(KnownMessages, Protocol):
    """Where messages are kept: what the outbox needs of the history."""

    def deliveries(self, *, open_only: bool = False, after: int = 0) -> Iterable[Delivery]:
        """Messages in the order they were made; `open_only` leaves out those with a final verdict.

        `after` leaves out those whose number is not higher, at no cost.
        """
        ...

    def given_up(self) -> Iterable[Delivery]:
        """Messages that were refused, and those whose fate nobody knows."""
        ...

    def last_sent(self) -> Iterable[Delivery]:
        """Of each channel and recipient the last attempts: of what was accepted, of present states, and of all else."""
        ...

    def stop_of(self, address: str) -> StoppedMails | None:
        """The last time that an address stopped its mails, whether or not they were resumed since."""
        ...

    def store(self, deliveries: Sequence[Delivery]) -> None:
        """Stores all of the messages atomically and durably, or raises and stores none."""
        ...


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
        self._ledger = ledger
        self._may_send = may_send
        self._term: int | None = None
        """The number of the leadership in which it sends; None where nobody else could."""
        self._clock = clock
        self._base = base
        self._cap = cap
        self._rng = rng or random.Random()
        self._deadline = deadline
        self._pause = pause
        self._channels = dict(channels)
        self._apart = {name for name, channel in channels.items() if has_ways_apart(channel)}
        self._spacings: dict[str, Spacing] = {}
        self._lanes: dict[Way, Lane] = {}
        self._waiting = Waiting(self._way_of)
        self._given_up: dict[str, Delivery] = {}
        """The refused ones, and those whose fate is for the operator to find out."""
        self._last_accepted: dict[str, tuple[datetime, Delivery]] = {}
        """By channel, and when the attempt began; kept for the remark on it, present states apart."""
        self._last_state: dict[str, tuple[datetime, Delivery]] = {}
        """The last present state of each channel that was shown, or that can't be for a reason to be remarked on."""
        self._last_taken: dict[Way, datetime] = {}
        """When each recipient of each channel was last sent something that was accepted."""
        self._lately_taken: set[str] | None = None
        """While it is read what others have stored: the ids of what was taken up since."""
        self._newest = 0
        """The highest number among the messages taken up."""
        self._returned: list[tuple[Lane, Delivery, Verdict]] = []
        """Verdicts that came late and are not stored yet."""
        self._unstored: list[Delivery] = []
        """Verdicts that the history would not take; they are stored before anything else happens."""
        self._attempts: dict[str, _Attempt] = {}
        """By the id of the message."""
        self._together = Together(self._store)
        self._former: list[Lane] = []
        """Lanes of channels as they were before a change, while a call of theirs hangs: its verdict still counts."""
        self._renewed: set[str] = set()
        """Channels that have come or changed since the last round: what waits for them need wait no longer."""
        self._turn = asyncio.Lock()
        self._is_closing = False
        self._is_beginning = False
        """Whether a round begins attempts."""
        self._news: asyncio.Future[None] | None = None
        """While a round waits: what ends that wait when something new is to be sent."""
        self._open_lanes()
        for delivery in chain(ledger.last_sent(), ledger.given_up(), ledger.deliveries(open_only=True)):
            self._take(delivery)
            if delivery.state in (State.WAITING, State.SENDING):
                self._newest = max(self._newest, delivery.number)
            lane = self._lanes.get(self._way_of(delivery))
            if delivery.attempted is not None and lane is not None:
                lane.spacing.resume(delivery.attempted, clock)

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels by name, as they are now."""
        return dict(self._channels)

    def take_channels(self, channels: Mapping[str, Channel]) -> None:
        """From now on these are the channels; stores nothing and waits for nothing.

        One that is the same object keeps its rest, its calls that hang and its spacing, which each place keeps whatever
        becomes of its channels. What is being sent goes on as it was begun, and its verdict is stored; the next message
        takes the new way. What waits for a channel that is gone stays.
        """
        gone = {name for name, channel in self._channels.items() if channels.get(name) is not channel}
        self._renewed |= {name for name, channel in channels.items() if self._channels.get(name) is not channel}
        self._former += [lane for way, lane in self._lanes.items() if way[0] in gone]
        self._lanes = {way: lane for way, lane in self._lanes.items() if way[0] not in gone}
        self._channels = dict(channels)
        self._apart = {name for name, channel in channels.items() if has_ways_apart(channel)}
        self._open_lanes()
        for delivery in self._waiting:
            self._open_lane(self._way_of(delivery))
        for way, lane in self._lanes.items():
            if lane.spacing.last_call is None and (taken := self._last_taken.get(way)) is not None:
                lane.spacing.resume(taken, self._clock)
        self._waiting.ask_ways_again()

    def _open_lanes(self) -> None:
        for name in self._channels:
            if name not in self._apart:
                self._open_lane((name, None))

    def _way_of(self, delivery: Delivery) -> Way:
        """The way that a message takes; a change of one waits behind no new message."""
        if delivery.is_repeatable:
            return delivery.channel, STATE_SUBJECT
        return delivery.channel, delivery.recipient if delivery.channel in self._apart else None

    def _open_lane(self, way: Way) -> None:
        """A way is opened when the first message for it turns up; those to one place share their spacing."""
        name, recipient = way
        if way in self._lanes or name not in self._channels:
            return
        channel = self._channels[name]
        if recipient == STATE_SUBJECT:
            self._lanes[way] = self._lane_of_changes(channel)
            return
        place = place_of(channel) if recipient is None else f"{place_of(channel)} {recipient}"
        self._lanes[way] = Lane(
            channel,
            self._clock,
            rest=self._base,
            deadline=self._deadline,
            pause=self._pause,
            spacing=self._spacings.setdefault(place, Spacing()),
            recipient=recipient,
        )

    def _lane_of_changes(self, channel: Channel) -> Lane:
        """What is counted by itself where messages are changed is spaced by itself."""
        return Lane(
            channel,
            self._clock,
            rest=self._base,
            deadline=self._deadline,
            pause=self._pause,
            spacing=self._spacings.setdefault(*spacing_of_changes(channel)),
            recipient=STATE_SUBJECT,
        )

    def recover(self) -> None:
        """Takes up what a process that is no more was sending; called once, before the first round."""
        is_sent = (delivery for delivery in self._waiting if delivery.state is State.SENDING)
        found = [delivery.interrupted() for delivery in is_sent if not self._is_under_way(delivery)]
        if found:
            self._store(*found)
        self._go_another_way()

    def _is_under_way(self, sent: Delivery) -> bool:
        """Whether it is this outbox that sends it; another may have sent it since."""
        attempt = self._attempts.get(sent.id)
        return attempt is not None and attempt.term == sent.term

    async def take_over(self, term: int) -> None:
        """From now on it is this outbox that sends, in the `term` of a leadership; as `recover`, of what others left.

        Of what they were sending it is looked for, and nobody can tell that it will not arrive yet; what became of that
        which this outbox has sent itself is known, and is stored first.
        """
        self._term = term
        self._store_unstored()
        await self.follow()
        self.recover()

    async def follow(self) -> None:
        """Takes up all that others have stored since: what is open now, and what has become of what was.

        It is read beside all else; what this outbox has taken up itself meanwhile holds.
        """
        self._lately_taken = {delivery.id for delivery in self._unstored}
        try:
            found = await asyncio.to_thread(self._stored_of, (*self._waiting, *self._given_up.values()))
            for number, delivery in enumerate(found, 1):
                if delivery.id not in self._lately_taken:
                    self._take(delivery)
                if number % SLICE == 0:
                    await asyncio.sleep(0)
        finally:
            self._lately_taken = None

    def _stored_of(self, known: Iterable[Delivery]) -> Sequence[Delivery]:
        """What is stored now of the messages known here, and of all others that are open."""
        stored = chain(self._ledger.given_up(), self._ledger.deliveries(open_only=True))
        found = {delivery.id: delivery for delivery in stored}
        ended = [delivery.id for delivery in known if delivery.id not in found]
        return [*found.values(), *filter(None, map(self._ledger.delivery, ended))]

    def finish(self) -> tuple[Delivery, ...]:
        """Stores the verdicts on what was being sent when somebody else began to; begins nothing."""
        self._store_unstored()
        return (*self._settle_returned(), *self._collect())

    def _go_another_way(self) -> None:
        """What was stopped is stopped no more if another way leads there now: a new address or secret."""
        for name, recipient in self._waiting.stopped():
            channel = self._channels.get(name)
            stopping = self._waiting.stopping(name, recipient)
            if channel is not None and any(delivery.stopped != way_to(channel) for delivery in stopping):
                self._start_again((name, recipient))

    def refresh(self) -> None:
        """Takes up messages that were stored since; costs nothing for those known already."""
        for _ in self._taken_up():
            pass

    async def take_up(self) -> None:
        """The same, of any number: others work in between."""
        for number in self._taken_up():
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def _taken_up(self) -> Iterator[int]:
        """Takes up one after another, counting."""
        new = self._ledger.deliveries(open_only=True, after=self._newest)
        for number, delivery in enumerate(new, 1):
            self._newest = max(self._newest, delivery.number)
            self._take(delivery)
            self._tell_of_news()
            yield number

    def _tell_of_news(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

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
        self._hurry_renewed()
        self._go_another_way()
        ended: list[Delivery] = []
        self._is_beginning = True
        try:
            while self._may_begin() and (within is None or self._clock.monotonic() - began <= within.total_seconds()):
                ended += self._settle_returned()
                self._begin_attempts()
                if not self._attempts:
                    break
                await self._wait_for_something()
                ended += self._collect()
        finally:
            self._is_beginning = False
        return tuple(ended)

    def _may_begin(self) -> bool:
        return not self._is_closing and self._may_send()

    async def _wait_for_something(self) -> None:
        """Until an attempt ends or there is something new: what one channel takes long over holds up no other."""
        self._news = asyncio.get_running_loop().create_future()
        try:
            waited_for: list[asyncio.Future[Any]] = [*self._tasks(), self._news]
            await asyncio.wait(waited_for, timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._news.cancel()
            self._news = None

    async def close(self) -> None:
        """Begins nothing new and waits for what is being sent."""
        self._is_closing = True
        if self._attempts:
            await asyncio.wait(self._tasks())
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
        found = (*self._waiting, *self._given_up.values(), *remarked)
        return tuple(sorted(found, key=lambda delivery: delivery.number))

    def stopped(self) -> frozenset[str]:
        """The channels that are stopped, as a whole or for one of their recipients."""
        return frozenset(channel for channel, _ in self._waiting.stopped())

    def last_taken(self) -> Mapping[Way, datetime]:
        """When each recipient of each channel was last sent something that was accepted."""
        return dict(self._last_taken)

    def retry(self, delivery_id: str, store: Store | None = None) -> bool:
        """Makes a message due now that was refused, held back, of unknown fate, or waits; whether there is one.

        All that it alters is handed to `store` at once, even if that is nothing; here and below.
        """
        delivery = self._given_up.get(delivery_id) or self._waiting.get(delivery_id) or self._held_back(delivery_id)
        if delivery is None:
            return False
        moved = self._started_again((delivery.channel, None), (delivery.channel, delivery.recipient))
        delivery, now = moved.get(delivery_id, delivery), self._clock.now()
        is_late = delivery.state is State.WAITING and delivery.due > now
        if is_late or delivery.state not in (State.WAITING, State.SENDING):
            moved[delivery_id] = delivery.retried(now)
        self._store_by(store, moved.values())
        if (lane := self._lanes.get(self._way_of(delivery))) is not None:
            lane.lift()
        return True

    def _held_back(self, delivery_id: str) -> Delivery | None:
        """A message that a silence holds, or quiet hours do."""
        delivery = self._ledger.delivery(delivery_id)
        return delivery if delivery is not None and (delivery.state is State.SILENCED or delivery.is_held) else None

    def drop(self, delivery_id: str, store: Store | None = None) -> bool:
        """Gives up a message that was refused, or whose fate the operator has found out; whether there is one."""
        delivery = self._given_up.get(delivery_id)
        if delivery is not None:
            why = f"given up by the operator; it was {delivery.state}: {delivery.detail}"
            self._store_by(store, [delivery.lapsed(why)])
        return delivery is not None

    def release(self, channel: str, store: Store | None = None) -> int:
        """Makes everything due now that waits for a channel, or whose fate there is unknown; how many messages.

        A stopped channel goes on. Refused ones stay refused: they alone were at fault.
        """
        ways = [way for way in self._waiting.stopped() if way[0] == channel]
        moved = self._started_again(*ways)
        stopping, now = set(moved), self._clock.now()
        held = [moved.get(delivery.id, delivery) for delivery in self._waiting if delivery.channel == channel]
        unknown = [delivery for delivery in self._given_up.values() if delivery.channel == channel]
        found = [
            *(delivery for delivery in held if delivery.state is State.WAITING and delivery.due > now),
            *(delivery for delivery in unknown if delivery.state is State.UNKNOWN),
        ]
        waiting = {delivery.id for delivery in held if ways and delivery.state is State.WAITING}
        number = len({delivery.id for delivery in found} | stopping | waiting)
        if number:
            self._store_by(store, {**moved, **{delivery.id: delivery.retried(now) for delivery in found}}.values())
        for way, lane in self._lanes.items():
            if way[0] == channel:
                lane.lift()
        return number

    def _start_again(self, *ways: Way) -> None:
        """Ends stops: what waits goes in its order."""
        if moved := self._started_again(*ways):
            self._store(*moved.values())

    def _started_again(self, *ways: Way) -> dict[str, Delivery]:
        """What stops these ways, as it is once it stops them no more."""
        stopping = {delivery.id: delivery for way in ways for delivery in self._waiting.stopping(*way)}
        return {name: replace(delivery.moving(), due=delivery.created) for name, delivery in stopping.items()}

    def _begin_attempts(self) -> None:
        """Begins attempts for each place that is free; of channels that share one, that due longest goes first."""
        now, rooms = self._clock.now(), self._room()
        due = [
            (delivery.due, delivery.number, way)
            for way, room in rooms.items()
            if room > 0 and (delivery := self._waiting.next(way, now, self._attempts)) is not None
        ]
        taken = {attempt.lane.place for attempt in self._attempts.values() if not self._goes_on(attempt)}
        for _, _, way in sorted(due, key=lambda entry: entry[:2]):
            if self._lanes[way].place not in taken:
                taken.add(self._lanes[way].place)
                self._begin(way, rooms[way], now)

    def _room(self) -> dict[Way, int]:
        """How many attempts may be begun on each way."""
        room = {way: AHEAD if lane.has_row else 1 for way, lane in self._lanes.items() if lane.is_open}
        for attempt in self._attempts.values():
            if attempt.way in room and not (attempt.has_verdict and self._goes_on(attempt)):
                room[attempt.way] -= 1
        return room

    def _goes_on(self, attempt: _Attempt) -> bool:
        """Whether others may go on its way beside it."""
        return attempt.lane.has_row and self._lanes.get(attempt.way) is attempt.lane

    def _begin(self, way: Way, room: int, now: datetime) -> None:
        lane = self._lanes[way]
        for _ in range(room):
            if (delivery := self._waiting.next(way, now, self._attempts)) is None:
                break
            task = asyncio.create_task(self._attempt(lane, delivery), name=f"deliver to {way[0]}")
            self._attempts[delivery.id] = _Attempt(way, lane, task, self._term)

    def _tasks(self) -> list[asyncio.Task[Delivery]]:
        return [attempt.task for attempt in self._attempts.values()]

    def _collect(self) -> list[Delivery]:
        """The final verdicts of the attempts that are done."""
        done = [name for name, attempt in self._attempts.items() if attempt.task.done()]
        results = [self._attempts.pop(name).task for name in done]
        failed = [error for task in results if (error := task.exception()) is not None]
        if failed:
            raise failed[0]
        return [delivery for task in results if _is_final(delivery := task.result())]

    async def _attempt(self, lane: Lane, delivery: Delivery) -> Delivery:
        """The message after one attempt, or as somebody else has made it meanwhile."""
        try:
            return await self._attempted(lane, delivery)
        except LedElsewhereError:
            return self._waiting.get(delivery.id) or self._ledger.delivery(delivery.id) or delivery

    async def _attempted(self, lane: Lane, delivery: Delivery) -> Delivery:
        """The message after one attempt, or after it was found to have arrived by an earlier one, or to be needless."""
        channel = current(lane.channel)
        if declined := self._declined(delivery):
            return declined
        if why := why_needless(delivery, channel, self._ledger.delivery, self._waiting.behind(delivery)):
            return self._store(delivery.lapsed(why))
        if (lane.has_row or lane.queueing) and delivery.unsure_since is None:
            return await self._attempted_in_a_row(lane, channel, delivery)
        if delivery.unsure_since is not None and not delivery.is_repeatable:
            delivery = await self._look(lane, channel, delivery, delivery.unsure_since)
            if delivery.state is not State.WAITING or delivery.due > self._clock.now():
                return delivery
        await lane.space(lane.least_between(channel))
        await self._take_turns()
        sent = delivery.sending(self._clock.now(), self._term)
        if not await self._is_marked(lane, sent):
            return self._waiting.get(delivery.id) or delivery
        if why := why_declined(delivery, self._ledger.stop_of):  # meanwhile
            return self._taken_back(sent, delivery.declined(why))
        asked = self._asked(lane, channel, delivery, sent)
        return await self._ended(lane, sent, await _verdict(asked))

    async def _is_marked(self, lane: Lane, sent: Delivery) -> bool:
        """Marks a message as being sent; not one that was silenced or altered, or goes another way, at that moment."""
        known = self._waiting.get(sent.id)

        def is_still_wanted() -> bool:
            is_as_it_was = known is not None and self._waiting.get(sent.id) is known
            return is_as_it_was and self._lanes.get(self._way_of(sent)) is lane and self._may_send()

        return await self._together.store(sent, is_still_wanted) is not None

    async def _attempted_in_a_row(self, lane: Lane, channel: Channel, delivery: Delivery) -> Delivery:
        """The same of one that is marked while those before it are still being sent; it may be taken back."""
        sent = delivery.sending(self._clock.now(), self._term)
        lane.queueing += 1
        try:
            is_marked = await self._is_marked(lane, sent)
        finally:
            lane.queueing -= 1
        if not is_marked:
            return self._waiting.get(delivery.id) or delivery
        if why := why_declined(delivery, self._ledger.stop_of):
            return self._taken_back(sent, delivery.declined(why))
        if self._is_closed(lane, delivery):
            return self._taken_back(sent, delivery)
        try:
            verdict = await _verdict(self._asked(lane, channel, delivery, sent, in_a_row=True))
        except NotCalledError:
            return self._taken_back(sent, delivery)
        return await self._ended(lane, sent, verdict)

    def _taken_back(self, sent: Delivery, instead: Delivery) -> Delivery:
        """One that was marked and certainly not sent; as somebody else has made it meanwhile, if anybody has."""
        known = self._waiting.get(sent.id)
        if known is None or (known.state, known.attempts, known.term) != (sent.state, sent.attempts, sent.term):
            return known or sent
        return self._store(instead)

    def _is_closed(self, lane: Lane, delivery: Delivery) -> bool:
        """Whether one that is marked is not to be sent now after all, since things went wrong before its turn came."""
        known = self._waiting.get(delivery.id)
        if known is None or known.state is not State.SENDING:
            return True
        way = self._way_of(delivery)
        is_stopped = self._waiting.stopping(way[0]) or self._waiting.stopping(way[0], delivery.recipient)
        is_closed = self._is_closing or not lane.is_open or self._lanes.get(way) is not lane
        return bool(is_stopped) or is_closed or not self._may_send()

    def _asked(
        self, lane: Lane, channel: Channel, delivery: Delivery, sent: Delivery, *, in_a_row: bool = False
    ) -> "asyncio.Task[Verdict | None]":
        """The call for one that is marked as being sent; others may be marked from now on if it is one of a row."""
        message = handed(delivery, self._ledger.delivery, partial(self._present, channel))
        more_follow = lane.queueing > 0 or self._waiting.has_more(self._way_of(sent), self._clock.now())
        message = replace(message, term=self._term, more_follow=more_follow)
        send = partial(self._sent_now, partial(call_of(channel, delivery), message), sent.term)
        asked = lane.ask(send, sent, in_a_row=in_a_row, more_follow=more_follow)
        if lane.has_row:
            self._begin_more()
        return asked

    def _begin_more(self) -> None:
        """What can go on is begun at once, so that it is stored with what is stored now."""
        if self._is_beginning and self._may_begin():
            self._begin_attempts()

    async def _ended(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        """The message after a verdict, which is stored together with what is marked next where many go in a row."""
        if (attempt := self._attempts.get(sent.id)) is not None:
            attempt.has_verdict = True
        if lane.has_row:
            self._begin_more()
        else:
            await self._take_turns()
        is_anothers, is_accepted = self._is_anothers(sent), verdict.answer is Answer.ACCEPTED
        if is_anothers and not is_accepted:  # what became of the other's attempt nobody can tell by this one
            self._heard(lane, verdict)
            return self._waiting.get(sent.id) or sent
        if self._waiting.get(sent.id) is None and not is_anothers:  # an earlier attempt was accepted: that stays
            self._heard(lane, verdict)
            return sent
        if sent.stopped is None and is_accepted:
            return await self._settle_together(lane, sent, verdict)
        return self._settle(lane, sent, verdict)

    async def _take_turns(self) -> None:
        """Of many attempts that could go on at once each waits for its turn, and whatever else is due comes between."""
        if len(self._attempts) > FEW:
            async with self._turn:
                await asyncio.sleep(0)

    def _is_anothers(self, sent: Delivery) -> bool:
        """Whether somebody else has been sending it since."""
        return self._known(sent).term != sent.term

    def _known(self, sent: Delivery) -> Delivery:
        """What is stored of it; where that cannot be asked now, its verdict must not be lost for that."""
        try:
            return self._ledger.delivery(sent.id) or sent
        except TransientError:
            return self._waiting.get(sent.id) or replace(sent, term=None)

    def _sent_now(self, send: Callable[[], Verdict], term: int | None) -> Verdict:
        """The verdict of the call; where it may not be made any more, it certainly was not.

        Nor may one of a former leadership, though this outbox sends again: another may have sent it in between.
        """
        is_present = self._may_send() and term == self._term
        return send() if is_present else Verdict(Answer.LATER, "not sent: another watcher leads by now")

    def _present(self, channel: Channel, delivery: Delivery, parent: Delivery | None) -> Present:
        return present_of(delivery, parent, channel, self._ledger, self._clock.now())

    def _declined(self, delivery: Delivery) -> Delivery | None:
        """The message as its recipient wants it, who stopped these mails; None where it may be sent."""
        why = why_declined(delivery, self._ledger.stop_of)
        return self._store(delivery.declined(why)) if why else None

    async def _look(self, lane: Lane, channel: Channel, delivery: Delivery, since: datetime) -> Delivery:
        """The message after looking for it; where it is certain that it did not arrive, it is unsure no more.

        What can't be asked now waits. What can never be told goes again, but not for ever.
        """
        await lane.space(channel.spacing)
        asked = self._clock.now()
        try:
            found = await lane.call(partial(channel.find, handed(delivery, self._ledger.delivery), since))
        except TimeoutError:
            found = Verdict(Answer.LATER, "looking for it took too long")
        if self._waiting.get(delivery.id) is None:  # accepted late, or silenced meanwhile
            return delivery
        if found is None:
            return delivery if self._may_arrive_yet(delivery, asked) else delivery.certain()
        if found.answer is Answer.LATER:
            wait = self._wait(max(delivery.attempts, delivery.looks + 1), found.retry_after)
            due = self._clock.now() + wait
            return self._store(replace(delivery, due=due, detail=found.detail, looks=delivery.looks + 1))
        if found.answer is not Answer.UNKNOWN:
            return self._settle(lane, delivery, found)
        if delivery.is_for_operator:
            detail = f"{MOST_UNKNOWN} attempts, and nothing is known of their fate: {delivery.detail}"
            return self._store(replace(delivery.moving(), state=State.UNKNOWN, detail=detail))
        return delivery

    def _may_arrive_yet(self, delivery: Delivery, asked: datetime) -> bool:
        """Whether what was not there when it was asked for may be on its way still.

        Its last call may hang, or was cut off so lately that its channel may be at it, or another made it, who may
        only be stopped.
        """
        is_anothers = delivery.term not in (None, self._term)
        is_lately = delivery.attempted is not None and asked < delivery.attempted + self._deadline
        lanes = (*self._lanes.values(), *self._former)
        return is_anothers or is_lately or any(lane.is_left_with(delivery) for lane in lanes)

    def _settle(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        """Stores a verdict; one that can't be stored is kept, since without it the message would be sent again."""
        settled = self._after_verdict(lane, sent, verdict)
        with self._keeping(settled):
            self._store(settled)
        self._go_on(lane, sent, settled, verdict)
        return settled

    async def _settle_together(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        """The same of one that was accepted, with what others come to at this moment.

        What it means for others is done first: a later verdict may be stored with it, and that holds.
        """
        settled = self._after_verdict(lane, sent, verdict)
        self._go_on(lane, sent, settled, verdict)
        with self._keeping(settled):
            await self._together.store(settled)
        return settled

    def _after_verdict(self, lane: Lane, sent: Delivery, verdict: Verdict) -> Delivery:
        known = self._waiting.get(sent.id)
        if known is not None and known.stopped is None:  # the operator ended the stop while this was under way
            sent = replace(sent, stopped=None)
        wait = self._wait(sent.attempts, verdict.retry_after)
        if verdict.answer is Answer.UNKNOWN and not sent.is_repeatable:
            pauses = UNKNOWN_PAUSES[min(sent.unknowns, len(UNKNOWN_PAUSES) - 1)]
            wait = max(with_jitter(self._base * pauses, _JITTER, self._rng), verdict.retry_after or timedelta())
        if verdict.stops or sent.stopped is not None:
            wait = max(PROBE_EVERY, verdict.retry_after or PROBE_EVERY)
        way = way_to(lane.channel) if verdict.stops else ""  # no secret is hashed for what is not refused
        return sent.settled(verdict, self._clock.now() + wait, way)

    @contextmanager
    def _keeping(self, settled: Delivery) -> Iterator[None]:
        try:
            yield
        except LedElsewhereError:
            raise
        except Exception:  # raised again; whatever it was, the verdict must not be lost
            self._unstored.append(settled)
            raise

    def _go_on(self, lane: Lane, sent: Delivery, settled: Delivery, verdict: Verdict) -> None:
        """What a verdict means for others."""
        if verdict.answer is Answer.ACCEPTED or (sent.stopped is not None and settled.stopped is None):
            self._start_again((settled.channel, None), (settled.channel, settled.recipient))
        self._heard(lane, verdict)

    def _heard(self, lane: Lane, verdict: Verdict) -> None:
        """Learns how a channel does; once it works again, what waits for it goes at once."""
        if lane.note(verdict):
            self._hurry(lane)

    def _hurry_renewed(self) -> None:
        """What waits for a channel that has come or changed goes at once: what it waited for may be mended."""
        for lane in [lane for way, lane in self._lanes.items() if way[0] in self._renewed]:
            self._hurry(lane)
        self._renewed.clear()

    def _hurry(self, lane: Lane) -> None:
        """What waits for a way that works again goes at once."""
        now = self._clock.now()
        late = [
            replace(delivery, due=now)
            for delivery in self._waiting
            if self._lanes.get(self._way_of(delivery)) is lane
            and delivery.state is State.WAITING
            and delivery.due > now
            and delivery.stopped is None
            and delivery.unsure_since is None
        ]
        if late:
            self._store(*late)

    def _settle_returned(self) -> list[Delivery]:
        """Verdicts that came after the deadline still count.

        An accepted one ends its message, whichever attempt it belongs to; another only if there was none since.
        """
        settled = []
        for lane in (*self._lanes.values(), *self._former):
            self._returned += [(lane, sent, verdict) for sent, verdict in lane.returned()]
        while self._returned:
            lane, sent, verdict = self._returned[0]
            known = self._known(sent)
            del self._returned[0]
            is_accepted, is_anothers = verdict.answer is Answer.ACCEPTED, known.term != sent.term
            is_last = known.state is State.WAITING and known.attempts == sent.attempts
            if is_last or (is_accepted and is_anothers):
                settled += self._settled(lane, sent, verdict)
            elif is_accepted and known.state is not State.ACCEPTED:
                settled += self._settled(lane, known, verdict)
        under_way = [attempt.lane for attempt in self._attempts.values()]
        self._former = [lane for lane in self._former if lane.is_waited_for or lane in under_way]
        return [delivery for delivery in settled if _is_final(delivery)]

    def _settled(self, lane: Lane, sent: Delivery, verdict: Verdict) -> list[Delivery]:
        try:
            return [self._settle(lane, sent, verdict)]
        except LedElsewhereError:
            return []

    def _wait(self, attempts: int, retry_after: timedelta | None) -> timedelta:
        """Until the next attempt: doubling, with jitter so that messages part, and no less than the channel asks."""
        own = with_jitter(delay(attempts, base=self._base, cap=self._cap), _JITTER, self._rng)
        return max(own, retry_after or timedelta())

    def _store(self, *deliveries: Delivery) -> Delivery:
        try:
            self._ledger.store(deliveries)
        except LedElsewhereError:
            self.note(*filter(None, (self._ledger.delivery(delivery.id) for delivery in deliveries)))
            raise
        for delivery in deliveries:
            self._take(delivery)
        return deliveries[0]

    def _store_by(self, store: Store | None, deliveries: Collection[Delivery]) -> None:
        """Stores what somebody asked for together with his asking."""
        if store is not None:
            store(tuple(deliveries))
        elif deliveries:
            self._ledger.store(tuple(deliveries))
        for delivery in deliveries:
            self._take(delivery)

    def _store_unstored(self) -> None:
        while self._unstored:
            settled = self._unstored[0]
            if settled.state is State.ACCEPTED or not self._is_anothers(settled):
                with suppress(LedElsewhereError):  # what is stored holds
                    self._store(settled)
            del self._unstored[0]

    def _take(self, delivery: Delivery) -> None:
        if self._lately_taken is not None:
            self._lately_taken.add(delivery.id)
        self._waiting.put(delivery)
        self._open_lane(self._way_of(delivery))
        self._given_up.pop(delivery.id, None)
        if delivery.state in (State.REFUSED, State.UNKNOWN):
            self._given_up[delivery.id] = delivery
        for way, moment in last_taken((delivery,)).items():
            self._last_taken[way] = max(moment, self._last_taken.get(way, moment))
        is_remarked = delivery.state is State.LAPSED and delivery.remark
        if delivery.attempted is not None and (delivery.state is State.ACCEPTED or is_remarked):
            known = self._last_state if delivery.is_repeatable else self._last_accepted
            last = known.get(delivery.channel)
            if last is None or last[0] <= delivery.attempted:
                known[delivery.channel] = (delivery.attempted, delivery)


def _is_final(delivery: Delivery) -> bool:
    return delivery.state in (State.ACCEPTED, State.REFUSED, State.UNKNOWN, State.DECLINED)


async def _verdict(asked: "asyncio.Task[Verdict | None]") -> Verdict:
    try:
        verdict = await asked
    except TimeoutError:
        return Verdict(Answer.UNKNOWN, "no answer within the deadline")
    return verdict or Verdict(Answer.UNKNOWN, "no verdict")
