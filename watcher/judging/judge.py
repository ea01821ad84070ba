"""What a new or altered inspection means for its home: pure functions of what is known, touching no clock."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from watcher.facts import regulators
from watcher.facts.grades import headline_among
from watcher.facts.inspection import GONE, Grade, Home, Inspection, Kind, Standing, grade_values
from watcher.facts.regulators import Promise
from watcher.judging.changes import Change, Doubt, Judged, What


def judge(known: Sequence[Inspection], inspection: Inspection, was: Inspection | None = None) -> Judged:
    """What an inspection means, given everything else known of its home.

    `known` leaves out the inspection itself; `was` is the inspection as it was known before, if it was. What is only
    retold brings no change and is nobody's predecessor: one wrong row of a table would make a false recovery.
    """
    if inspection.is_retold:
        return Judged()
    doubts = tuple(Doubt(inspection, reason) for reason in _doubts(inspection, was))
    if was is not None and _says_the_same(was, inspection):
        return Judged((), doubts)
    if was is not None and was.rating is not None:
        is_sure = why_vanished(inspection, was) is None
        return Judged(_corrected(known, inspection, was) if is_sure else (), doubts)
    if was is not None and inspection.rating is None:
        return Judged((), doubts)
    if inspection.kind is Kind.FULL and inspection.rating is None:
        return Judged((), doubts)
    newest = newest_graded(known)
    if newest is not None and inspection.order < newest.order:
        return Judged(
            (Change(what=What.LATE, inspection=inspection, before=before(known, inspection), superseded_by=newest),),
            doubts,
        )
    if inspection.rating is None:
        return Judged(_visited(newest, inspection), doubts)
    return Judged(_moved(known, inspection, newest), doubts)


def newest_graded(known: Iterable[Inspection]) -> Inspection | None:
    """The inspection that gives a home its present rating: the latest inspected of those graded and not only retold."""
    firm = (inspection for inspection in known if inspection.rating and not inspection.is_retold)
    return max(firm, key=lambda graded: graded.order, default=None)


def before(known: Iterable[Inspection], inspection: Inspection) -> Inspection | None:
    """The graded inspection before this one, by date inspected."""
    return newest_graded(other for other in known if other.order < inspection.order and other.key != inspection.key)


def stands_inadequate(known: Iterable[Inspection]) -> bool:
    """Whether the present rating is inadequate."""
    newest = newest_graded(known)
    return newest is not None and newest.rating is not None and newest.rating.is_inadequate


def inadequate_since(known: Iterable[Inspection], newest: Inspection) -> Inspection:
    """The first of the unbroken run of inadequate inspections that ends with `newest`, which is inadequate.

    A retold inspection may end the run, lest a home be said to have been inadequate too long, but never lengthens it.
    """
    first = newest
    for graded in sorted(
        (inspection for inspection in known if inspection.rating and inspection.order < newest.order),
        key=lambda inspection: inspection.order,
        reverse=True,
    ):
        if graded.rating is None or not graded.rating.is_inadequate:
            break
        first = first if graded.is_retold else graded
    return first


def _moved(known: Sequence[Inspection], inspection: Inspection, previous: Inspection | None) -> tuple[Change, ...]:
    rating = _rating(inspection)
    changes: list[Change] = []
    if rating.is_inadequate:
        what = What.FIRST_INADEQUATE
        if previous is not None:
            what = What.STILL_INADEQUATE if _was_inadequate(previous, inspection) else What.DROPPED_TO_INADEQUATE
        return (Change(what=what, inspection=inspection, before=previous),)
    if previous is not None and _rating(previous).is_inadequate:
        days = days_inadequate(inadequate_since(known, previous), inspection)
        changes.append(Change(what=What.RECOVERED, inspection=inspection, before=previous, days_inadequate=days))
    elif previous is not None and (step := _step(_comparable(previous, inspection), rating)) is not None:
        changes.append(Change(what=step, inspection=inspection, before=previous))
    if _newly_inadequate_areas(previous, inspection):
        changes.append(Change(what=What.AREA_INADEQUATE, inspection=inspection, before=previous))
    return tuple(changes)


def _has_lost_overall(previous: Inspection, inspection: Inspection) -> bool:
    """Whether the inspection has no grade of the area that was the rating before it.

    Where there never is an overall grade nothing is lost: the lowest area is compared with the lowest before.
    """
    if regulators.of_home(inspection.home).rates_lowest:
        return False
    return previous.headline != inspection.headline and inspection.grade(previous.headline) is None


def _comparable(previous: Inspection, inspection: Inspection) -> Grade:
    """The former grade that an inspection's rating is compared with: where that is its lowest area, the lowest too."""
    if not _has_lost_overall(previous, inspection):
        return _rating(previous)
    areas = [judgement for judgement in previous.judgements if inspection.grade(judgement.area) is not None]
    return previous.grade(headline_among(areas, "")) or _rating(previous)


def _was_inadequate(previous: Inspection, inspection: Inspection) -> bool:
    """Whether it was inadequate before: without an overall grade, where no area is newly so."""
    if _rating(previous).is_inadequate or not _has_lost_overall(previous, inspection):
        return _rating(previous).is_inadequate
    return _comparable(previous, inspection).is_inadequate and not _newly_inadequate_areas(previous, inspection)


def _visited(newest: Inspection | None, visit: Inspection) -> tuple[Change, ...]:
    if newest is None or not _rating(newest).is_inadequate:
        return ()
    return (Change(what=What.VISITED, inspection=visit, before=newest),)


