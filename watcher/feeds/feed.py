"""Places where inspections are published and that are polled; a publisher is one folder here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from watcher.facts.inspection import Home, Inspection
from watcher.facts.quotes import Findings

Cursor = Mapping[str, Any]
"""Where a feed stands, as JSON; only the feed itself reads it."""


class Outcome(StrEnum):
    """What one poll of a feed came to."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    MALFORMED = "malformed"
    IMPLAUSIBLE = "implausible"

    @property
    def is_good(self) -> bool:
        """Whether the feed was read and believed."""
        return self in (Outcome.CHANGED, Outcome.UNCHANGED)


ODD = (Outcome.MALFORMED, Outcome.IMPLAUSIBLE)
"""The outcomes of readings that were answered and could not be understood or believed."""


class Trouble(StrEnum):
    """What sort of thing could not be told: the problems of one feed and sort are one matter of the operator's."""

    LIST = "list"
    """An entry of a list that names the homes."""
    PAGE = "page"
    """A home's page as a whole."""
    LINE = "line"
    """One line of a home's page; the rest of it was taken."""
    REPORT = "report"
    """A report that is there and could not be read for certain."""
    MISSING = "missing"
    """A report whose link leads to nothing."""
    GRADE = "grade"
    """A grade or a kind of inspection that no list knows, or a grade that has vanished."""
    RETOLD = "retold"
    """What a report says of earlier inspections."""
    REPEATED = "repeated"
    """What was told before and has come again."""
    FILE = "file"
    """A published file, or rows of one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a reading could not tell."""

    where: str
    """The page, file and row, or home; stable from reading to reading, so that it is told once."""
    what: str
    """What was found and what to do, in one or two sentences."""
    trouble: Trouble
    home: str | None = None
    unread: Inspection | None = None
    """The inspection as its page states it, without grades, where its report is what could not be read."""
    is_background: bool = False
    """Whether that inspection would only be known, and told to nobody, if its report could be read."""
    lasts: timedelta | None = None
    """For how long it stands though its home is read again without it; None for what each reading finds anew."""
    visit: str | None = None
    """The inspection it is about, as `Inspection.visit`: it is over once that is known, or known otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Official files that came out together, months after what they tell: taken in as `import` takes them.

    Nobody but the operator hears of it, not even of homes that have closed; and it is no reading of a publisher who is
    watched: what only a release brought was never seen.
    """

    title: str
    """As its publisher calls it."""
    link: str | None = None
    key: str = ""
    """Tells this state of it from every other, so that each is told of once."""
    homes: tuple[Home, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    """Every statement of its files but those among the reading's `inspections`, which the watched feeds have missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one poll of a feed yielded."""

    outcome: Outcome
    detail: str = ""
    """One line for the operator: what was read, or what went wrong and what to do."""
    homes: tuple[Home, ...] = ()
    """As they are said to be now: that one has closed is told; those of a `release` are not among them."""
    inspections: tuple[Inspection, ...] = ()
    """To be judged: published since this feed has been watched, or said differently than before."""
    findings: Mapping[str, Findings] = field(default_factory=dict)
    """What inspectors found, by the key of those of `inspections` whose reports were read."""
    background: tuple[Inspection, ...] = ()
    """To be known without telling anybody: the silent baseline, and gaps of the history before it."""
    release: Release | None = None
    """Official files, which are background too: what they fill and contradict is told to the operator in one line."""
    listings: Mapping[str, tuple[Inspection, ...]] = field(default_factory=dict)
    """For each home whose page was read completely, every inspection that the page lists."""
    problems: tuple[Problem, ...] = ()
    unfinished: frozenset[str] = frozenset()
    """The homes, by key, of which the page was read and a report could not be fetched for the moment."""
    cursor: Cursor = field(default_factory=dict)
    """Where to go on; that of the poll before unless the outcome is good."""
    newest: date | None = None
    """The latest date of publication that the feed shows of any home, today's at most; None if it shows none."""
    baseline: int | None = None
    """Of how many homes the silent baseline consists, in the reading that completes it."""
    retry_after: datetime | None = None
    """Not before this, if the publisher asked for it."""
    rows: int = 0
    """Of how many homes the table consists of which it names those alone that have changed; 0 where there is none."""
    goes_on: bool = False
    """Whether it ended early with more to be read, so that its feed is asked again soon, whatever its pace."""
    in_part: bool = False
    """Whether what is good in it was read all the same: then its feed is asked again at its usual pace."""


class Knowledge(Protocol):
    """What a feed may ask of the history while it reads."""

    def inspections(self, home: str) -> Sequence[Inspection]:
        """Everything known of a home, by its key."""
        ...

    def latest_published(self, home: str) -> date | None:
        """The day of the latest publication known of a home, by its key, that has not been withdrawn."""
        ...

    def standing_inadequate(self) -> Sequence[str]:
        """The keys of the homes whose present rating is inadequate, those that are gone left out."""
        ...

    def watched_since(self, regulator: str, kind: str | None) -> date | None:
        """Since when another feed has brought homes of this kind; None if none that is read now does.

        May take a second, and may be asked in another thread.
        """
        ...

    def newest_list(self, regulator: str) -> tuple[date, int] | None:
        """The day of the newest list of all providers of a regulator, and how many it names; None without a list."""
        ...


class Feed(Protocol):
    """A publisher that can be polled."""

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        ...

    async def read(self, cursor: Cursor, knowledge: Knowledge, now: datetime) -> Reading:
        """One poll: never raises for anything the publisher does; the outcome says it."""
        ...

    async def check(self) -> Sequence[Problem]:
        """Tries the publisher without reading everything; what is wrong, or nothing."""
        ...

    async def close(self) -> None:
        """Lets go of connections and worker processes."""
        ...
