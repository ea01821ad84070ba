"""Which homes stand inadequate and have had no news for longer than was to be expected; no network, no clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Inspection
from watcher.facts.regulators import Promise
from watcher.facts.statements import Record
from watcher.feeds.feed import Trouble
from watcher.history.protocol import History, Untold
from watcher.judging.changes import Change, What
from watcher.judging.contradictions import is_inadequate_on_page
from watcher.judging.judge import judge_overdue, newest_graded
from watcher.judging.register import Entry
from watcher.rounds.take_in import Taken
from watcher.rounds.tell.tell import tell
from watcher.rounds.working_copy import WorkingCopy

LONGEST_DELAY = timedelta(days=120)
"""No usual delay of publication is longer: so long after it, no home is looked at of which nobody was told."""


@dataclass(frozen=True, slots=True)
class _Awaited:
    """A home that stands inadequate and whose inspectors should have been back."""

    home: str
    promise: Promise
    was_told: bool
    """Whether anybody was told of the inspection that found it inadequate."""


def overdue(history: History, settings: Settings, now: datetime) -> Taken:
    """The homes that stand inadequate and of which no news has come for longer than was to be expected."""
    today = now.astimezone(settings.timezone).date()
    awaited = tuple(_awaited(history, settings.feeds, today))
    if not awaited:  # as a rule: nothing has to be reckoned from the whole history
        return Taken()
    working_copy = WorkingCopy(history)
    changes = _judge(history, working_copy, awaited, today)
    telling = tell(history, changes, working_copy, "calendar", settings, now)
    return Taken(told=telling.told, deliveries=telling.deliveries)


def _awaited(history: History, feeds: Iterable[str], today: date) -> Iterator[_Awaited]:
    """The homes whose time has passed, not told to be overdue before; those nobody was told of for a while only."""
    doubtful, register = _doubtful(history, feeds), history.register()
    for home in history.standing_inadequate():
        if home not in doubtful and _may_be_awaited(history, register.get(home), today):
            case = _case(history, home, today)
            if case is not None:
                yield case


def _may_be_awaited(history: History, entry: Entry | None, today: date) -> bool:
    """Whether the inspections of a home have to be read to know; of most what is counted with says that they need not.

    A country's homes stand inadequate by the thousand, and nearly all of them since before anybody was told of any.
    """
    if entry is None:
        return True
    present = next((visit for visit in reversed(entry.visits) if visit.grade), None)
    promise = regulators.of_home(entry.home.key).promise(entry.home.type)
    if present is None or promise is None:
        return False
    waited = today - present.inspected
    if waited <= _longest(promise):
        return waited >= promise.returns_within
    return any(True for _ in history.changes(entry.home.key))


def _longest(promise: Promise) -> timedelta:
    """For how long a home of which nobody was told may be awaited."""
    return promise.returns_within + LONGEST_DELAY + promise.awaited_for


def _case(history: History, home: str, today: date) -> _Awaited | None:
    """The home, if its time has passed and nobody was told so; its inspections are held no longer than that takes."""
    records, described = history.records(home), history.home(home)
    newest = newest_graded(record.inspection for record in records if record.withdrawn is None)
    promise = regulators.of_home(home).promise(described.home.type if described else None)
    if newest is None or promise is None or not _is_sure(records, newest):
        return None
    waited = today - newest.day
    if waited < promise.returns_within:
        return None
    told_of = _told_of(history, records, newest)
    is_awaited = What.OVERDUE not in told_of and (told_of or waited <= _longest(promise))
    return _Awaited(home, promise, was_told=bool(told_of)) if is_awaited else None


def _judge(history: History, working_copy: WorkingCopy, awaited: Iterable[_Awaited], today: date) -> tuple[Change, ...]:
    """Which of them are overdue, given how long their inspectors take to publish; none that nobody ever described."""
    register = history.register()
    return tuple(
        change
        for case in awaited
        if (looked := _looked(history, case.home)) is not None
        for change in judge_overdue(
            working_copy.known(case.home),
            today,
            looked,
            case.promise,
            register.of(regulators.of_home(case.home)).usual_delay(case.promise),
            is_awaited=case.was_told,
        )
    )


def _is_sure(records: Iterable[Record], newest: Inspection) -> bool:
    """Whether its own page has it inadequate: what a file alone says against it, the operator has been told."""
    return all(is_inadequate_on_page(one) for one in records if one.inspection == newest)


def _told_of(history: History, records: Iterable[Record], inspection: Inspection) -> set[What]:
    """What was judged of an inspection since a reading brought it; nothing of what was known before.

    Statements that came later may date it otherwise than its alerts do; each is kept as it was.
    """
    visits = {
        (statement.kind.value, statement.day)
        for record in records
        if record.inspection == inspection
        for statement in record.statements
    }
    alerts = (change.alert for change in history.changes(inspection.home))
    return {alert.change for alert in alerts if (alert.kind, alert.day) in visits}


def _doubtful(history: History, feeds: Iterable[str]) -> set[str]:
    """The homes of which it can't be said that nothing was published: a page or a report could not be read."""
    states = [history.feed(name) for name in feeds]
    problems = (problem for state in states for problem in state.problems.values())
    of_problems = {
        problem.home for problem in problems if problem.home and _may_hide_news(history, problem.home, problem)
    }
    return of_problems.union(*(state.unread for state in states))


def _may_hide_news(history: History, home: str, problem: Untold) -> bool:
    """Whether something newer may have been published; not where a grade of the rating itself is what is odd."""
    if problem.trouble is not Trouble.GRADE:
        return problem.trouble is not Trouble.REPEATED
    newest = newest_graded(record.inspection for record in history.records(home))
    return newest is None or newest.visit != problem.visit


def _looked(history: History, home: str) -> date | None:
    """The day on which a home was last described to us; None if it never was."""
    record = history.home(home)
    source = record.home.source if record else None
    return source.as_of if source else None
