"""A digest: what was gathered for one channel until a local date, complete on its own; when it is due, in what order.

Pure: `watcher.rounds.digests` makes the messages, `watcher.messages.digest_parts` splits a long one.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from watcher.facts.stored import ALWAYS
from watcher.judging.changes import BY_SERIOUSNESS, What
from watcher.messages.alert import Alert
from watcher.messages.grades_in_words import change_called
from watcher.messages.homes_now import HomesInBrief, homes_now_line
from watcher.messages.not_read import NotRead

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Item:
    """An alert as a digest tells it."""

    alert: Alert
    seen: datetime
    """When the watcher learned of it, aware."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A feed that could not be read for longer than it should be."""

    feed: str
    since: datetime | None
    """Its last good reading; None if there never was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One message of a digest; a long digest has several parts."""

    day: date
    """The local date that it is the digest of."""
    items: tuple[Item, ...]
    """In the order of telling, the most serious change first."""
    total: int
    """How many items all parts have together."""
    first: int = field(default=1, metadata=ALWAYS)
    """The number of this part's first item among all."""
    part: int = field(default=1, metadata=ALWAYS)
    parts: int = field(default=1, metadata=ALWAYS)
    feeds: int = field(default=0, metadata=ALWAYS)
    """How many feeds are watched."""
    unread: tuple[Unread, ...] = field(default=(), metadata=ALWAYS)
    entries_not_read: int = 0
    """How many entries of the feeds' lists could not be told to be about a home."""
    not_read: tuple[NotRead, ...] = ()
    """What could not be read of the homes of its readers, and still stands so; every part has it."""
    homes: HomesInBrief | None = None
    """How the homes of its readers stand; None in a digest of an older version. Every part has it."""


def digest_due(
    at: time, days: Collection[str], zone: ZoneInfo, was_made: Callable[[date], bool], now: datetime
) -> date | None:
    """The local date whose digest is to be made now; None if there is none to make.

    The date counts, not the instant: a time that a clock change skips or repeats comes once, one that was slept through
    is made up until the date ends. Whether a date had its digest is asked of what is stored, not of the last date: a
    clock that once stood in the future must not silence the years until then.
    """
    local = now.astimezone(zone)
    today = local.date()
    if DAYS[today.weekday()] not in days or local.time() < at or was_made(today):
        return None
    return today


def in_order(items: Iterable[Item]) -> list[Item]:
    """The most serious change first, whoever asked; of one change watch by watch, and of one watch area by area."""
    return sorted(items, key=lambda item: (_rank(item), item.alert.watches, _place(item)))


def distinct(items: Iterable[Item]) -> list[Item]:
    """Each alert once, as it was first seen: it may have been gathered a second time as nobody acknowledged it."""
    first: dict[str, Item] = {}
    for item in sorted(items, key=lambda item: item.seen):
        first.setdefault(item.alert.id, item)
    return list(first.values())


@dataclass(frozen=True, slots=True)
class DigestGroup:
    """The items of one change that the same watches asked for."""

    watches: tuple[str, ...]
    change: What
    items: tuple[Item, ...]


def groups(items: Sequence[Item]) -> list[DigestGroup]:
    """What stands under one heading, from items in their order of telling."""
    runs = groupby(items, key=lambda item: (item.alert.change, item.alert.watches))
    return [DigestGroup(watches, change, tuple(run)) for (change, watches), run in runs]


def heading_of(group: DigestGroup) -> str:
    """The change of a group; in the words of their regulator where all its items are of one."""
    said = {change_called(item.alert.change, item.alert.home) for item in group.items}
    return said.pop() if len(said) == 1 else group.change.value


def closing_line(digest: Digest) -> str:
    """How the homes of its readers stand, at the end of the last part; empty where that is not known."""
    return homes_now_line(digest.homes, digest.day) if digest.part == digest.parts else ""


def _rank(item: Item) -> int:
    return BY_SERIOUSNESS.index(item.alert.change)


def _place(item: Item) -> tuple[str, str, date]:
    return (item.alert.local_authority or "", item.alert.home, item.alert.day)
