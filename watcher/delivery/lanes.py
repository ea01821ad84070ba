"""Which lane a message takes; channels come and go."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from watcher.delivery.channel import Channel
from watcher.delivery.lane import Lane, Spacing, has_ways_apart, place_of, spacing_of_changes
from watcher.delivery.ledger import STATE_SUBJECT, Delivery, Way
from watcher.delivery.verdict import Verdict
from watcher.timing.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How every channel is called."""

    clock: Clock
    rest: timedelta
    """After failures."""
    deadline: timedelta
    """Of a call."""
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep


class Lanes:
    """The ways to the channels, each opened when the first message for it turns up."""

    def __init__(self, channels: Mapping[str, Channel], manner: Manner) -> None:
        self._manner = manner
        self._spacings: dict[str, Spacing] = {}
        self._lanes: dict[Way, Lane] = {}
        self._former: list[Lane] = []
        """Lanes of channels as they were before a change, while a call of theirs hangs: its verdict still counts."""
        self._renewed: set[str] = set()
        self._set(channels)

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels by name, as they are now."""
        return dict(self._channels)

    def channel(self, name: str) -> Channel | None:
        """One of them; None if it is gone."""
        return self._channels.get(name)

    def take(self, channels: Mapping[str, Channel]) -> None:
        """From now on these are the channels.

        One that is the same object keeps its rest, its calls that hang and its spacing, which each place keeps whatever
        becomes of its channels.
        """
        gone = {name for name, channel in self._channels.items() if channels.get(name) is not channel}
        self._renewed |= {name for name, channel in channels.items() if self._channels.get(name) is not channel}
        self._former += [lane for way, lane in self._lanes.items() if way[0] in gone]
        self._lanes = {way: lane for way, lane in self._lanes.items() if way[0] not in gone}
        self._set(channels)

    def _set(self, channels: Mapping[str, Channel]) -> None:
        self._channels = dict(channels)
        self._apart = {name for name, channel in channels.items() if has_ways_apart(channel)}
        for name in self._channels:
            if name not in self._apart:
                self._open((name, None))

    def way_of(self, delivery: Delivery) -> Way:
        """The way that a message takes; a change of one waits behind no new message."""
        if delivery.is_repeatable:
            return delivery.channel, STATE_SUBJECT
        return delivery.channel, delivery.recipient if delivery.channel in self._apart else None

    def open_for(self, delivery: Delivery) -> None:
        """Opens the way that a message takes, if it is not open."""
        self._open(self.way_of(delivery))

    def _open(self, way: Way) -> None:
        name, recipient = way
        if way in self._lanes or name not in self._channels:
            return
        channel, manner = self._channels[name], self._manner
        self._lanes[way] = Lane(
            channel,
            manner.clock,
            rest=manner.rest,
            deadline=manner.deadline,
            pause=manner.pause,
            spacing=self._spacings.setdefault(*_spacing_of(channel, recipient)),
            recipient=recipient,
        )

    def of(self, delivery: Delivery) -> Lane | None:
        """The lane that a message takes; None where its channel is gone."""
        return self._lanes.get(self.way_of(delivery))

    def by_way(self) -> Mapping[Way, Lane]:
        """The lanes as they are now."""
        return MappingProxyType(self._lanes)

    def of_channels(self, names: Collection[str]) -> list[Lane]:
        """All lanes of these channels."""
        return [lane for way, lane in self._lanes.items() if way[0] in names]

    def all(self) -> tuple[Lane, ...]:
        """The lanes, and former ones of which a call hangs."""
        return (*self._lanes.values(), *self._former)

    def returned(self, under_way: Collection[Lane]) -> list[tuple[Lane, Delivery, Verdict]]:
        """Verdicts that came late; former lanes are forgotten once nothing more can come, nor is `under_way`."""
        returned = [(lane, sent, verdict) for lane in self.all() for sent, verdict in lane.returned()]
        self._former = [lane for lane in self._former if lane.is_waited_for or lane in under_way]
        return returned

    def renewed(self) -> list[Lane]:
        """Lanes of channels that have come or changed, until that is done with."""
        return self.of_channels(self._renewed)

    def forget_renewed(self) -> None:
        """What was to be done for those that have come or changed is done."""
        self._renewed.clear()

    def resume(self, delivery: Delivery) -> None:
        """Learns of the attempt that an earlier process made on a message."""
        lane = self.of(delivery)
        if delivery.attempted is not None and lane is not None:
            lane.spacing.resume(delivery.attempted, self._manner.clock)

    def resume_new(self, taken: Mapping[Way, datetime]) -> None:
        """Learns when those were last sent something to whom no lane has called yet."""
        for way, lane in self._lanes.items():
            if lane.spacing.last_call is None and (moment := taken.get(way)) is not None:
                lane.spacing.resume(moment, self._manner.clock)


def _spacing_of(channel: Channel, recipient: str | None) -> tuple[str, Spacing]:
    """Those to one place share their spacing; what is counted by itself where messages are changed is by itself."""
    if recipient == STATE_SUBJECT:
        return spacing_of_changes(channel)
    return place_of(channel) if recipient is None else f"{place_of(channel)} {recipient}", Spacing()
