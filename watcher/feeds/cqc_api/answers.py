"""What the API answers, as values; the texts of its reports and the names of people are left out on reading."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from watcher.errors import CouldNotTellError


class UnexpectedAnswerError(CouldNotTellError):
    """An answer that is not what the API is known to give."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: of locations, or of those that have changed."""

    ids: tuple[str, ...]
    total: int | None
    """How many the whole list has, as the page says."""
    next: str | None
    """The address of the next page, as the page says it."""


class Spot(StrEnum):
    """Where in the answer about a location an inspection stands."""

    CURRENT = "current"
    HISTORY = "history"
    ASSESSMENT = "assessment"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One inspection as the answer about a location has it."""

    spot: Spot
    event: str
    """The id of its report, or of the plan of an assessment; empty where there is none."""
    published: date
    inspected: date | None = None
    words: tuple[tuple[str, str], ...] = ()
    """What is printed for each area, by its key."""
    origin: str = ""
    """The location that was inspected, where the rating is inherited."""
    groups: int = 1
    """Of how many groups of services it has a rating; of several none is the overall one."""

    @property
    def overall(self) -> str:
        """What is printed for the whole location."""
        return dict(self.words).get("overall", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """The answer about one location, as far as it is of use."""

    id: str
    status: str
    name: str | None = None
    type: str | None = None
    provider: str | None = None
    brand: str | None = None
    local_authority: str | None = None
    region: str | None = None
    constituency: str | None = None
    directorate: str = ""
    is_care_home: bool = False
    places: int | None = None
    registered: date | None = None
    closed_on: date | None = None
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()
    said: tuple[Stated, ...] = ()
    doubts: tuple[tuple[str, str], ...] = ()
    """What could not be understood: a name for it that is the same at every location, and what it is."""


@dataclass(frozen=True, slots=True)
class Provider:
    """The answer about a provider: its name, unless it is a person's."""

    id: str
    name: str | None
