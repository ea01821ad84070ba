"""A watch's report: the table of its homes, what changed since the report before, the country beside them.

Complete on its own; `watcher.rounds.reports` makes it, and keeps it as short as a mail may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from watcher.facts import regulators
from watcher.facts.inspection import Dated
from watcher.facts.stored import ALWAYS
from watcher.messages.days import day_said
from watcher.messages.digest import Unread
from watcher.messages.homes_now import HomesInBrief, homes_now_line
from watcher.messages.numbers import british, british_short, counted
from watcher.text import capital, cut, inert

LONGEST_TITLE = 250
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """How one home stands."""

    home_id: str
    label: str = ""
    """What its readers call it, or its published name; empty without either."""
    local_authority: str = ""
    owner: str = ""
    rating: str = ""
    """The normalised word; empty for one that is not graded yet."""
    is_inadequate: bool = False
    since: date | None = None
    """When the first inspection of the unbroken run of this rating became known."""
    inspected: date | None = None
    """The day of its latest visit of any kind: the first of the visit, or what `dated` says."""
    dated: Dated = Dated.INSPECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChange:
    """What was judged of one home."""

    day: date
    """The local date on which it was seen."""
    title: str
    """The first line of its alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchReport:
    """How the homes of a watch stand, and what changed; without homes it only marks when the reports begin."""

    watch: str
    day: date
    """The local date that it is the report of."""
    schedule: str
    """When it is made, such as `monthly 1`."""
    since: date
    """The local date of the report before it."""
    homes: HomesInBrief | None = None
    country: HomesInBrief | None = None
    """The country beside them; None where the watch covers all of it."""
    rows: tuple[ReportRow, ...] = field(default=(), metadata=ALWAYS)
    """The worst rating first."""
    more_rows: int = 0
    """How many more homes there are."""
    changes: tuple[ReportChange, ...] = field(default=(), metadata=ALWAYS)
    """The latest first."""
    more_changes: int = 0
    unread: tuple[Unread, ...] = ()
    """The feeds that were not read lately: of them there may be news that is not here."""


@dataclass(frozen=True, slots=True)
class RowInWords:
    """One row of the table; every text inert and of bounded length."""

    home: str
    label: str
    whose: str
    """Its area and its owner."""
    rating: str
    since: str
    inspected: str
    is_inadequate: bool

    def plain(self) -> str:
        """The row as a line of plain text."""
        known = ", ".join(part for part in (self.label, self.whose) if part)
        visited = f"; last visit {self.inspected}" if self.inspected else ""
        since = f" since {self.since}" if self.since else ""
        return f"{self.home}{f' ({known})' if known else ''}: {self.rating}{since}{visited}"


def report_title(report: WatchReport) -> str:
    """`Monthly report on placements, 1 November 2026: 60 homes, 1 inadequate, 3 changes`."""
    name = f"{period(report)} report on {inert(report.watch, _LONGEST_NAME)}, {british(report.day)}"
    if report.homes is None:
        return cut(f"{name}: the reports begin after it", LONGEST_TITLE)
    changes = counted(len(report.changes) + report.more_changes, "change")
    each = [report.homes, *report.homes.others]
    if len(each) == 1:
        return cut(f"{name}: {_in_brief(report.homes)}, {changes}", LONGEST_TITLE)
    told = "; ".join(f"{regulators.of(one.regulator).called}: {_in_brief(one)}" for one in each)
    return cut(f"{name}: {told}; {changes}", LONGEST_TITLE)


def _in_brief(homes: HomesInBrief) -> str:
    worst = regulators.of(homes.regulator).worst
    return f"{counted(homes.homes, inert(homes.thing, 60))}, {homes.number_inadequate:,} {worst}"


def period(report: WatchReport) -> str:
    """How often it comes, as its title begins."""
    return "Weekly" if report.schedule.startswith("weekly") else "Monthly"


def standing_lines(report: WatchReport) -> tuple[str, ...]:
    """How the homes stand, and the country beside them."""
    lines = (homes_now_line(homes, report.day) for homes in (report.homes, report.country))
    return tuple(line for line in lines if line)


def row_in_words(row: ReportRow) -> RowInWords:
    """A home of the table in words."""
    whose = [inert(part, _LONGEST_NAME) for part in (row.local_authority, row.owner) if part]
    rating = inert(row.rating, _LONGEST_NAME)
    return RowInWords(
        home=inert(row.home_id, 40),
        label=inert(row.label, _LONGEST_NAME),
        whose=" · ".join(whose),
        rating=capital(rating) or "Not graded yet",
        since=british_short(row.since) if row.since else "",
        inspected=day_said(row.inspected, row.dated) if row.inspected else "",
        is_inadequate=row.is_inadequate,
    )


def change_lines(report: WatchReport) -> tuple[str, ...]:
    """What changed, each with the day on which it was seen, and how many more there are."""
    lines = [f"{british(change.day)}: {inert(change.title, LONGEST_TITLE)}" for change in report.changes]
    more = f"… and {counted(report.more_changes, 'more change')}: watcher alerts lists them"
    return (*lines, *([more] if report.more_changes else []))


def changes_heading(report: WatchReport) -> str:
    """Since when what changed is told, and that nothing did."""
    since = british(report.since)
    return f"What changed since {since}" if report.changes else f"Nothing changed for these homes since {since}"


def more_rows_line(report: WatchReport) -> str:
    """How to see the homes that have no room."""
    if not report.more_rows:
        return ""
    homes = counted(report.more_rows, "more home")
    return f"… and {homes}; whoever runs this watcher sees all with: watcher homes --watch {inert(report.watch, 80)}"


def why_report(report: WatchReport) -> str:
    """Which watch asked for it."""
    return f"Why you get this: watch {inert(report.watch, 200)} reports every {_WORDS[period(report)]}"


_WORDS = {"Weekly": "week", "Monthly": "month"}


def fitting(rows: Sequence[ReportRow], room: int) -> tuple[ReportRow, ...]:
    """As many of the rows as have room in a mail."""
    taken: list[ReportRow] = []
    for row in rows:
        room -= _ROW + len(row_in_words(row).plain().encode())
        if room < 0:
            break
        taken.append(row)
    return tuple(taken)


_ROW = 260
"""Bytes of a row of the table without words: its tags and their styles."""
