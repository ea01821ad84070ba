"""Where the reading of the API stands from one poll to the next."""

import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from watcher.facts.stored import read, stored

_DIGEST = 5
"""Bytes: of a hundred thousand ids one in ten million is taken for another."""


def digest(number: str) -> bytes:
    """Stands for an id where there may be very many."""
    return hashlib.blake2b(number.upper().encode(), digest_size=_DIGEST).digest()


class Digests:
    """A set of ids that can be asked whether it has one, and takes little room."""

    def __init__(self, packed: str = "") -> None:
        joined = b64decode(packed)
        self._all = {joined[start : start + _DIGEST] for start in range(0, len(joined), _DIGEST)}

    def __contains__(self, number: str) -> bool:
        return digest(number) in self._all

    def __len__(self) -> int:
        return len(self._all)

    def add(self, numbers: Iterable[str]) -> None:
        """Takes ids in."""
        self._all.update(map(digest, numbers))

    def packed(self) -> str:
        """As it is kept."""
        return b64encode(b"".join(sorted(self._all))).decode()


def pack(texts: Iterable[str]) -> str:
    """Lines in little room."""
    joined = "\n".join(texts)
    return b64encode(zlib.compress(joined.encode(), 9)).decode() if joined else ""


def unpack(packed: str) -> list[str]:
    """The lines again."""
    return zlib.decompress(b64decode(packed)).decode().split("\n") if packed else []


@dataclass(frozen=True, slots=True)
class DueLocation:
    """A location that is to be read, or to be read again."""

    since: date | None = None
    """What is published from this day on is news; None where all of it is background."""
    tries: int = 0
    """How often its answer could not be understood."""
    not_before: date | None = None
    failures: int = 0
    """In how many readings in a row it was not answered, or refused."""
    again: datetime | None = None
    """When it is asked for again after that."""

    @property
    def has_failed(self) -> int:
        """How often it has failed in one way or the other."""
        return self.tries + self.failures


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the cursor holds."""

    filters: tuple[str, ...] = ()
    begun: datetime | None = None
    is_complete: bool = False
    homes: int = 0
    left: str = ""
    due: Mapping[str, DueLocation] = field(default_factory=dict)
    read: datetime | None = None
    sound: datetime | None = None
    """Of an older version: up to when answers were as long as they said, where `read` goes on beyond it."""
    seen: Mapping[str, str] = field(default_factory=dict)
    outside: str = ""
    day: date | None = None
    of_day: str = ""
    providers: str = ""


@dataclass(slots=True)
class ApiProgress:
    """The cursor as a reading works with it."""

    filters: tuple[str, ...] = ()
    """Those by which the list of all locations was read."""
    begun: datetime | None = None
    """When that list was read: what changed since is asked for once its locations have been read."""
    is_complete: bool = False
    """Whether the silent baseline is."""
    homes: int = 0
    """Of how many homes the baseline consists so far."""
    left: list[str] = field(default_factory=list)
    """Those that are still to be read of the list, the next one last."""
    due: dict[str, DueLocation] = field(default_factory=dict)
    """Those that have changed, or could not be read, by id."""
    read: datetime | None = None
    """Up to when changes were asked for, in answers that were as long as they said."""
    seen: dict[str, Digests] = field(default_factory=dict)
    """The ids in earlier answers, by the day of the answer."""
    outside: Digests = field(default_factory=Digests)
    """The ids that lie outside the filters."""
    day: date | None = None
    of_day: Digests = field(default_factory=Digests)
    """The ids of the locations that were read on that day."""
    providers: dict[str, str] = field(default_factory=dict)
    """The names of providers by id; empty where it is none that may be kept."""

    def is_again(self, number: str, today: date) -> bool:
        """Notes that a location is read on a day; whether it was on that day before."""
        if self.day != today:
            self.day, self.of_day = today, Digests()
        is_again = number in self.of_day
        self.of_day.add([number])
        return is_again

    def has_seen(self, number: str) -> bool:
        """Whether an earlier answer about changes named an id."""
        return any(number in digests for digests in self.seen.values())

    def forget_before(self, day: date) -> None:
        """Lets go of answers about changes that are asked for no more."""
        self.seen = {seen: digests for seen, digests in self.seen.items() if seen >= day.isoformat()}


def load(cursor: Mapping[str, Any]) -> ApiProgress:
    """The progress in a cursor; raises ValueError for one that this version can't read."""
    if not cursor:
        return ApiProgress()
    kept = read(_Stored, dict(cursor))
    lines = (line.partition(" ") for line in unpack(kept.providers))
    return ApiProgress(
        filters=kept.filters,
        begun=kept.begun,
        is_complete=kept.is_complete,
        homes=kept.homes,
        left=unpack(kept.left),
        due=dict(kept.due),
        read=min(filter(None, (kept.read, kept.sound)), default=None),
        seen={day: Digests(packed) for day, packed in kept.seen.items()},
        outside=Digests(kept.outside),
        day=kept.day,
        of_day=Digests(kept.of_day),
        providers={number: name for number, _, name in lines},
    )


def dump(progress: ApiProgress) -> dict[str, Any]:
    """The progress as JSON."""
    return stored(
        _Stored(
            filters=progress.filters,
            begun=progress.begun,
            is_complete=progress.is_complete,
            homes=progress.homes,
            left=pack(progress.left),
            due=progress.due,
            read=progress.read,
            seen={day: digests.packed() for day, digests in progress.seen.items()},
            outside=progress.outside.packed(),
            day=progress.day,
            of_day=progress.of_day.packed(),
            providers=pack(f"{number} {name}" for number, name in sorted(progress.providers.items())),
        )
    )
