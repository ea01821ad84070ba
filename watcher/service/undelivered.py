"""What the operator should know of the channels: what is stopped, refused, of unknown fate, or waits too long."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from watcher.delivery.ledger import MOST_UNKNOWN, Delivery, State, Way
from watcher.messages.matter import Matter
from watcher.messages.numbers import counted
from watcher.messages.topics import Topic
from watcher.text import inert
from watcher.timing.durations import format_duration

LONGEST_UNSENT = timedelta(minutes=30)
"""A message that waits longer is a matter for the operator."""

MOVING = timedelta(minutes=10)
"""A channel that took a message so lately takes messages: what waits for it is on its way."""


def matters_of_deliveries(
    channels: Container[str],
    deliveries: Sequence[Delivery],
    now: datetime,
    last_taken: Mapping[Way, datetime] | None = None,
    *,
    awake_since: datetime | None = None,
    known: Container[str] = (),
) -> list[Matter]:
    """What needs attention of the channels and their messages; `deliveries` are the open ones and those given up.

    `last_taken` says when each recipient of each channel was last sent something that was accepted. What became old
    while this process slept is tried before anybody is told of it, unless that is a known matter.
    """
    found: list[Matter] = []
    by_channel: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        by_channel.setdefault(delivery.channel, []).append(delivery)
    for channel, mine in sorted(by_channel.items()):
        waiting = [delivery for delivery in mine if delivery.state in (State.WAITING, State.SENDING)]
        if channel in channels:
            found += trouble_of_channel(channel, mine, waiting)
        found += _given_up(channel, mine)
        if channel not in channels and waiting:
            wait = counted(len(waiting), "message waits", "messages wait")
            text = f"{wait} for it: define it again in the configuration."
            found.append(Matter(f"channel:{channel}:gone", Topic.GONE, f"there is no channel {channel} any more", text))
        elif late := _late(waiting, now, last_taken or {}):
            has_slept = awake_since is not None and now - awake_since <= LONGEST_UNSENT
            is_tried = any(_is_tried_since(delivery, awake_since) for delivery in late)
            if not has_slept or is_tried or f"channel:{channel}:unsent" in known:
                found.append(_unsent(channel, late, now))
    return found


def _given_up(channel: str, deliveries: Iterable[Delivery]) -> Iterator[Matter]:
    """What a channel refused for good, and what nobody knows to have arrived."""
    refused = [delivery for delivery in deliveries if delivery.state is State.REFUSED]
    unknown = [delivery for delivery in deliveries if delivery.state is State.UNKNOWN]
    through = frozenset({channel})
    if refused:
        text = f"{len(refused)} not sent; it says: {refused[-1].detail}. `watcher alerts retry ID` sends again."
        yield Matter(f"channel:{channel}:refused", Topic.REFUSED, f"{channel} refuses messages", text, through)
    if unknown:
        number = counted(len(unknown), "message", "messages")
        text = f"{number}, each sent {MOST_UNKNOWN} times; the last: {unknown[-1].id}."
        title = f"{channel}: nobody knows whether messages arrived"
        details = (f"it says: {unknown[-1].detail}",)
        yield Matter(f"channel:{channel}:unknown", Topic.UNKNOWN_FATE, title, text, through, details=details)


def _late(waiting: Sequence[Delivery], now: datetime, last_taken: Mapping[Way, datetime]) -> list[Delivery]:
    """What waits too long: not for a channel that is stopped, nor while it is being sent one after another."""
    stops = {delivery.stops for delivery in waiting if delivery.stopped is not None}
    found = []
    long_ago = now - LONGEST_UNSENT
    for delivery in (one for one in waiting if one.created < long_ago):
        way = (delivery.channel, delivery.recipient)
        is_stopped = way in stops or (delivery.channel, None) in stops
        is_moving = way in last_taken and timedelta(0) <= now - last_taken[way] < MOVING
        if not is_stopped and not is_moving:
            found.append(delivery)
    return found


def _is_tried_since(delivery: Delivery, awake_since: datetime | None) -> bool:
    attempted = delivery.attempted if delivery.state is State.WAITING else None
    return attempted is not None and (awake_since is None or attempted >= awake_since)


def _unsent(channel: str, late: Sequence[Delivery], now: datetime) -> Matter:
    wait = counted(len(late), "message waits", "messages wait")
    recipients = dict.fromkeys(inert(delivery.recipient) for delivery in late if delivery.recipient)
    to = f" to {', '.join(list(recipients)[:5])}" if recipients else ""
    oldest = min(delivery.created for delivery in late)
    text = f"{wait}{to}, the oldest for {format_duration(now - oldest)}."
    said = dict.fromkeys(delivery.detail for delivery in late if delivery.detail)
    details = tuple(f"it says: {detail}" for detail in list(said)[:5])
    title = f"{channel} takes no messages"
    return Matter(f"channel:{channel}:unsent", Topic.UNSENT, title, text, frozenset({channel}), details=details)


_STATES_NOT_SHOWN = "The first alerts there go on saying what they said, whatever became of the homes since"


def trouble_of_channel(channel: str, deliveries: Sequence[Delivery], waiting: Sequence[Delivery]) -> list[Matter]:
    """A channel that is stopped, that took its last message only in part, or that lets nothing be changed."""
    found, through = [], frozenset({channel})
    if stopping := [delivery for delivery in waiting if delivery.stopped is not None]:
        found.append(_stopped(channel, stopping, waiting))
    if remarks := [delivery.remark for delivery in deliveries if delivery.remark and not delivery.is_repeatable]:
        found.append(
            Matter(
                f"channel:{channel}:remark", Topic.IN_PART, f"{channel} takes messages in part", remarks[-1], through
            )
        )
    if unshown := [delivery.remark for delivery in deliveries if delivery.remark and delivery.is_repeatable]:
        title, text = f"{channel} lets no first alert be changed", f"{_STATES_NOT_SHOWN}: {unshown[-1]}"
        found.append(Matter(f"channel:{channel}:state", Topic.UNCHANGED, title, text, through))
    return found


def _stopped(channel: str, stopping: Sequence[Delivery], waiting: Iterable[Delivery]) -> Matter:
    """A channel that is stopped as a whole, or for some of its recipients."""
    stops = {delivery.stops for delivery in stopping}
    recipients = [] if (channel, None) in stops else sorted({str(delivery.recipient) for delivery in stopping})
    kept = [delivery for delivery in waiting if not recipients or delivery.recipient in recipients]
    wait = counted(len(kept), "message waits and is kept", "messages wait and are kept")
    way = f"`watcher alerts retry --channel {channel}`"
    said = "; ".join(dict.fromkeys(delivery.detail for delivery in stopping))
    to = f" for {', '.join(map(inert, recipients))}" if recipients else ""
    text = f"{said}. {wait}; it is tried once an hour. Once it is mended, that releases all; {way} tries at once."
    title = f"{channel} is stopped{to}"
    return Matter(f"channel:{channel}:stopped", Topic.STOPPED, title, text, frozenset({channel}))
