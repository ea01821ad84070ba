"""What the history tells around a change: how long the former grade stood, the owner, the area, the country.

Plain values, complete on their own, so that a message needs nothing looked up; `watcher.judging.around` finds them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from watcher.facts.inspection import Dated


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A graded inspection of the home's history."""

    inspected: date
    """Its day: of the visit, or what `dated` says."""
    grade: str
    """The normalised word."""
    words: str = ""
    """As it was printed, where that was another word."""
    is_lowest: bool = False
    """Whether it is the grade of its lowest area, for want of an overall one."""
    dated: Dated = Dated.INSPECTED
    home_id: str = ""
    """Under which former number of the home it was; empty for its present one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A registration that a home had before, as its regulator states it."""

    home: str
    """Its key."""
    until: date | None = None
    """The day on which the next began, where that is known."""

    @property
    def home_id(self) -> str:
        """Its number."""
        return self.home.partition(":")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """For how long a grade had been the home's when the change became known."""

    grade: str
    since: date
    """When the first inspection of the unbroken run became known."""
    days: int
    inspections: int
    """How many inspections in a row gave it."""
    from_the_beginning: bool
    """Whether it is the first grade known of the home: it may have stood longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Another home's drop to inadequate."""

    home_id: str
    local_authority: str | None
    known: date
    now: str
    """That home's present grade; empty if it is not known to be open any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """How the homes of the same owner stand, this one among them."""

    name: str
    group: str | None = None
    """The configured group that the owner is in; then the homes are the group's."""
    grades: Mapping[str, int] = field(default_factory=dict)
    """How many homes have each grade, the best first."""
    drops: tuple[Drop, ...] = ()
    """The last to inadequate of each of its other homes, the latest first."""
    more_drops: int = 0
    """How many more homes dropped than are named."""
    drops_since: date | None = None
    """Since when those are counted; None where the history has no unbroken record of them."""
    similar: Mapping[str, int] = field(default_factory=dict)
    """Owners whose names differ by region or legal form alone, and how many homes each has: perhaps one group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How the homes of an area or of the country stand."""

    name: str
    grades: Mapping[str, int] = field(default_factory=dict)
    inadequate: int | None = None
    """Full inspections found inadequate since `Context.counted_since`, this one among them; None if not known."""


SAID_BY_REGULATOR = "its regulator says so"
"""The reason beside which no other is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another registration that may be the same home's: offered with its reasons, never merged."""

    home_id: str
    owner: str | None
    local_authority: str | None
    registered: date | None
    reasons: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        """Whether its regulator says that it is the same home's; else it is a guess."""
        return SAID_BY_REGULATOR in self.reasons

    def contract(self) -> dict[str, Any]:
        """The JSON object that programs get: `home` by its regulator's id, with the reasons of the guess."""
        return {
            "home": self.home_id,
            "owner": self.owner,
            "local_authority": self.local_authority,
            "registered": self.registered.isoformat() if self.registered else None,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the history told on one day around one change."""

    day: date
    """All of it is as known on this day."""
    family: str
    """The kind of home that is counted."""
    stood: Stood | None = None
    past: tuple[Past, ...] = ()
    """Every graded inspection of the home known on the day, oldest first, this one among them."""
    owner: Owner | None = None
    area: Place | None = None
    country: Place | None = None
    counted_since: date | None = None
    listed: date | None = None
    """The day of the list of all homes that the counts begin with; None if there is none."""
    expected_by: date | None = None
    """By when the next publication about an inadequate home is to be expected."""
    related: tuple[Related, ...] = ()
    former: tuple[Former, ...] = ()
    """Its registrations before the present one, the latest first."""
