"""How one home stands, in words: its grade and since when, its areas, its visits, what is to be expected of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from watcher.answers.homes.home_now import HomeNow
from watcher.facts import regulators
from watcher.facts.grades import GradeStep, step_of
from watcher.facts.inspection import GONE, Dated
from watcher.judging.context import Stood
from watcher.judging.entry import present_run
from watcher.judging.register import Entry, Inspected
from watcher.messages.days import BEFORE_THE_DAY, NO_DATE, NO_VISIT
from watcher.messages.grades_in_words import lowest_of
from watcher.messages.key_facts import Fact, expected, published_on
from watcher.messages.numbers import british, british_short, counted
from watcher.messages.sections import stood_for
from watcher.messages.titles import area_name, short_area
from watcher.text import capital, inert

_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A grade and what there is to know of it."""

    words: str
    step: GradeStep | None
    area: str = ""
    """Of which area it is; empty where it is the home's rating."""
    since: str = ""
    """For how long, and since when; of an area nothing."""
    note: str = ""
    """That it is the lowest area's, for want of an overall grade."""
    before: str = ""
    """What it was before, and for how long."""


def rating_now(entry: Entry, now: HomeNow, day: date) -> Rating | None:
    """The present grade; None for a home that was never graded."""
    graded, run = entry.graded, present_run(entry.graded)
    if not run:
        return None
    earlier = graded[: len(graded) - len(run)]
    former = present_run(earlier)
    regulator = now.home.regulator
    headline = now.standing.headline or ""
    is_lowest = bool(headline) and not regulators.of(regulator).is_usual(headline)
    return Rating(
        words=capital(inert(run[-1].grade, _LONGEST)),
        step=step_of(regulator, run[-1].grade),
        since=_since(run, day, is_all=not earlier),
        note=_note(now, headline) if is_lowest else "",
        before=_before(former, run[0].known, is_all=len(former) == len(earlier)) if former else "",
    )


def _note(now: HomeNow, headline: str) -> str:
    """Which area the grade is of, and why that one counts."""
    regulator, area = regulators.of(now.home.regulator), short_area(now.home.key, headline)
    if regulator.rates_lowest:
        return f"{capital(lowest_of(now.home.key, len(now.standing.areas)))} ({area})"
    return f"No overall grade; its lowest {regulator.area} counts ({area})"


def _since(run: Sequence[Inspected], day: date, *, is_all: bool) -> str:
    since = run[0].known
    stood = Stood(
        grade=run[0].grade,
        since=since,
        days=(day - since).days,
        inspections=len(run),
        from_the_beginning=is_all,
    )
    return stood_for(stood) or f"since {british(since)}"


def _before(former: Sequence[Inspected], until: date, *, is_all: bool) -> str:
    said = _since(former, until, is_all=is_all)
    return f"{inert(former[0].grade, _LONGEST)} {said}"


def areas_now(now: HomeNow) -> Iterator[Rating]:
    """Each area of the inspection that gave the rating."""
    for area, grade in now.standing.areas.items():
        yield Rating(
            words=capital(inert(grade, _LONGEST)),
            step=step_of(now.home.regulator, grade),
            area=area_name(now.home.key, area),
        )


def status_now(now: HomeNow) -> str:
    """That a home is gone, in a sentence; empty for one that stands."""
    if now.standing.is_there:
        return ""
    status = inert(now.standing.status or "", _LONGEST)
    if now.home.status in GONE:
        since = f" since {british(now.home.closed_on)}" if now.home.closed_on else ""
        return f"This home is {status}{since}. What is told here is what was known last."
    return f"This home is {status}: it has closed, or has another number now. What is told here is what was known last."


def visits_now(now: HomeNow) -> Iterator[Fact]:
    """The inspection that gave the rating, and the last visit where that was another one."""
    standing = now.standing
    if standing.inspected:
        published = published_on(standing.inspected, standing.published)
        yield Fact("Inspected", f"{british(standing.inspected)} (full inspection); published: {published}")
    elif standing.published:
        yield Fact("Published", f"{british(standing.published)} ({NO_VISIT})")
    elif standing.seen:
        yield Fact("First seen", f"{british(standing.seen)} ({NO_DATE})")
    day = standing.inspected or standing.published or standing.seen
    if standing.last_visit and standing.last_visit not in (day, standing.inspected, standing.published):
        kind = f" ({inert(standing.last_visit_kind, 40)})" if standing.last_visit_kind else ""
        said = BEFORE_THE_DAY[Dated(standing.last_visit_dated)]
        yield Fact("Last visit", f"{said}{british(standing.last_visit)}{kind}")


def ahead(now: HomeNow, day: date, *, was_graded_since: bool) -> Iterator[Fact]:
    """What news is to be expected, when the next inspection is due, and what the home must do until when.

    Of requirements nothing once it `was_graded_since` the report that has them.
    """
    standing = now.standing
    if not standing.is_overdue and (said := _expected(now)):
        yield Fact("News expected by", said)
    if due := standing.next_due:
        yield Fact(
            "Next full inspection",
            f"{british_short(due.first)} to {british_short(due.last)}: {inert(due.basis, 500)}",
        )
    if now.requirements and not was_graded_since:
        yield Fact("Requirements due", _due(now, day))


def overdue_now(now: HomeNow, day: date) -> str:
    """That news of a home should have come by now, in a sentence; empty where it need not have."""
    due = now.standing.expect_news_by
    if not now.standing.is_overdue or due is None:
        return ""
    late = counted((day - due).days, "day")
    return f"News of this home is overdue by {late}. It was to be expected by {_expected(now)}."


def _expected(now: HomeNow) -> str:
    due, inspected = now.standing.expect_news_by, now.standing.inspected
    return expected(due, inspected, now.home.key, now.home.type) if due and inspected else ""


def _due(now: HomeNow, day: date) -> str:
    days = sorted(date.fromisoformat(requirement["due"]) for requirement in now.requirements)
    past, to_come = [due for due in days if due < day], [due for due in days if due >= day]
    parts = []
    if to_come:
        which = ", the next" if to_come[1:] else ""
        parts.append(f"{counted(len(to_come), 'requirement')}{which} by {british(to_come[0])}")
    if past:
        were = counted(len(past), "requirement was", "requirements were")
        parts.append(f"{were} to be met by {british(past[-1])}")
    return "; ".join(parts)
