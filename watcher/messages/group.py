"""Many changes that one reading brought, told in one message; the details follow in its thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

MOST_LINES = 60
"""Lines that are kept of a group; a message shows fewer, and every change has a message of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the alerts of one watch for one channel come to, complete and on its own."""

    watch: str
    homes: int
    counts: Mapping[str, int]
    """How many alerts of each change, the most serious first."""
    lines: tuple[str, ...]
    """One for each alert, the most serious first; at most MOST_LINES of them."""

    @property
    def alerts(self) -> int:
        """How many alerts there are, those without a line too."""
        return sum(self.counts.values())

    def document(self) -> dict[str, Any]:
        """The group as the history keeps it; `from_document` gives it back."""
        # A list keeps the order where a mapping might come back sorted.
        counts = [[what, count] for what, count in self.counts.items()]
        return {"watch": self.watch, "homes": self.homes, "counts": counts, "lines": list(self.lines)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The group that `document` made."""
        return cls(
            watch=document["watch"],
            homes=document["homes"],
            counts=dict(document["counts"]),
            lines=tuple(document["lines"]),
        )
