"""What the watcher finds of itself that its operator should know."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from watcher.config.settings import Settings
from watcher.config.users_file import why_nobody
from watcher.delivery.ledger import Delivery, Way
from watcher.delivery.operators import sender
from watcher.facts.inspection import Home
from watcher.feeds.feed import ODD
from watcher.feeds.options import FeedOptions
from watcher.history.protocol import FeedState, History, OpenMatter, Room
from watcher.messages.matter import Matter
from watcher.messages.message import Notice
from watcher.messages.topics import Topic
from watcher.options.secrets import SecretFile
from watcher.service.announcements import Announcements, announce
from watcher.service.could_not_tell import HomeOf, matters_of_problems
from watcher.service.matter import NETWORK
from watcher.service.pace import next_reading
from watcher.service.standstill import matters_of_standstill
from watcher.service.undelivered import matters_of_deliveries
from watcher.text import capital
from watcher.timing.durations import format_duration
from watcher.timing.grid import SMALL_STEP

LONG_AWAKE = timedelta(hours=1)
"""After so long a stale feed is a matter even if no reading of it has come to an end."""


LONGEST_ASLEEP = timedelta(days=3650)
"""Between two rounds nobody sleeps: what has gone stale is told."""

ODD_READINGS = 2
"""So many readings in a row that could not be understood are a matter: a login page of minutes is none."""

SOON = timedelta(hours=2)
"""A first odd reading is a matter at once if the next is further away."""


class Troubled(Protocol):
    """The outbox, as far as it says what does not go through."""

    def troubled(self) -> Sequence[Delivery]:
        """The open messages and those given up."""
        ...

    def last_taken(self) -> Mapping[Way, datetime]:
        """When each recipient of each channel was last sent something that was accepted."""
        ...


def find_matters(
    settings: Settings, history: History, outbox: Troubled, awake_since: datetime, now: datetime
) -> list[Matter]:
    """Everything that needs attention now. Raises OSError."""
    states, known = [history.feed(name) for name in settings.feeds], history.notices()
    return [
        *matters_of_feeds(settings.feeds, states, awake_since, now, known, homes_of(history)),
        *matters_of_standstill(settings.feeds, states, known),
        *matters_of_deliveries(
            settings.channels, outbox.troubled(), now, outbox.last_taken(), awake_since=awake_since, known=known
        ),
        *matters_of_secrets(settings.secret_files),
        *matters_of_users(settings.web.users_file),
        *matters_of_room(history.room()),
    ]


def announcements(settings: Settings, history: History, found: Sequence[Matter], now: datetime) -> Announcements:
    """What to store and to tell of the matters found."""
    ended = {where: how for name in settings.feeds for where, how in history.feed(name).ended.items()}
    known = history.notices()
    return announce(settings.operators_channels, known, found, now, sender=sender(), ended=ended)


def homes_of(history: History) -> HomeOf:
    """Homes by their keys, as a history knows them."""

    def home(key: str) -> Home | None:
        record = history.home(key)
        return record.home if record is not None else None

    return home


def matters_of_feeds(
    feeds: Mapping[str, FeedOptions],
    states: Iterable[FeedState],
    awake_since: datetime,
    now: datetime,
    known: Mapping[str, OpenMatter] | None = None,
    homes: HomeOf = lambda _: None,
) -> list[Matter]:
    """What needs attention of the places that are read.

    `awake_since` is when the service began, or woke from a pause: what went stale while it slept is first read again.
    What was found before, by the matters known, is so until it has been read well: waking ends nothing.
    """
    found = [
        matter
        for state in states
        for matter in _matters_of_feed(state, feeds[state.name], awake_since, now, known or {}, homes)
    ]
    stale = [matter for matter in found if matter.key.endswith(":stale")]
    if len(stale) > 1 and len(stale) == len(feeds):
        text = "Not one of the feeds can be read: look at this machine's own network first."
        details = tuple(detail for matter in stale for detail in matter.details)
        network = Matter(NETWORK, Topic.NETWORK, "No feed can be read", text, details=details)
        found = [matter for matter in found if matter not in stale] + [network]
    return found


def _matters_of_feed(
    state: FeedState,
    options: FeedOptions,
    awake_since: datetime,
    now: datetime,
    known: Mapping[str, OpenMatter],
    homes: HomeOf,
) -> list[Matter]:
    name, next_try = state.name, next_reading(options, state, now)
    found = []
    told_stale, odd = f"feed:{name}:stale" in known or NETWORK in known, known.get(f"feed:{name}:outcome")
    was_stale = told_stale or (odd is not None and odd.topic == Topic.STALE.key)
    is_stale = _is_stale(state, options.stale_after, awake_since, now, was_stale=was_stale)
    is_odd = _is_odd(state, next_try, now, was_odd=odd is not None, is_stale=is_stale)
    if is_stale and (told_stale or not is_odd):
        text = f"{_last_good(state, now)}; the last try ended {state.outcome or 'with nothing'}"
        found.append(_of_feed(state, "stale", Topic.STALE, f"{name} has not been read", text, next_try))
    if is_odd and (odd is not None or not told_stale):  # one trouble is one matter, which becomes grave in time
        title, topic = f"{name} could not be understood", Topic.NOT_UNDERSTOOD
        if is_stale:
            how_long = f"for longer than {format_duration(options.stale_after)}" if state.last_good else "even once"
            title, topic = f"{title} {how_long}", Topic.STALE
        said = "What the site answered is not what was expected, and nothing is concluded from it"
        text = f"{said}; {_last_good(state, now)}."
        found.append(_of_feed(state, "outcome", topic, title, text, next_try))
    if state.held:
        text = f"{state.held.why}. Nothing of it was stored or told. `watcher poll {name} --release` believes it."
        title = f"a reading of {name} is held"
        found.append(Matter(f"feed:{name}:held", Topic.HELD, title, text, next_try=next_try))
    return found + matters_of_problems(state, homes, known, next_try)


def _last_good(state: FeedState, now: datetime) -> str:
    return f"last read well {format_duration(now - state.last_good)} ago" if state.last_good else "never read well yet"


def _of_feed(state: FeedState, what: str, topic: Topic, title: str, text: str, next_try: datetime) -> Matter:
    """A matter of a feed as a whole; what the last reading found is a detail."""
    details = (state.detail,) if state.detail else ()
    return Matter(f"feed:{state.name}:{what}", topic, title, text, details=details, next_try=next_try)


def _is_odd(state: FeedState, next_try: datetime, now: datetime, *, was_odd: bool, is_stale: bool) -> bool:
    """Whether its readings can't be understood: the second in a row, or one if the next is far away or it is stale."""
    if was_odd:  # until a reading is good; an older version did not count
        return state.odd > 0 or state.outcome in ODD
    if state.held or state.outcome not in ODD:
        return False
    return state.odd >= ODD_READINGS or next_try - now > SOON or is_stale


