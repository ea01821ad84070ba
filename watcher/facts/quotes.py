"""What inspectors found, in their own words: quoted exactly from a report, with the page; never rewritten."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of a report exactly as printed, line breaks apart; it names no person."""

    text: str
    page: int
    """Of the file, 1 is the first."""
    area: str | None = None
    """The judgement in whose section it stands; None outside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a home must do by law, as printed, and until when."""

    text: str
    page: int
    due: date | None = None
    """None where the report gives no date that is understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is quoted of one report, of bounded length."""

    quotes: tuple[Quote, ...] = ()
    """Sentences of the judgements, in the order of the report."""
    requirements: tuple[Requirement, ...] = ()
    """Statutory requirements, in the order of the report."""
    more_requirements: int = 0
    """How many more there are than are quoted."""
    enforcement: Quote | None = None
    """The line on enforcement action since the inspection before."""
    children: Quote | None = None
    """For how many children, and of which age and needs, the home is."""
    unread: str = ""
    """Why nothing could be quoted; empty where something was."""
