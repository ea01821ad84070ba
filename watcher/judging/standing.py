"""How one home stands now: its rating and since when, what came before, what is to be expected next; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from watcher.facts.grades import is_inadequate, scales_of
from watcher.facts.inspection import Dated, Described
from watcher.judging.card import Card, stands, status_of
from watcher.judging.entry import present_run
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


def standing(entry: Entry, sector: Sector, rhythms: Rhythms, day: date) -> HomeStanding:
    """How a home stands on a day that is not before anything known of it."""
    graded, latest = entry.graded, entry.latest
    run = present_run(graded)
    listed = sector.newest_list(day)
    is_there = stands(entry, listed)
    awaited = _awaited(entry, sector) if run and run[-1].is_inadequate and is_there else None
    before = graded[-len(run) - 1] if len(graded) > len(run) else None
    return HomeStanding(
        is_there=is_there,
        status=status_of(entry, listed),
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
        next_due=_next_due(entry, run[-1], sector, rhythms) if run and is_there else None,
        link=latest.link,
    )


def worst_first(home: Described, rating: str | None) -> tuple[bool, str, int, str, str]:
    """Sorts homes: those that stand inadequate, then from the lowest grade up, ungraded ones last; then by area.

    Grades are compared with those of their own regulator alone: of several its homes stand together.
    """
    rank = next((scale.rank(rating) for scale in scales_of(home.regulator) if rating and rating in scale.grades), 0)
    return not is_inadequate(home.regulator, rating), home.regulator, -rank, home.local_authority or "", home.id


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


def due_first(card: Card, rhythms: Rhythms) -> date | None:
    """The first day on which the next full inspection of a home that stands is to be expected, if that can be told."""
    if card.graded_on is None or card.rating is None:
        return None
    rhythm = rhythms.of(card.family, card.rating) if _is_last(card.graded_on, card.page_read, rhythms) else None
    return rhythm.first(card.graded_on) if rhythm else None


def _next_due(entry: Entry, newest: Inspected, sector: Sector, rhythms: Rhythms) -> Window | None:
    is_last = _is_last(newest.inspected, entry.latest.page_read, rhythms)
    rhythm = rhythms.of(entry.family, newest.grade) if is_last else None
    return rhythm.due(newest.inspected, sector.regulator.comes_back(entry.home.type)) if rhythm else None


def _is_last(graded_on: date, page_read: date | None, rhythms: Rhythms) -> bool:
    """Whether no full inspection since the last that is known can have been missed."""
    return rhythms.is_known_since(graded_on) or (page_read is not None and rhythms.is_known_since(page_read))