def _is_stale(
    state: FeedState, stale_after: timedelta, awake_since: datetime, now: datetime, *, was_stale: bool
) -> bool:
    was_tried = state.began is not None and state.began >= awake_since
    is_old = now - (state.last_good or awake_since) > stale_after
    if was_stale and state.last_good is None:
        return True
    return is_old and (was_stale or was_tried or now - awake_since > LONG_AWAKE)


def matters_of_secrets(files: Mapping[str, SecretFile]) -> list[Matter]:
    """The secrets, by the place of their key in the configuration, whose files can't be used any more."""
    return [
        Matter(f"secret:{where}", Topic.SECRET, f"{where} can't be used", f"{why}. The last good one is in force.")
        for where, file in files.items()
        if (why := file.why_unusable())
    ]


def matters_of_users(file: Path | None) -> list[Matter]:
    """That people should be able to sign in, and nobody can."""
    if file is None or not (why := why_nobody(file)):
        return []
    return [Matter("users", Topic.USERS, "nobody can sign in", f"{capital(why)}.")]


MOST_DOCUMENTS = 1_260_000
"""So many documents the embedded history was measured with: 1,020,000 inspections of 107,000 homes, and what is kept
of each (`python -m benchmarks.growth large`)."""

LEAST_FREE = 50_000_000
"""Bytes that should be free beside the history."""

LEAST_FREE_SNAPSHOTS = 2
"""Snapshots that there should be room for: a new one is written beside the present one."""

ROOM_FOR_COMMITS = 100_000
"""Bytes that must be free before a disk that was full is tried again: a small commit alone proves too little."""

REFUSED = "history:refused"
"""The matter of a history that takes nothing."""


def matters_of_room(room: Room) -> list[Matter]:
    """What is near its limits, before anything fails."""
    found = []
    if room.is_in_memory and room.documents > MOST_DOCUMENTS:
        text = (
            f"{room.documents:,} documents; up to {MOST_DOCUMENTS:,} it was measured. Nothing is lost, but starting "
            f"takes longer and the memory fills: give this process more, or watch less."
        )
        found.append(Matter("history:documents", Topic.LARGE, "the history grows past its limits", text))
    least = max(LEAST_FREE, LEAST_FREE_SNAPSHOTS * room.snapshot_bytes)
    if room.free_bytes < least:
        text = (
            f"{room.free_bytes // 1_000:,} kB are free where the history lives, and {least // 1_000:,} kB should be. "
            f"Make room: on a full disk nothing is read and nothing is sent."
        )
        found.append(Matter("history:room", Topic.ROOM, "the history's disk is nearly full", text))
    return found


def matter_of_refusal(trouble: str) -> Matter:
    """A history that takes nothing, with its reason."""
    text = f"{trouble} Until then nothing is read and no message is sent; nothing that was stored is lost."
    return Matter(REFUSED, Topic.NOT_STORED, "the history cannot be stored", text)


def clock_step(wall: timedelta, monotonic: timedelta) -> Notice | None:
    """What to tell of a wall clock that moved otherwise than the monotonic one in the same time; None if it did not."""
    step = wall - monotonic
    if abs(step) <= SMALL_STEP:
        return None
    way = "forward" if step > timedelta(0) else "back"
    text = (
        f"By {format_duration(abs(step))}, within {format_duration(monotonic)}: it was set, or this machine slept. "
        f"What is due is read now; see that the machine keeps its time (NTP)."
    )
    return Notice(f"the clock jumped {way}", text, topic=Topic.CLOCK.key, sender=sender())
