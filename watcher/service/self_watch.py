"""What the watcher tells its operator about itself: on onset, on change, and once more when it is over; pure."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.delivery.channels.options import ChannelOptions
from watcher.delivery.ledger import Delivery, State, messages
from watcher.feeds.feed import Outcome
from watcher.feeds.options import FeedOptions
from watcher.history.protocol import FeedState, OpenMatter, Room
from watcher.messages.message import Notice
from watcher.messages.numbers import counted
from watcher.timing.durations import format_duration

LONGEST_UNSENT = timedelta(minutes=30)
"""A message that waits longer is a matter for the operator."""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that needs attention for as long as it is found again."""

    key: str
    """The same for the same trouble, whatever its details."""
    title: str
    text: str
    not_through: frozenset[str] = frozenset()
    """Channels that are the trouble."""


NETWORK = "network"
"""The key of the matter that no feed at all can be read."""

LONG_AWAKE = timedelta(hours=1)
"""After so long a stale feed is a matter even if no reading of it has come to an end."""


def matters_of_feeds(
    feeds: Mapping[str, FeedOptions],
    states: Sequence[FeedState],
    awake_since: datetime,
    now: datetime,
    known: Container[str] = (),
) -> list[Matter]:
    """What needs attention of the places that are read.

    `awake_since` is when the service began, or woke from a pause: what went stale while it slept is first read again.
    What was stale before, by the keys of the matters known, is so until it has been read well: waking ends nothing.
    """
    found = [
        matter
        for state in states
        for matter in _matters_of_feed(state, feeds[state.name].stale_after, awake_since, now, known)
    ]
    stale = [matter for matter in found if matter.key.endswith(":stale")]
    if len(stale) > 1 and len(stale) == len(feeds):
        text = "Not one of the feeds can be read: look at this machine's own network first."
        found = [matter for matter in found if matter not in stale] + [Matter(NETWORK, "No feed can be read", text)]
    return found


def _matters_of_feed(
    state: FeedState, stale_after: timedelta, awake_since: datetime, now: datetime, known: Container[str]
) -> list[Matter]:
    name = state.name
    found = []
    was_stale = f"feed:{name}:stale" in known or NETWORK in known
    if _is_stale(state, stale_after, awake_since, now, was_stale=was_stale):
        last = (
            f"last read well {format_duration(now - state.last_good)} ago" if state.last_good else "never read well yet"
        )
        text = f"{last}; the last try ended {state.outcome or 'with nothing'}: {state.detail}"
        found.append(Matter(f"feed:{name}:stale", f"{name} has not been read", text))
    if state.outcome in (Outcome.MALFORMED, Outcome.IMPLAUSIBLE):
        found.append(Matter(f"feed:{name}:outcome", f"{name} could not be understood", state.detail))
    if state.held:
        text = f"{state.held.why}. Nothing of it was stored or told. `watcher poll {name} --release` believes it."
        found.append(Matter(f"feed:{name}:held", f"a reading of {name} is held", text))
    found += [
        Matter(f"feed:{name}:problem:{where}", f"{name}: could not tell", f"{where}: {problem.what}")
        for where, problem in state.problems.items()
    ]
    return found


def _is_stale(
    state: FeedState, stale_after: timedelta, awake_since: datetime, now: datetime, *, was_stale: bool
) -> bool:
    was_tried = state.began is not None and state.began >= awake_since
    is_old = now - (state.last_good or awake_since) > stale_after
    if was_stale and state.last_good is None:
        return True
    return is_old and (was_stale or was_tried or now - awake_since > LONG_AWAKE)


def matters_of_deliveries(channels: Container[str], deliveries: Sequence[Delivery], now: datetime) -> list[Matter]:
    """What needs attention of the channels and their messages; `deliveries` are the open and the refused ones."""
    found = []
    for channel in sorted({delivery.channel for delivery in deliveries}):
        mine = [delivery for delivery in deliveries if delivery.channel == channel]
        refused = [delivery for delivery in mine if delivery.state is State.REFUSED]
        waiting = [delivery for delivery in mine if delivery.state in (State.WAITING, State.SENDING)]
        if channel in channels:
            found += trouble_of_channel(channel, mine, waiting)
        if refused:
            text = f"{len(refused)} not sent; it says: {refused[-1].detail}. `watcher alerts retry ID` sends again."
            found.append(
                Matter(f"channel:{channel}:refused", f"{channel} refuses messages", text, frozenset({channel}))
            )
        oldest = min((delivery.created for delivery in waiting), default=now)
        if channel not in channels and waiting:
            wait = counted(len(waiting), "message waits", "messages wait")
            text = f"{wait} for it: define it again in the configuration."
            found.append(Matter(f"channel:{channel}:gone", f"there is no channel {channel} any more", text))
        elif now - oldest > LONGEST_UNSENT and not any(delivery.stopped is not None for delivery in waiting):
            text = (
                f"{len(waiting)} waiting, the oldest for {format_duration(now - oldest)}; it says: {waiting[0].detail}"
            )
            found.append(
                Matter(f"channel:{channel}:unsent", f"{channel} takes no messages", text, frozenset({channel}))
            )
    return found


_STATES_NOT_SHOWN = "The first alerts there go on saying what they said, whatever became of the homes since"


