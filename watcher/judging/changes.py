"""The changes there are: what one new or altered inspection means for its home."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import orjson

from watcher.facts.inspection import Inspection, grade_values
from watcher.facts.owners import same_owner


class What(StrEnum):
    """The changes there are, in the words readers and configurations use."""

    DROPPED_TO_INADEQUATE = "dropped to inadequate"
    FIRST_INADEQUATE = "first inspection inadequate"
    STILL_INADEQUATE = "still inadequate"
    RECOVERED = "recovered"
    DROPPED = "dropped"
    IMPROVED = "improved"
    AREA_INADEQUATE = "area inadequate"
    VISITED = "visited"
    LATE = "late"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    OVERDUE = "overdue"
    GROUP_CONCERN = "group concern"


NEWLY_INADEQUATE = frozenset({What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE})
"""The changes by which a home is found inadequate that was not so before."""

TO_ACKNOWLEDGE = (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.GROUP_CONCERN)
"""The changes that somebody is asked to take in hand."""

MOVES = frozenset(
    {
        What.DROPPED_TO_INADEQUATE,
        What.FIRST_INADEQUATE,
        What.STILL_INADEQUATE,
        What.RECOVERED,
        What.DROPPED,
        What.IMPROVED,
        What.AREA_INADEQUATE,
        What.GROUP_CONCERN,
    }
)
"""The changes that a new graded inspection brings, sometimes several of them at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInadequate:
    """An inspection of another home that was inadequate."""

    home: str
    """Its home's key."""
    local_authority: str | None = None
    inspected: date | None = None
    published: date | None = None
    seen: date | None = None
    """The day on which it was first seen, where neither is published."""

    def contract(self) -> dict[str, Any]:
        """The JSON object that programs get."""
        inspected = self.inspected.isoformat() if self.inspected else None
        published = self.published.isoformat() if self.published else None
        return {"home": self.home, "inspected": inspected, "published": published}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """That several homes of one owner or group were found inadequate within a year."""

    group: str
    """The configured group, or the owner as it is published."""
    is_owner: bool = False
    """Whether it is the owner's name, for want of a group."""
    others: tuple[FoundInadequate, ...]
    """The inadequate inspections of the other homes, the newest first."""

    @property
    def homes(self) -> int:
        """How many homes were found inadequate, the one that is told of among them."""
        return len({other.home for other in self.others}) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one inspection means for its home."""

    what: What
    inspection: Inspection
    before: Inspection | None = None
    """The graded inspection before it by date inspected, as far as was known."""
    days_inadequate: int | None = None
    superseded_by: Inspection | None = None
    """The newer graded inspection that was known already, or that came in the same reading."""
    was: Inspection | None = None
    """The same inspection as it was known before a correction."""
    gone: date | None = None
    """The day on which it was found gone from its page, where it has been issued again since."""
    concern: Concern | None = None
    """Whose further home it is, of a group concern."""

    @property
    def home(self) -> str:
        """The home's key."""
        return self.inspection.home

    @property
    def is_reissue_alone(self) -> bool:
        """Whether the inspection has been issued again and says what it said before it had gone."""
        return (
            self.gone is not None and self.was is not None and grade_values(self.was) == grade_values(self.inspection)
        )

    @property
    def id(self) -> str:
        """16 hex digits of the content alone: what a source adds later (an event number, a link) does not alter it.

        From the third state of one day on its turn is part of it: only that tells it from the same state before.
        """
        content = (
            self.what,
            self.home,
            self.inspection.kind,
            self.inspection.day.isoformat(),
            dict(grade_values(self.inspection)),
            dict(grade_values(self.was)) if self.was else None,
            *((same_owner(self.concern.group),) if self.concern else ()),
            *((self.inspection.turn,) if self.inspection.turn > 1 else ()),
        )
        return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about an inspection that no rule can judge: for the operator."""

    inspection: Inspection
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What judging yielded: changes for readers, doubts for the operator."""

    changes: tuple[Change, ...] = ()
    doubts: tuple[Doubt, ...] = ()


BY_SERIOUSNESS = (
    What.DROPPED_TO_INADEQUATE,
    What.FIRST_INADEQUATE,
    What.GROUP_CONCERN,
    What.STILL_INADEQUATE,
    What.AREA_INADEQUATE,
    What.CLOSED,
    What.OVERDUE,
    What.DROPPED,
    What.CORRECTED,
    What.WITHDRAWN,
    What.RECOVERED,
    What.VISITED,
    What.IMPROVED,
    What.LATE,
)
"""Every change, the most serious first. A correction may be a drop, so it stands before what is merely news."""
