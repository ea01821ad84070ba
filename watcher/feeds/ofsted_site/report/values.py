"""What a report says, as plain values; nobody's name is in any of them."""

from dataclasses import dataclass
from datetime import date

from watcher.facts.inspection import Grade, Judgement, Kind
from watcher.facts.quotes import Findings

NO_FINDINGS = Findings(unread="nothing is quoted from documents of this kind")


@dataclass(frozen=True, slots=True)
class Previous:
    """An earlier inspection, as a row of a report's table "Recent inspection history" tells it."""

    inspected: date
    kind: Kind
    grade: Grade
    """Of the printed word; blank where the row has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that was understood."""

    kind: Kind
    what: str
    """The kind in its own words."""
    urn: str | None = None
    """None for documents that are not about one home."""
    inspected: date | None = None
    inspected_to: date | None = None
    owner: str | None = None
    judgements: tuple[Judgement, ...] = ()
    """In the order printed: overall, protected, leaders for homes; empty for a visit that isn't graded."""
    last: date | None = None
    """The date of the inspection before, where it is printed."""
    previous: tuple[Previous, ...] = ()
    """Earlier inspections, as far as the report lists them."""
    findings: Findings = NO_FINDINGS


@dataclass(frozen=True, slots=True)
class CouldNotTell:
    """A report that was not understood for certain, and why."""

    reason: str
