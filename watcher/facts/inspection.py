"""The facts: homes, inspections, judgements and grades, as inspectors publish them; all values are frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol, Self

from watcher.facts import regulators
from watcher.facts.scales import Scale
from watcher.facts.sources import Sort, Source

GONE = frozenset({"closed", "resigned", "cancelled", "deregistered"})
"""Registration statuses of a home that is no longer one."""


class Kind(StrEnum):
    """What sort of visit an inspection was, whatever its regulator printed."""

    FULL = "full"
    INTERIM = "interim"
    MONITORING = "monitoring"
    ASSURANCE = "assurance"
    EMERGENCY = "emergency"
    FOCUSED = "focused"
    """A visit to an authority that looks at some of its work, without grades."""
    UNRATED = "not rated"
    """An inspection whose report its regulator publishes without a rating."""
    OTHER = "other"


class Dated(StrEnum):
    """What the day is by which an inspection is ordered."""

    INSPECTED = "inspected"
    PUBLISHED = "published"
    SEEN = "seen"
    """Its publisher gives no day: it is that on which it was first seen."""


class Standing(StrEnum):
    """What the words in a judgement's place amount to."""

    GRADED = "graded"
    INTERIM = "interim"
    """A word of its own kind that moves no rating, such as "sustained effectiveness"."""
    NOT_JUDGED = "not judged"
    BLANK = "blank"
    NULL = "null"
    UNKNOWN = "unknown"
    """A word no list knows: a person must look."""


@dataclass(frozen=True, slots=True)
class Grade:
    """A word on a scale with its rank, or the reason why it is none; `words` keeps the print."""

    value: str
    words: str
    standing: Standing
    scale: Scale | None = None

    @property
    def is_graded(self) -> bool:
        """Whether this moves a rating."""
        return self.standing is Standing.GRADED

    @property
    def rank(self) -> int | None:
        """Position on its scale, 1 is best; None for what is not on one."""
        return self.scale.rank(self.value) if self.scale else None

    @property
    def is_inadequate(self) -> bool:
        """Whether its scale counts it as inadequate."""
        return self.scale is not None and self.value in self.scale.inadequate

    def means_the_same_as(self, other: "Grade") -> bool:
        """Whether both say the same, however it is spelled."""
        return (self.value, self.standing, self.scale) == (other.value, other.standing, other.scale)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One graded area of an inspection; `area` is its regulator's key for it, such as `overall`."""

    area: str
    grade: Grade


