"""How one home stands now: its rating and since when, what came before, what is to be expected next; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from watcher.facts.inspection import Inspection, Sort, grade_values
from watcher.facts.statements import HomeRecord, Record
from watcher.judging.judge import expected_by
from watcher.judging.register import Entry, Inspected, Sector, is_sure
from watcher.judging.rhythm import Rhythms, Window


@dataclass(frozen=True, slots=True)
class Latest:
    """What the last inspections of a home say, beyond what is counted with, and what its pages say of it."""

    present: Inspection | None
    """The one that gives its rating."""
    visit: Inspection | None
    """The latest of any kind."""
    confirmed: date | None
    """The last day on which a page of its own said that it is there."""
    page_read: date | None
    """The last day on which a page of its own was read: everything published until then is known."""
    described: date | None
    """The last day on which anything said something of it."""

    @classmethod
    def of(cls, home: HomeRecord, records: Sequence[Record]) -> Self:
        """Of all records of a home, in the order of the visits; withdrawn and retold ones count for nothing."""
        sure = [record.inspection for record in reversed(records) if is_sure(record)]
        status = home.facts.get("status")
        pages = [source.as_of for _, source in home.facts.values() if source.sort is Sort.PAGE]
        pages += [source.as_of for visit in sure for source in visit.sources if source.sort is Sort.PAGE]
        return cls(
            present=next((visit for visit in sure if visit.rating), None),
            visit=sure[0] if sure else None,
            confirmed=status[1].as_of if status is not None and status[1].sort is Sort.PAGE else None,
            page_read=max(pages, default=None),
            described=max((source.as_of for _, source in home.facts.values()), default=None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeStanding:
    """How one home stands on a day; None for what is not known."""

    is_there: bool
    """Whether it is on the newest list or was registered or seen since, and is not known to be gone."""
    status: str | None
    """Its registration status, or that it is not on the newest list."""
    rating: str | None = None
    rating_since: date | None = None
    """When the first inspection of the unbroken run of this rating became known."""
    areas: Mapping[str, str]
    """The normalised word of each area of the inspection that gave the rating."""
    headline: str | None = None
    """The area that is the rating."""
    inspected: date | None = None
    """The first day of that inspection."""
    published: date | None = None
    last_visit: date | None = None
    last_visit_kind: str | None = None
    previous_rating: str | None = None
    """The grade before the run of the present one."""
    inadequate_since: date | None = None
    expect_news_by: date | None = None
    """By when something is to be published about a home that stands inadequate."""
    is_overdue: bool | None = None
    """Whether that day has passed without news; None where nobody has looked since."""
    next_due: Window | None = None
    link: str | None = None


def standing(entry: Entry, latest: Latest, sector: Sector, rhythms: Rhythms, day: date) -> HomeStanding:
    """How a home stands on a day that is not before anything known of it."""
    run = present_run(entry.graded)
    present = latest.present
    is_there, status = _status(entry, latest, sector.newest_list(day))
    awaited = _awaited(entry, latest, sector) if run and run[-1].is_inadequate and is_there else None
    before = entry.graded[-len(run) - 1] if len(entry.graded) > len(run) else None
    return HomeStanding(
        is_there=is_there,
        status=status,
        rating=run[-1].grade if run else None,
        rating_since=run[0].known if run else None,
        areas=grade_values(present) if present else {},
        headline=present.headline if present else None,
        inspected=present.inspected if present else None,
        published=present.published if present else None,
        last_visit=latest.visit.inspected if latest.visit else None,
        last_visit_kind=latest.visit.kind.value if latest.visit else None,
        previous_rating=before.grade if before else None,
        inadequate_since=run[0].known if run and run[-1].is_inadequate else None,
        expect_news_by=awaited,
        is_overdue=_is_overdue(awaited, latest.described, day),
        next_due=_next_due(entry, latest, sector, rhythms, day) if is_there else None,
        link=(present.link if present else None) or entry.home.link or _link(latest),
    )


def present_run(graded: Sequence[Inspected]) -> Sequence[Inspected]:
    """The unbroken run of the present grade, oldest first; empty for a home that was never graded."""
    run: list[Inspected] = []
    for visit in reversed(graded):
        if run and visit.grade != run[0].grade:
            break
        run.insert(0, visit)
    return run


def _link(latest: Latest) -> str | None:
    return latest.visit.link if latest.visit else None


def _status(entry: Entry, latest: Latest, listed: date | None) -> tuple[bool, str | None]:
    """Whether a home is there, and its status in words."""
    home = entry.home
    if entry.gone is not None:
        return False, home.status
    if listed is None or listed in entry.listed:
        return True, home.status
    days = [home.registered, latest.confirmed, latest.visit.inspected if latest.visit else None]
    if any(day is not None and day > listed for day in days):
        return True, home.status
    return False, f"not on the list of {listed.day} {listed:%B} {listed.year}"


def _awaited(entry: Entry, latest: Latest, sector: Sector) -> date | None:
    """By when news of a home that stands inadequate is to be expected; None once something came, or without promise."""
    promise, newest = sector.regulator.promise(entry.home.type), entry.graded[-1]
    if latest.present is None or promise is None or any(visit.known > newest.known for visit in entry.visits):
        return None
    return expected_by(latest.present, promise, sector.usual_delay(promise))


def _is_overdue(awaited: date | None, looked: date | None, day: date) -> bool | None:
    if awaited is None or day <= awaited:
        return False
    return True if looked is not None and looked > awaited else None


def _next_due(entry: Entry, latest: Latest, sector: Sector, rhythms: Rhythms, day: date) -> Window | None:
    """The window of the next full inspection; None where one since the last that is known may have been missed."""
    if not entry.graded:
        return None
    newest = entry.graded[-1]
    since = [newest.inspected, *([latest.page_read] if latest.page_read else [])]
    if not any(sector.complete_since(day, known) == known for known in since):
        return None
    rhythm = rhythms.of(entry.family, newest.grade)
    return rhythm.due(newest.inspected, sector.regulator.comes_back(entry.home.type)) if rhythm else None