def _corrected(known: Sequence[Inspection], inspection: Inspection, was: Inspection) -> tuple[Change, ...]:
    if inspection.rating is None:  # a vanished grade is a doubt, never a change
        return ()
    return (Change(what=What.CORRECTED, inspection=inspection, before=before(known, inspection), was=was),)


def _doubts(inspection: Inspection, was: Inspection | None) -> Iterable[str]:
    for judgement in inspection.judgements:
        if judgement.grade.standing is Standing.UNKNOWN:
            yield f"the grade {judgement.grade.words!r} for {judgement.area} is on no known scale"
    if inspection.kind is Kind.OTHER:
        yield "the kind of inspection is not a known one"
    if (hidden := _hidden(inspection)) is not None:
        yield hidden
    if was is not None and (vanished := why_vanished(inspection, was)) is not None:
        yield vanished


def _hidden(inspection: Inspection) -> str | None:
    """Why a full inspection without a rating may mean that its home is inadequate all the same."""
    printed = inspection.grade(inspection.headline)
    if inspection.kind is not Kind.FULL or printed is None or printed.standing is not Standing.NOT_JUDGED:
        return None
    bad = [judgement.area for judgement in inspection.judgements if judgement.grade.is_inadequate]
    if not bad:
        return None
    return f"{printed.words!r} stands in the place of its rating, and the worst grade for {', '.join(bad)}"


def why_vanished(stated: Inspection, was: Inspection) -> str | None:
    """Why a statement of a known inspection can't be judged: it has lost the grade that was its rating."""
    if was.rating is None:
        return None
    now = stated.grade(was.headline)
    was_lowest = not regulators.of_home(was.home).is_usual(was.headline)
    if (now is not None and now.is_graded) or (was_lowest and stated.rating is not None):
        return None
    return f"its grade was {was.rating.words!r} and is not shown any more"


def _says_the_same(one: Inspection, other: Inspection) -> bool:
    return one.kind is other.kind and grade_values(one) == grade_values(other)


def _step(former: Grade, rating: Grade) -> What | None:
    """The move between two grades; None where there is none, or where they are on different scales."""
    if former.scale != rating.scale or former.rank is None or rating.rank is None or former.rank == rating.rank:
        return None
    return What.DROPPED if rating.rank > former.rank else What.IMPROVED


def _newly_inadequate_areas(previous: Inspection | None, inspection: Inspection) -> list[str]:
    former = previous.judgements if previous else ()
    had = {judgement.area for judgement in former if judgement.grade.is_inadequate}
    return [
        judgement.area
        for judgement in inspection.judgements
        if judgement.grade.is_inadequate and judgement.area not in had
    ]


def _rating(inspection: Inspection) -> Grade:
    if inspection.rating is None:
        raise ValueError(f"{inspection.key} is not graded")
    return inspection.rating


def days_inadequate(since: Inspection, until: Inspection) -> int:
    """Days from publication to publication; from visit to visit where a date of publication is unknown or doubtful."""
    dates = (since.published, until.published)
    if None in dates or since.has_doubtful_publication or until.has_doubtful_publication:
        return (until.day - since.day).days
    return (until.became_known - since.became_known).days


# What no single inspection tells: these are asked of a home's page and of the calendar.


def judge_listing(known: Sequence[Inspection], listed: Sequence[Inspection], source: str) -> tuple[Change, ...]:
    """What is missing from a home's completely read page: inspections that this source named and names no more."""
    documents = {inspection.document for inspection in listed}
    visits = {(inspection.kind, inspection.day) for inspection in listed}
    return tuple(
        Change(what=What.WITHDRAWN, inspection=inspection, before=before(known, inspection))
        for inspection in known
        if any(named.name == source for named in inspection.sources)
        and inspection.document not in documents
        and (inspection.kind, inspection.day) not in visits
    )


def judge_status(known: Sequence[Inspection], earlier: Home | None, stated: Home) -> tuple[Change, ...]:
    """Whether a home that stands inadequate has closed."""
    newest = newest_graded(known)
    newly_gone = stated.status in GONE and (earlier is None or earlier.status not in GONE)
    if newest is None or not newly_gone or not stands_inadequate(known):
        return ()
    return (Change(what=What.CLOSED, inspection=newest, before=before(known, newest)),)


def expected_by(inspected: date, promise: Promise, delay: timedelta | None = None) -> date:
    """The day by which the next publication is to be expected about a home found inadequate on a day.

    `delay`, from a visit to its publication, is the usual one of the promise unless the history tells it better.
    """
    return inspected + promise.returns_within + (promise.usual_delay if delay is None else delay)


def judge_overdue(
    known: Sequence[Inspection],
    today: date,
    looked: date,
    promise: Promise,
    delay: timedelta | None = None,
    *,
    is_awaited: bool = False,
) -> tuple[Change, ...]:
    """Whether a home stands inadequate and nothing has been published since for longer than was to be expected.

    `looked` is the day on which its page was last read: that nothing was published can be told of the time before only.
    `is_awaited`: it was told that the home is inadequate, so it is told too, however late, that no news has come.
    """
    newest = newest_graded(known)
    if newest is None or not stands_inadequate(known):
        return ()
    due = expected_by(newest.day, promise, delay)
    is_old = today > due + promise.awaited_for and not is_awaited
    if today <= due or looked <= due or is_old:
        return ()
    if any(other.became_known > newest.became_known for other in known):
        return ()
    return (Change(what=What.OVERDUE, inspection=newest, before=before(known, newest)),)