@dataclass(frozen=True, kw_only=True)  # without slots, so that what is asked over and over can be kept
class Inspection:
    """One visit and its published outcome: as one source states it, or merged from several."""

    home: str
    kind: Kind
    inspected: date | None = None
    """First day of the visit; None where its publisher does not say it."""
    inspected_to: date | None = None
    """Last day, where the source says it."""
    published: date | None = None
    seen: date | None = None
    """The day on which it was first seen, where neither of the two is published; then it stands for both."""
    turn: int = 0
    """Which of the states that were first seen on its day it is, where it has no other day; else its place among others
    of its day, where its regulator says which came first."""
    event: str | None = None
    """The regulator's event number; None until a source gives a sound one."""
    document: str | None = None
    """The site's id of the report file."""
    link: str | None = None
    judgements: tuple[Judgement, ...] = ()
    headline: str = "overall"
    """The area whose grade is the home's rating under this inspection's framework."""
    sources: tuple[Source, ...] = ()

    @classmethod
    def made(cls, **fields: Any) -> Self:
        """One of all its fields, without its constructor: four times as fast, where tens of thousands are read."""
        inspection = cls.__new__(cls)
        inspection.__dict__.update(fields)
        return inspection

    @property
    def day(self) -> date:
        """The day by which it is ordered and known: of the visit, else of the publication, else when it was first seen.

        With a regulator of many of whose visits the day is not told, the day of the publication comes first.
        """
        return day_of(self.home, self.inspected, self.published, self.seen)

    @property
    def dated(self) -> Dated:
        """What its day is."""
        return dated_by(self.home, self.inspected, self.published)

    @property
    def key(self) -> str:
        """`regulator:id:event`, or `regulator:id:YYYY-MM-DD:kind`, with its day, without an event number."""
        return f"{self.home}:{self.event}" if self.event else self.visit

    @property
    def visit(self) -> str:
        """`regulator:id:YYYY-MM-DD:kind`, which names the visit for sources without event numbers too."""
        return f"{self.home}:{self.day}:{self.kind}{f':{self.turn + 1}' if self.turn and not self.event else ''}"

    def grade(self, area: str) -> Grade | None:
        """What was said of one area; None where the source has no such area."""
        return next((judgement.grade for judgement in self.judgements if judgement.area == area), None)

    @cached_property
    def rating(self) -> Grade | None:
        """The headline's grade if this inspection moves the home's rating: a full inspection, graded."""
        grade = self.grade(self.headline)
        return grade if self.kind is Kind.FULL and grade is not None and grade.is_graded else None

    @property
    def is_retold(self) -> bool:
        """Whether only a later report tells of it: then nobody has been told, and its own report may yet come."""
        for source in self.sources:
            if source.sort is not Sort.RETOLD:
                return False
        return bool(self.sources)

    @property
    def own_sources(self) -> tuple[Source, ...]:
        """Those that speak of this inspection itself, not of one after it."""
        return tuple(source for source in self.sources if source.sort is not Sort.RETOLD)

    @property
    def has_doubtful_publication(self) -> bool:
        """Whether the source has it published before the visit: a typing error upstream, not used for ordering."""
        return self.published is not None and self.inspected is not None and self.published < self.inspected

    @property
    def became_known(self) -> date:
        """The day its readers could know: the date published, or the day inspected or seen where that is unknown."""
        return self.day if self.published is None or self.has_doubtful_publication else self.published

    @cached_property
    def order(self) -> tuple[date, date, str]:
        """Sorts a home's inspections by the time of the visits, never by arrival."""
        if self.event and self.turn:
            # Beyond all letters of events, or before them.
            return (self.day, self.became_known, f"{'~' * self.turn if self.turn > 0 else '!'}{self.event}")
        return (self.day, self.became_known, self.event or (f"{self.turn:04}" if self.turn else ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One inspected service, as published; what its regulator withholds is None."""

    regulator: str
    id: str
    type: str | None = None
    """Kind of provider in the regulator's words, case folded."""
    name: str | None = None
    owner: str | None = None
    brand: str | None = None
    """Under which name several owners run their homes, as published."""
    local_authority: str | None = None
    region: str | None = None
    constituency: str | None = None
    """The parliamentary constituency in which it lies, of those at the time of its source."""
    sector: str | None = None
    """Whose it is in its regulator's words, case folded: `private`, `voluntary`, `local authority`."""
    status: str | None = None
    """Registration status in the regulator's words, case folded: `active`, `resigned`, `closed`."""
    registered: date | None = None
    closed_on: date | None = None
    """The first day on which it was no home any more, where its regulator says it."""
    places: int | None = None
    link: str | None = None
    predecessors: tuple[str, ...] | None = None
    """The keys of the registrations that this one continues, as its regulator says."""
    successors: tuple[str, ...] | None = None
    """The keys of the registrations that continue it."""
    source: Source | None = None

    @classmethod
    def named(cls, key: str) -> Self:
        """A home of which its key is all that is known."""
        regulator, _, identity = key.partition(":")
        return cls(regulator=regulator, id=identity)

    @property
    def key(self) -> str:
        """`regulator:id`, e.g. `ofsted:SC478986`."""
        return f"{self.regulator}:{self.id}"


class Described(Protocol):
    """What a home is chosen, found and listed by: a home, or as little of one as is kept of each of thousands."""

    @property
    def regulator(self) -> str:
        """Its key."""
        ...

    @property
    def id(self) -> str:
        """The home's number."""
        ...

    @property
    def key(self) -> str:
        """`regulator:id`."""
        ...

    @property
    def type(self) -> str | None:
        """As `Home.type`; so are the others."""
        ...

    @property
    def owner(self) -> str | None:
        """Who runs it."""
        ...

    @property
    def local_authority(self) -> str | None:
        """Its area."""
        ...

    @property
    def region(self) -> str | None:
        """Its region."""
        ...

    @property
    def constituency(self) -> str | None:
        """Its constituency."""
        ...


HOME_FACTS = (
    "type",
    "name",
    "owner",
    "brand",
    "local_authority",
    "region",
    "constituency",
    "sector",
    "status",
    "registered",
    "closed_on",
    "places",
    "link",
    "predecessors",
    "successors",
)
"""The fields of a Home that sources state and that can change."""


def grade_values(inspection: Inspection) -> Mapping[str, str]:
    """The normalised word of each area, in the order published, without blanks."""
    return {
        judgement.area: judgement.grade.value
        for judgement in inspection.judgements
        if judgement.grade.standing not in (Standing.BLANK, Standing.NULL)
    }


def dated_by(home: str, inspected: date | None, published: date | None) -> Dated:
    """What the day is that `day_of` gives."""
    if inspected and not (published and regulators.of_home(home).orders_by_publication):
        return Dated.INSPECTED
    return Dated.PUBLISHED if published else Dated.SEEN


def day_of(home: str, inspected: date | None, published: date | None, seen: date | None) -> date:
    """By which day an inspection of a home, by its key, is ordered; raises ValueError where it has none at all."""
    first, second = inspected, published
    if regulators.of_home(home).orders_by_publication:
        first, second = second, first
    day = first or second or seen
    if day is None:
        raise ValueError(f"an inspection of {home} has no day at all")
    return day