def trouble_of_channel(channel: str, deliveries: Sequence[Delivery], waiting: Sequence[Delivery]) -> list[Matter]:
    """A channel that is stopped, that took its last message only in part, or that lets nothing be changed."""
    found, through = [], frozenset({channel})
    if stopping := [delivery for delivery in waiting if delivery.stopped is not None]:
        last = stopping[-1]
        text = (
            f"{last.detail}. {len(waiting)} wait and are kept; it is tried once an hour. Mending it, or "
            f"`watcher alerts retry {last.id}`, releases them all."
        )
        found.append(Matter(f"channel:{channel}:stopped", f"{channel} is stopped", text, through))
    if remarks := [delivery.remark for delivery in deliveries if delivery.remark and not delivery.is_repeatable]:
        found.append(Matter(f"channel:{channel}:remark", f"{channel} takes messages in part", remarks[-1], through))
    if unshown := [delivery.remark for delivery in deliveries if delivery.remark and delivery.is_repeatable]:
        title, text = f"{channel} lets no first alert be changed", f"{_STATES_NOT_SHOWN}: {unshown[-1]}"
        found.append(Matter(f"channel:{channel}:state", title, text, through))
    return found


@dataclass(frozen=True, slots=True)
class Announcements:
    """What to store of the operator's matters, and the messages that tell of them."""

    notices: Mapping[str, OpenMatter | None]
    deliveries: Sequence[Delivery]


def announce(
    channels: Mapping[str, ChannelOptions], known: Mapping[str, OpenMatter], found: Sequence[Matter], now: datetime
) -> Announcements:
    """Tells the operator, through their channels, what is new, what has changed its nature, and what is over since."""
    notices: dict[str, OpenMatter | None] = {}
    deliveries: list[Delivery] = []
    for matter in found:
        before = known.get(matter.key)
        if before is not None and before.title == matter.title:
            continue
        notices[matter.key] = as_known(matter, before.since if before else now)
        deliveries += to_operator(channels, matter.key, Notice(matter.title, matter.text), matter.not_through, now)
    for key, before in known.items():
        if key not in {matter.key for matter in found}:
            lasted = format_duration(now - before.since)
            notices[key] = None
            over = Notice(f"over: {before.title}", f"It lasted {lasted}.")
            deliveries += to_operator(channels, key, over, frozenset(before.not_through), now)
    return Announcements(notices, deliveries)


def as_known(matter: Matter, since: datetime) -> OpenMatter:
    """An open matter as the history keeps it."""
    return OpenMatter(matter.title, matter.text, since, tuple(sorted(matter.not_through)))


def to_operator(
    channels: Mapping[str, ChannelOptions], key: str, notice: Notice, not_through: frozenset[str], now: datetime
) -> list[Delivery]:
    """One message for each of the operator's channels but those in trouble; if all are, then for all of them."""
    chosen = [name for name in channels if name not in not_through] or list(channels)
    content_id = f"{key}\n{notice.title}\n{now.isoformat()}"
    made = [messages(channels, channel, f"notice:{key}", notice, content_id, now) for channel in chosen]
    return [delivery for copies in made for delivery in copies]


MOST_DOCUMENTS = 150_000
"""So many documents the embedded history was measured with; beyond that it opens slowly and fills the memory."""

LEAST_FREE = 50_000_000
"""Bytes that should be free beside the history."""

LEAST_FREE_SNAPSHOTS = 2
"""Snapshots that there should be room for: a new one is written beside the present one."""

LARGEST_STEP = timedelta(minutes=5)
"""A clock that moves by more against the monotonic one was set, or the machine slept."""

ROOM_FOR_COMMITS = 100_000
"""Bytes that must be free before a disk that was full is tried again: a small commit alone proves too little."""

REFUSED = "history:refused"
"""The matter of a history that takes nothing."""


def matters_of_room(room: Room) -> list[Matter]:
    """What is near its limits, before anything fails."""
    found = []
    if room.documents > MOST_DOCUMENTS:
        text = (
            f"{room.documents:,} documents; up to {MOST_DOCUMENTS:,} it was measured. Nothing is lost, but starting "
            f"takes longer and the memory fills: give this process more, or watch less."
        )
        found.append(Matter("history:documents", "the history grows past its limits", text))
    least = max(LEAST_FREE, LEAST_FREE_SNAPSHOTS * room.snapshot_bytes)
    if room.free_bytes < least:
        text = (
            f"{room.free_bytes // 1_000:,} kB are free where the history lives, and {least // 1_000:,} kB should be. "
            f"Make room: on a full disk nothing is read and nothing is sent."
        )
        found.append(Matter("history:room", "the history's disk is nearly full", text))
    return found


def matter_of_refusal(trouble: str) -> Matter:
    """A history that takes nothing, with its reason."""
    text = f"{trouble} Until then nothing is read and no message is sent; nothing that was stored is lost."
    return Matter(REFUSED, "the history cannot be stored", text)


def clock_step(wall: timedelta, monotonic: timedelta) -> Notice | None:
    """What to tell of a wall clock that moved otherwise than the monotonic one in the same time; None if it did not."""
    step = wall - monotonic
    if abs(step) <= LARGEST_STEP:
        return None
    way = "forward" if step > timedelta(0) else "back"
    text = (
        f"By {format_duration(abs(step))}, within {format_duration(monotonic)}: it was set, or this machine slept. "
        f"What is due is read now; see that the machine keeps its time (NTP)."
    )
    return Notice(f"the clock jumped {way}", text)
