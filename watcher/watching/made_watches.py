"""Watches that people make in a chat or on the command line: kept in the history, routed like configured ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from watcher.facts.stored import ALWAYS
from watcher.judging.changes import What
from watcher.timing.zones import require_zone
from watcher.watching.usual_changes import DEFAULT_CHANGES

if TYPE_CHECKING:
    from watcher.watching.watches import Watch

MOST_IN_A_CHANNEL = 25
"""Watches that people may have made for one channel at a time."""

FILTERS: Mapping[str, str] = {"area": "local_authority", "owner": "owner", "home": "home", "group": "group"}
"""What a person's watch may be of, as people say it, and the filter of a watch that it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeWatch:
    """One watch that somebody made."""

    number: int
    """Of this history; never given twice."""
    of: str
    """What it is of: a key of `FILTERS`."""
    value: str
    """The area, owner, home or group, as the history or the configuration spells it; a home by its key."""
    changes: tuple[What, ...] = field(default=DEFAULT_CHANGES, metadata=ALWAYS)
    to: str
    """The channel: a configured one, or one of a bot, such as `desk/C0456`."""
    by: str
    user: str = ""
    """The chat's id of who made it; empty for others."""
    made: datetime
    door: str = ""
    """A `Door`."""
    paused: datetime | None = None
    """Since when its channel takes nothing, as the bot is not there any more: what it tells waits."""
    is_pause_told: bool = False
    """Whether whoever made it has been told of that, or cannot be."""
    ended: datetime | None = None
    ended_by: str = ""
    ended_door: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a moment that could be compared with no other."""
        require_zone(self.made, self.paused, self.ended)

    @property
    def is_in_force(self) -> bool:
        """Whether nobody has removed it."""
        return self.ended is None

    @property
    def name(self) -> str:
        """Its name among the watches; no configured one can have it."""
        return f"{self.to}/{self.number}"

    def watch(self) -> "Watch":
        """The watch that it is."""
        from watcher.watching.watches import Watch  # an option of the configuration: who only looks needs none

        said = {"name": self.name, "to": (self.to,), "changes": self.changes, FILTERS[self.of]: (self.value,)}
        return Watch.model_construct(None, **said)  # its name is one that no configured watch may have

    def json(self) -> dict[str, Any]:
        """What `--json` prints of it."""
        return {
            "id": self.number,
            "name": self.name,
            "of": self.of,
            "value": self.value,
            "changes": [what.value for what in self.changes],
            "to": self.to,
            "by": self.by,
            "made": self.made.isoformat(),
            "door": self.door or None,
            "paused": self.paused.isoformat() if self.paused else None,
            "ended": self.ended.isoformat() if self.ended else None,
            "ended_by": self.ended_by or None,
        }

    def since(self, paused: datetime | None) -> Self:
        """The same, paused since then or not at all."""
        return replace(self, paused=paused, is_pause_told=False)

    def with_pause_told(self) -> Self:
        """The same, with its maker told that it is paused."""
        return replace(self, is_pause_told=True)

    def removed(self, *, by: str, at: datetime, door: str) -> Self:
        """The same, in force no more."""
        return replace(self, ended=at, ended_by=by, ended_door=door)


def known_in(channel: str, names: Iterable[str]) -> tuple[str, ...]:
    """The names of watches that the readers of a channel know: all but those that people made for another one."""
    return tuple(name for name in names if "/" not in name or name.rpartition("/")[0] == channel)


def place_of(channel: str) -> tuple[str, str]:
    """The configured channel whose bot it is, and the chat's channel; the latter empty for a configured one."""
    way, _, place = channel.partition("/")
    return way, place
