"""A digest: what was gathered for one channel until a local date, complete on its own; when it is due, how it is split.

Pure: `watcher.digests` makes the messages.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import groupby
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

import orjson

from watcher.alert import Alert
from watcher.changes import What

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MOST_ITEMS = 100
"""In one message; and as many as come to this size, so that no server refuses what no reader would scroll through."""
LONGEST = 40_000

_BY_SERIOUSNESS = (
    What.DROPPED_TO_INADEQUATE,
    What.FIRST_INADEQUATE,
    What.STILL_INADEQUATE,
    What.AREA_INADEQUATE,
    What.OVERDUE,
    What.CLOSED,
    What.VISITED,
    What.DROPPED,
    What.RECOVERED,
    What.IMPROVED,
    What.CORRECTED,
    What.WITHDRAWN,
    What.LATE,
)


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
    """In the order of telling: watch by watch, the most serious change first."""
    total: int
    """How many items all parts have together."""
    part: int = 1
    parts: int = 1
    feeds: int = 0
    """How many feeds are watched."""
    unread: tuple[Unread, ...] = ()

    def document(self) -> dict[str, Any]:
        """The digest as the history keeps it; `from_document` gives it back."""
        return {
            "day": self.day.isoformat(),
            "items": [{"alert": item.alert.document(), "seen": item.seen.isoformat()} for item in self.items],
            "total": self.total,
            "part": self.part,
            "parts": self.parts,
            "feeds": self.feeds,
            "unread": [
                {"feed": one.feed, "since": one.since.isoformat() if one.since else None} for one in self.unread
            ],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The digest that `document` made."""
        return cls(
            day=date.fromisoformat(document["day"]),
            items=tuple(
                Item(Alert.from_document(item["alert"]), datetime.fromisoformat(item["seen"]))
                for item in document["items"]
            ),
            total=document["total"],
            part=document["part"],
            parts=document["parts"],
            feeds=document["feeds"],
            unread=tuple(
                Unread(one["feed"], datetime.fromisoformat(one["since"]) if one["since"] else None)
                for one in document["unread"]
            ),
        )


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


def split(digest: Digest) -> tuple[Digest, ...]:
    """The digest in its order of telling, as one message or as several of bounded length; an empty one is one too."""
    chunks: list[list[Item]] = [[]]
    size = 0
    for item in in_order(digest.items):
        length = len(orjson.dumps(item.alert.document()))
        if chunks[-1] and (len(chunks[-1]) == MOST_ITEMS or size + length > LONGEST):
            chunks.append([])
            size = 0
        chunks[-1].append(item)
        size += length
    return tuple(
        replace(digest, items=tuple(chunk), part=part, parts=len(chunks)) for part, chunk in enumerate(chunks, start=1)
    )


def in_order(items: Iterable[Item]) -> list[Item]:
    """Watch by watch, that with the most serious change first; in each the most serious change first."""
    items = list(items)
    first: dict[tuple[str, ...], int] = {}
    for item in items:
        first[item.alert.watches] = min(_rank(item), first.get(item.alert.watches, len(_BY_SERIOUSNESS)))
    return sorted(items, key=lambda item: (first[item.alert.watches], item.alert.watches, _rank(item), _place(item)))


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one change that the same watches asked for."""

    watches: tuple[str, ...]
    change: What
    items: tuple[Item, ...]


def groups(items: Sequence[Item]) -> list[Group]:
    """What stands under one heading, from items in their order of telling."""
    runs = groupby(items, key=lambda item: (item.alert.watches, item.alert.change))
    return [Group(watches, change, tuple(run)) for (watches, change), run in runs]


def _rank(item: Item) -> int:
    return _BY_SERIOUSNESS.index(item.alert.change)


def _place(item: Item) -> tuple[str, str, date]:
    return (item.alert.local_authority or "", item.alert.home, item.alert.inspected)
