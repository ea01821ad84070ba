"""Acknowledgements: who has taken an alert in hand, when and why."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from watcher.text import inert
from watcher.watching.deeds import Act, Deed, through


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Somebody's word that a change is known and seen to; the first one stays, and may be given its reason later."""

    change: str
    """The id of the change."""
    by: str
    why: str
    at: datetime
    door: str = ""
    """A `Door`; empty where an older version did not keep it."""
    user: str = ""
    """The chat's id of who it is, for two can have one name; empty for others."""

    @classmethod
    def of(cls, change: str, *, by: str, why: str, at: datetime, door: str = "", user: str = "") -> Self:
        """A new acknowledgement; raises ValueError for one without a name."""
        if not by.strip():
            raise ValueError("an acknowledgement needs a name")
        return cls(change=change, by=inert(by, 80), why=inert(why), at=at, door=door, user=user)

    def __str__(self) -> str:
        """For people: by whom, when, where and why."""
        why = f": {self.why}" if self.why else ""
        return f"acknowledged by {self.by}, {self.at:%Y-%m-%d %H:%M} UTC{through(self.door)}{why}"

    def json(self) -> dict[str, str | None]:
        """What `--json` prints of it beside the change."""
        return {"by": self.by, "why": self.why, "at": self.at.isoformat(), "door": self.door or None}

    def lacks_reason_of(self, other: Self) -> bool:
        """Whether another is the same deed with the reason that this one has not."""
        return not self.why and bool(other.why) and self == replace(other, why="")

    @property
    def deed(self) -> Deed:
        """The same, among all that people did."""
        return Deed(what=Act.ACKNOWLEDGE, subject=self.change, by=self.by, why=self.why, at=self.at, door=self.door)
