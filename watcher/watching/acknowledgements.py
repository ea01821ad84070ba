"""Acknowledgements: who has taken an alert in hand, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from watcher.text import inert


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Somebody's word that a change is known and seen to; the first one stays."""

    change: str
    """The id of the change."""
    by: str
    why: str
    at: datetime

    @classmethod
    def of(cls, change: str, *, by: str, why: str, at: datetime) -> Self:
        """A new acknowledgement; raises ValueError for one without a name or a reason."""
        if not by.strip() or not why.strip():
            raise ValueError("an acknowledgement needs a name and a reason")
        return cls(change=change, by=inert(by, 80), why=inert(why), at=at)

    def __str__(self) -> str:
        """For people: by whom, when and why."""
        return f"acknowledged by {self.by}, {self.at:%Y-%m-%d %H:%M} UTC: {self.why}"

    def json(self) -> dict[str, str]:
        """What `--json` prints of it beside the change."""
        return {"by": self.by, "why": self.why, "at": self.at.isoformat()}
