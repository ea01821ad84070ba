"""How one home stands now: its rating and since when, what came before, what is to be expected next; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from watcher.facts.grades import is_inadequate, scales_of
from watcher.facts.inspection import Dated, Home
from watcher.judging.judge import expected_by
from watcher.judging.register import Entry, Inspected, Sector
from watcher.judging.rhythm import Rhythms, Window


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
    seen: date | None = None
    """When that inspection was first seen, where neither day is published."""
    last_visit: date | None = None
    last_visit_kind: str | None = None
    last_visit_dated: str = Dated.INSPECTED
    """What the day of the last visit is."""
    previous_rating: str | None = None
    """The grade before the run of the present one."""
    inadequate_since: date | None = None
    expect_news_by: date | None = None
    """By when something is to be published about a home that stands inadequate."""
    is_overdue: bool | None = None
    """Whether that day has passed without news; None where nobody has looked since."""
    next_due: Window | None = None
    link: str | None = None


class InBrief(NamedTuple):
    """As little of how a home stands as homes are counted with."""

    is_there: bool
    status: str | None
    rating: str | None


def in_brief(entry: Entry, sector: Sector, day: date) -> InBrief:
    """Whether a home stands, and its rating."""
    is_there, status = _status(entry, sector.newest_list(day))
    return InBrief(is_there, status, entry.rating)


def standing(entry: Entry, sector: Sector, rhythms: Rhythms, day: date) -> HomeStanding:
    """How a home stands on a day that is not before anything known of it."""
    graded, latest = entry.graded, entry.latest
    run = present_run(graded)
    is_there, status = _status(entry, sector.newest_list(day))
    awaited = _awaited(entry, sector) if run and run[-1].is_inadequate and is_there else None
    before = graded[-len(run) - 1] if len(graded) > len(run) else None
    return HomeStanding(
        is_there=is_there,
        status=status,
        rating=run[-1].grade if run else None,
        rating_since=run[0].known if run else None,
        areas=latest.areas,
        headline=latest.headline or None,
        inspected=latest.inspected,
        published=latest.published,
        seen=latest.seen,
        last_visit_dated=latest.visit_dated,
        last_visit=latest.visit,
        last_visit_kind=latest.visit_kind or None,
        previous_rating=before.grade if before else None,
        inadequate_since=run[0].known if run and run[-1].is_inadequate else None,
        expect_news_by=awaited,
        is_overdue=_is_overdue(awaited, latest.described, day),
        next_due=_next_due(entry, sector, rhythms, day) if is_there else None,
        link=latest.link,
    )


def present_run(graded: Sequence[Inspected]) -> Sequence[Inspected]:
    """The unbroken run of the present grade, oldest first; empty for a home that was never graded."""
    run: list[Inspected] = []
    for visit in reversed(graded):
        if run and visit.grade != run[0].grade:
            break
        run.insert(0, visit)
    return run


def worst_first(home: Home, rating: str | None) -> tuple[bool, str, int, str, str]:
    """Sorts homes: those that stand inadequate, then from the lowest grade up, ungraded ones last; then by area.

    Grades are compared with those of their own regulator alone: of several its homes stand together.
    """
    rank = next((scale.rank(rating) for scale in scales_of(home.regulator) if rating and rating in scale.grades), 0)
    return not is_inadequate(home.regulator, rating), home.regulator, -rank, home.local_authority or "", home.id


def stands(entry: Entry, listed: date | None) -> bool:
    """Whether a home is on the newest list or was registered or seen since, and is not known to be gone."""
    if entry.gone is not None:
        return False
    seen = (entry.home.registered, entry.latest.confirmed, entry.latest.visit)
    return listed is None or listed in entry.listed or any(day is not None and day > listed for day in seen)


def _status(entry: Entry, listed: date | None) -> tuple[bool, str | None]:
    """Whether a home is there, and its status in words."""
    if stands(entry, listed):
        return True, entry.home.status
    if entry.gone is not None or listed is None:
        return False, entry.home.status
    return False, f"not on the list of {listed.day} {listed:%B} {listed.year}"


def _awaited(entry: Entry, sector: Sector) -> date | None:
    """By when news of a home that stands inadequate is to be expected; None once something came, or without promise."""
    promise, newest = sector.regulator.promise(entry.home.type), entry.graded[-1]
    if promise is None or any(visit.known > newest.known for visit in entry.visits):
        return None
    return expected_by(newest.inspected, promise, sector.usual_delay(promise))


def _is_overdue(awaited: date | None, looked: date | None, day: date) -> bool | None:
    if awaited is None or day <= awaited:
        return False
    return True if looked is not None and looked > awaited else None


def _next_due(entry: Entry, sector: Sector, rhythms: Rhythms, day: date) -> Window | None:
    """The window of the next full inspection; None where one since the last that is known may have been missed."""
    if not entry.graded:
        return None
    newest = entry.graded[-1]
    since = [newest.inspected, *([entry.latest.page_read] if entry.latest.page_read else [])]
    if not any(sector.complete_since(day, known) == known for known in since):
        return None
    rhythm = rhythms.of(entry.family, newest.grade)
    return rhythm.due(newest.inspected, sector.regulator.comes_back(entry.home.type)) if rhythm else None
