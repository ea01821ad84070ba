"""What a reading means for the history: statements merged, judged, routed, as one transaction; no network, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.facts import regulators
from watcher.facts.inspection import Home, Inspection
from watcher.facts.quotes import Findings
from watcher.facts.regulators import Promise
from watcher.facts.statements import HomeRecord, Record, find
from watcher.feeds.feed import Problem, Reading
from watcher.history.protocol import History, Told, Transaction
from watcher.judging.changes import Change, Doubt, What
from watcher.judging.judge import (
    judge,
    judge_listing,
    judge_overdue,
    judge_status,
    newest_graded,
)
from watcher.judging.mass_change import why_held
from watcher.rounds.tell.tell import tell
from watcher.rounds.working_copy import Absorption

LONGEST_DELAY = timedelta(days=120)
"""No usual delay of publication is longer: so long after it, no home is looked at of which nobody was told."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a reading would alter, before anything is stored."""

    homes: tuple[HomeRecord, ...] = ()
    records: tuple[Record, ...] = ()
    told: tuple[Told, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    problems: tuple[Problem, ...] = ()
    inspections_before: int = 0
    """How many inspections of the homes that were read were known already."""
    altered: int = 0
    """How many of those now say something else, or are gone."""
    unread: tuple[str, ...] | None = None
    """The feed's `FeedState.unread` after this reading; None where nothing of it is to be stored."""

    def why_held(self, share: float) -> str | None:
        """Why the reading is not believed, in numbers for the operator; None if it is plausible."""
        return why_held(
            altered=self.altered,
            known=self.inspections_before,
            drops=sum(told.alert.change in (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE) for told in self.told),
            new=sum(record.id is None for record in self.records),
            share=share,
        )

    def transaction(self) -> Transaction:
        """The same as one commit."""
        return Transaction(homes=self.homes, records=self.records, changes=self.told, deliveries=self.deliveries)


def absorb(history: History, homes: Iterable[Home], inspections: Iterable[Inspection], seen: datetime | None) -> Taken:
    """Takes statements in without telling anybody: a silent baseline, or an imported file."""
    absorption = Absorption(history)
    for home in homes:
        absorption.add_home(home)
    for statement in sorted(inspections, key=lambda i: (i.event is None, i.order)):
        absorption.add(statement, seen)
    return Taken(homes=absorption.changed_homes(), records=absorption.changed_records())


def take_in(history: History, feed: str, reading: Reading, settings: Settings, now: datetime) -> Taken:
    """What a reading means: what is to be stored, what is to be told to whom, and what could not be told.

    The inspections of a home are judged in the order of publication, as if each had been read on its day.
    """
    absorption = Absorption(history)
    for home in reading.homes:
        absorption.add_home(home)
    for statement in reading.background:
        absorption.add(statement, now)
    changes: list[Change] = []
    doubts: list[Doubt] = []
    findings: dict[str, Findings] = {}
    altered = 0
    for statement in sorted(reading.inspections, key=lambda i: (i.home, i.became_known, i.order)):
        record, was = absorption.add(statement, now)
        if was is not None and was.is_retold:
            was = None  # its own report has come out only now: readers have not heard of it
        judged = judge(absorption.known(statement.home, without=record), record.inspection, was)
        changes += judged.changes
        doubts += judged.doubts
        if statement.key in reading.findings:
            findings[record.inspection.key] = reading.findings[statement.key]
        altered += was is not None and bool(judged.changes or judged.doubts)
    for home_key, listed in reading.listings.items():
        absorption.restore(home_key, listed)
        gone = judge_listing(absorption.known(home_key), listed, feed)
        for change in gone:
            absorption.withdraw(change.inspection, now.astimezone(settings.timezone).date())
        changes += gone
        altered += len(gone)
    for home in reading.homes:
        changes += judge_status(absorption.known(home.key), absorption.home_before(home.key), absorption.home(home.key))
    telling = tell(history, changes, absorption, feed, settings, now, findings)
    return Taken(
        homes=absorption.changed_homes(),
        records=absorption.changed_records(),
        told=telling.told,
        deliveries=telling.deliveries,
        problems=(*map(_problem, doubts), *telling.repeated),
        inspections_before=absorption.inspections_before,
        altered=altered,
        unread=_unread_after(history.feed(feed).unread, reading, absorption),
    )


def _unread_after(before: Iterable[str], reading: Reading, absorption: Absorption) -> tuple[str, ...]:
    """The homes with a listed report that was not read: those found now, and those not looked at again."""
    looked_at = {home.key for home in reading.homes} | set(reading.listings)
    found = {home for home, listed in reading.listings.items() if _lists_news(absorption.known(home), listed)}
    return tuple(sorted(found | (set(before) - looked_at)))


def _lists_news(known: Sequence[Inspection], listed: Sequence[Inspection]) -> bool:
    newest = newest_graded(known)
    return newest is not None and any(
        one.became_known > newest.became_known and find(known, one) is None for one in listed
    )


def overdue(history: History, settings: Settings, now: datetime) -> Taken:
    """The homes that stand inadequate and of which no news has come for longer than was to be expected."""
    today = now.astimezone(settings.timezone).date()
    absorption = Absorption(history)
    doubtful = _doubtful(history, settings.feeds)
    awaited: dict[str, tuple[Promise, bool]] = {}
    for home in history.standing_inadequate():
        newest = newest_graded(absorption.known(home))
        promise = regulators.of_home(home).promise(absorption.home(home).type)
        if home in doubtful or newest is None or promise is None:
            continue
        waited = today - newest.inspected
        if waited < promise.returns_within:
            continue
        told_of = _told_of(history, newest)
        longest = promise.returns_within + LONGEST_DELAY + promise.awaited_for
        if What.OVERDUE not in told_of and (told_of or waited <= longest):
            awaited[home] = promise, bool(told_of)
    if not awaited:  # as a rule: nothing has to be reckoned from the whole history
        return Taken()
    register = history.register()
    changes = [
        change
        for home, (promise, is_awaited) in awaited.items()
        if (looked := _looked(history, home)) is not None
        for change in judge_overdue(
            absorption.known(home),
            today,
            looked,
            promise,
            register.of(regulators.of_home(home)).usual_delay(promise),
            is_awaited=is_awaited,
        )
    ]
    telling = tell(history, changes, absorption, "calendar", settings, now)
    return Taken(told=telling.told, deliveries=telling.deliveries)


def _told_of(history: History, inspection: Inspection) -> set[What]:
    """What was judged of an inspection since a reading brought it; nothing of what was known before.

    Statements that came later may date it otherwise than its alerts do; each is kept as it was.
    """
    visits = {
        (statement.kind.value, statement.inspected)
        for record in history.records(inspection.home)
        if record.inspection == inspection
        for statement in record.statements
    }
    found = (told.alert for told in history.changes(inspection.home))
    return {alert.change for alert in found if (alert.kind, alert.inspected) in visits}


def _doubtful(history: History, feeds: Iterable[str]) -> set[str]:
    """The homes of which it can't be said that nothing was published: a page or a report could not be read."""
    states = [history.feed(name) for name in feeds]
    of_problems = {problem["home"] for state in states for problem in state.problems.values()}
    return of_problems.union(*(state.unread for state in states))


def _looked(history: History, home: str) -> date | None:
    """The day on which a home was last described to us; None if it never was."""
    record = history.home(home)
    source = record.home.source if record else None
    return source.as_of if source else None


def _problem(doubt: Doubt) -> Problem:
    inspection = doubt.inspection
    visit = f"{inspection.kind} inspection of {inspection.inspected}"
    what = f"{visit}: {doubt.reason}; look at {inspection.link or 'its report'}"
    return Problem(where=inspection.key, what=what, home=inspection.home)
