"""Where the reading of the site stands from one poll to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from watcher.facts.stored import adapter, read
from watcher.feeds.ofsted_site.majority import Run
from watcher.feeds.ofsted_site.remit import HOMES, Remit
from watcher.feeds.ofsted_site.search import SearchEntry
from watcher.feeds.web.validators import Validators

_OTHERS = "others"


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A result page as it was read, so that an unchanged one need not be parsed."""

    address: str
    validators: Validators
    digest: str
    count: int
    rows: int
    entries: tuple[SearchEntry, ...]
    """Of its remit only."""
    others: int = 0
    """How many more entries it has, of other kinds of provider."""
    illegible: int = 0


@dataclass(frozen=True, slots=True)
class Baseline:
    """The first complete reading, which tells nobody anything."""

    since: date
    """The day from which the first reading looked."""
    begun: date
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """A home that is looked at once more, because the site shows dates but no times."""

    step: int
    due: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A home whose page or report could not be read."""

    times: int
    due: datetime
    latest: date | None
    of_baseline: bool
    """Whether it belongs to the silent baseline still."""
    late: bool = False
    """As `Due.late`."""
    is_common: bool = False
    """Whether it failed as most others did: once one of them is read, it is tried again at once."""


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A report whose link stands and leads to nothing."""

    urn: str
    since: date
    times: int
    due: datetime
    """When it is asked for again."""
    of_baseline: bool = False
    moved: bool = False
    """Whether it is news once it comes, whatever its date: it had appeared, or its home's date had moved to it."""
    is_listed: bool = True
    """Whether its link stood on the page when that was last read."""


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A report file that was read, and is looked at again in case that it is replaced under its own number."""

    urn: str
    looks: int
    due: datetime
    digest: str = ""
    """Empty if its bytes are not known: then its grades are compared."""
    validators: Validators = field(default_factory=Validators)


@dataclass(frozen=True, slots=True)
class SlowSweep:
    """How far the slow pass over the whole list has come; it goes from late dates to early ones."""

    passes: int = 0
    """How many are complete; the first one is a silent baseline of its own."""
    until: date | None = None
    """The last of the days that are read next; None before a pass begins."""
    days: int = 14
    """How many days are read at once."""
    due: datetime | None = None
    waiting: tuple[SearchEntry, ...] = ()
    """Homes with a report later than any known, whose pages are read next."""


@dataclass(slots=True)
class Progress:
    """What the cursor holds of one remit; a reading works on its own copy."""

    categories: tuple[str, ...] = ()
    """Numbers of the wanted categories in the search form."""
    categories_wanted: tuple[str, ...] = ()
    categories_read: date | None = None
    baseline: Baseline | None = None
    read: datetime | None = None
    """When the last complete good reading began."""
    pages: tuple[KeptPage, ...] = ()
    homes: dict[str, date] = field(default_factory=dict)
    """Latest date shown of each home when its page was last read."""
    again: dict[str, Again] = field(default_factory=dict)
    not_before: dict[str, date] = field(default_factory=dict)
    """When a home whose page is looked at from time to time is due next."""
    failures: dict[str, Failure] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    """Failures in the same way, of pages (`page`) and of report files (`report`)."""
    missing: dict[str, MissingFile] = field(default_factory=dict)
    """By the number of the file, as are the next."""
    watched: dict[str, WatchedFile] = field(default_factory=dict)
    slow: SlowSweep = SlowSweep()
    addressed: dict[str, str] = field(default_factory=dict)
    """The category in the address of a home's page, where it is not the usual one of its remit."""
    noted: datetime | None = None
    """When the last reading began that noted anything here; None if an older version did."""

    def window(self, look_back: timedelta, today: date) -> date:
        """The first day to look at: it stays behind through an outage, and until the first reading is complete.

        It does not go back behind the first reading's: what that did not look at was never taken in, and is no news.
        """
        begun = self.baseline.begun if self.baseline else today
        first = min(today, self.read.date() if self.read else begun) - look_back
        return max(first, self.baseline.since) if self.baseline and self.baseline.complete else first

    def prune(self, since: date, today: date) -> None:
        """Forgets homes without a document since a day, if nothing is outstanding about them."""
        self.not_before = {urn: due for urn, due in self.not_before.items() if due > today}
        self.homes = {urn: latest for urn, latest in self.homes.items() if latest >= since}
        self.again = {urn: again for urn, again in self.again.items() if urn in self.homes}


def load(cursor: Mapping[str, Any], remit: Remit = HOMES) -> Progress:
    """The progress of a remit in a cursor; raises ValueError for one that this version can't read."""
    return read(Progress, dict(cursor_of(cursor, remit)))


def cursor_of(cursor: Mapping[str, Any], remit: Remit) -> Mapping[str, Any]:
    """The part of a cursor that is a remit's."""
    if remit is HOMES:
        return {key: value for key, value in cursor.items() if key != _OTHERS}
    part: Mapping[str, Any] = cursor.get(_OTHERS, {}).get(remit.name, {})
    return part


def dump(progress: Progress) -> dict[str, Any]:
    """The progress of one remit as JSON."""
    dumped: dict[str, Any] = adapter(Progress).dump_python(progress, mode="json", exclude_defaults=True)
    return dumped


def with_progress(cursor: Mapping[str, Any], remit: Remit, progress: Mapping[str, Any]) -> dict[str, Any]:
    """The cursor with what was dumped of a remit; that of the others, of those that are not read any more too, stays.

    That of homes stands at the top, where it stood before there were others.
    """
    others: Mapping[str, Any] = cursor.get(_OTHERS, {})
    if remit is HOMES:
        return {**progress, **({_OTHERS: others} if others else {})}
    return {**cursor, _OTHERS: {**others, remit.name: progress}}
