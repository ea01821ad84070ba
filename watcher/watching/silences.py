"""Silences: what people ask not to be told of for a while; messages are made and kept, and not sent."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from watcher.delivery.ledger import Delivery, State
from watcher.facts.inspection import Home
from watcher.facts.stored import REQUIRED
from watcher.text import inert
from watcher.timing.durations import parse_duration
from watcher.timing.zones import require_zone
from watcher.watching.deeds import Act, Deed

if TYPE_CHECKING:
    from watcher.watching.watches import Watch

LONGEST = timedelta(days=366)
"""A silence needs an end within a year: what nobody remembers must not hide a drop for ever."""

FILTERS = ("home", "owner", "local_authority", "type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Which homes nobody is told of, until when and why; a home must fit every filter that is given."""

    id: str = field(default="", metadata=REQUIRED)
    home: tuple[str, ...] = ()
    owner: tuple[str, ...] = ()
    local_authority: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    made: datetime
    until: datetime
    """From this moment on it holds nothing back; ending it early is making this earlier."""
    why: str
    by: str = field(default="", metadata=REQUIRED)
    door: str = ""
    """A `Door`; empty where an older version did not keep it."""

    @classmethod
    def of(
        cls,
        filters: Mapping[str, Iterable[str]],
        *,
        made: datetime,
        until: datetime,
        why: str,
        by: str = "",
        door: str = "",
    ) -> Self:
        """A new silence; raises ValueError with what to write instead for one without a filter, an end or a reason."""
        given = {name: tuple(values) for name, values in filters.items()}
        if not any(given.values()):
            raise ValueError("a silence of every home is not possible: name a home, an owner, an authority or a type")
        if not why.strip():
            raise ValueError("a silence needs a reason")
        if not made < until <= made + LONGEST:
            raise ValueError(f"a silence ends in the future, within a year: {until:%Y-%m-%d %H:%M} UTC does not")
        content = f"{sorted(given.items())}\n{made.isoformat()}\n{until.isoformat()}\n{why}\n{by}"
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        return cls(**given, made=made, until=until, why=inert(why), by=inert(by, 80), door=door, id=digest)

    def covers(self, home: Home) -> bool:
        """Whether a home fits every filter."""
        from watcher.watching.watches import why_not_home  # as below

        return why_not_home(home, _watch_of(self), {}, None) is None

    def names(self, key: str) -> bool:
        """Whether a home, by its key, is one of those that are named; any is where none is."""
        return not self.home or not {key.casefold(), key.partition(":")[2].casefold()}.isdisjoint(_folded(self.home))

    def as_watch(self) -> "Watch":
        """The same filters as a watch has them."""
        return _watch_of(self)

    def ended(self, now: datetime) -> Self:
        """The same, holding nothing back from now on."""
        return replace(self, until=min(self.until, now))

    @property
    def deed(self) -> Deed:
        """Its making, among all that people did."""
        return Deed(what=Act.SILENCE, subject=self.id, by=self.by, why=self.why, at=self.made, door=self.door)

    def holds(self, delivery: Delivery) -> Delivery:
        """A message that it keeps from being sent."""
        return replace(delivery, state=State.SILENCED, silence=self.id, detail=f"silenced: {self.why}")

    def __post_init__(self) -> None:
        """Raises ValueError for a moment that could be compared with no other."""
        require_zone(self.made, self.until)


def silencing(home: Home, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The silence in force that covers a home, the one that lasts longest if there are several; None if none does."""
    covering = [silence for silence in silences if now < silence.until and silence.covers(home)]
    return max(covering, key=lambda silence: (silence.until, silence.id), default=None)


def held(delivery: Delivery, home: Home, silences: Iterable[Silence], now: datetime) -> Delivery:
    """A new message about a home: silenced if a silence covers it, else as it is."""
    silence = silencing(home, silences, now)
    return silence.holds(delivery) if silence else delivery


def read_end(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The end that `2026-03-31` (the end of that day) or `14d` names; raises ValueError for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return now + parse_duration(text)
    try:
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(now.tzinfo)
    except OverflowError:
        raise ValueError(f"{text} is beyond every calendar: a silence ends within a year") from None


@lru_cache(maxsize=64)
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(str.casefold, names))


@lru_cache(maxsize=64)
def _watch_of(silence: Silence) -> "Watch":
    """Made once for all homes that are asked about."""
    from watcher.watching.watches import Watch  # an option of the configuration: who only looks needs none

    given = {name: values for name in FILTERS if (values := getattr(silence, name))}
    return Watch(name="silence", to=("nobody",), **given)
