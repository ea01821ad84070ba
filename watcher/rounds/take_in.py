"""What a reading means for the history: statements merged, judged, routed, as one transaction; no network, no clock."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.facts.inspection import Dated, Home, Inspection, Kind, grade_values
from watcher.facts.quotes import Findings
from watcher.facts.statements import HomeRecord, Record, find
from watcher.feeds.feed import Problem, Reading, Trouble
from watcher.history.protocol import History, Told, Transaction
from watcher.judging.changes import Change, Doubt, Judged, What
from watcher.judging.judge import before, judge, judge_listing, judge_status, newest_graded, why_vanished
from watcher.judging.mass_change import why_held
from watcher.messages.release_read import ReleaseRead
from watcher.rounds.releases import TakenRelease, add_statements, take_release
from watcher.rounds.tell.tell import tell
from watcher.rounds.working_copy import WorkingCopy

_BY_DAY = {Dated.INSPECTED: "of", Dated.PUBLISHED: "published", Dated.SEEN: "first seen"}


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
    rows: int = 0
    """`Reading.rows`."""
    release: ReleaseRead | None = None
    """What a release of official files filled and contradicts, for the operator."""

    def why_held(self, share: float) -> str | None:
        """Why the reading is not believed, in numbers for the operator; None if it is plausible."""
        return why_held(
            altered=self.altered,
            known=self.inspections_before,
            drops=sum(
                change.alert.change in (What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE) for change in self.told
            ),
            new=sum(record.id is None and record.seen is not None for record in self.records),
            share=share,
            rows=self.rows,
        )

    def transaction(self) -> Transaction:
        """What is to be stored, as one commit."""
        return Transaction(homes=self.homes, records=self.records, changes=self.told, deliveries=self.deliveries)


def absorb(history: History, homes: Iterable[Home], inspections: Iterable[Inspection], seen: datetime | None) -> Taken:
    """Takes statements in without telling anybody: a silent baseline, or an imported file."""
    working_copy = WorkingCopy(history)
    add_statements(working_copy, homes, inspections, seen)
    return Taken(homes=working_copy.changed_homes(), records=working_copy.changed_records())


def take_in(
    history: History,
    feed: str,
    reading: Reading,
    settings: Settings,
    now: datetime,
    release: TakenRelease | None = None,
) -> Taken:
    """What a reading means: what is to be stored, what is to be told to whom, and what could not be told.

    `release` is that of the reading, if it was taken in already; it is taken in anew if facts were stored since.
    """
    if reading.release is not None and (release is None or release.version != history.version_of_facts):
        release = take_release(history, reading.release, reading.inspections)
    working_copy = release.working_copy if release else WorkingCopy(history)
    silent = [record.id for record in working_copy.returned()]
    _add_homes(working_copy, reading.homes)
    _add_background(working_copy, reading.background, now)
    judged = _judge_inspections(working_copy, reading, now)
    gone = _judge_listings(working_copy, reading.listings, feed, now.astimezone(settings.timezone).date())
    closed = _judge_statuses(working_copy, reading)
    again = _judge_returned(working_copy, judged.changes, silent)
    telling = tell(
        history, (*judged.changes, *again, *gone, *closed), working_copy, feed, settings, now, judged.findings
    )
    return Taken(
        homes=working_copy.changed_homes(),
        records=working_copy.changed_records(),
        told=telling.told,
        deliveries=telling.deliveries,
        problems=(*map(_problem, judged.doubts), *telling.repeated),
        inspections_before=working_copy.inspections_before,
        altered=judged.altered + len(gone),
        unread=_unread_after(history.feed(feed).unread, reading, working_copy),
        release=release.read if release else None,
        rows=reading.rows,
    )


@dataclass(frozen=True, slots=True)
class _JudgedInspections:
    """What the inspections of a reading mean for their homes."""

    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]
    findings: Mapping[str, Findings]
    """What their reports say, by the key of the inspection as it is known now."""
    altered: int
    """How many of them were known and say something else now."""


def _add_homes(working_copy: WorkingCopy, homes: Iterable[Home]) -> None:
    for home in homes:
        working_copy.add_home(home)


def _add_background(working_copy: WorkingCopy, background: Iterable[Inspection], now: datetime) -> None:
    for statement in background:
        working_copy.add(statement, now)


def _judge_inspections(working_copy: WorkingCopy, reading: Reading, now: datetime) -> _JudgedInspections:
    """Those of a home in the order of publication, as if each had been read on its day."""
    changes: list[Change] = []
    doubts: list[Doubt] = []
    findings: dict[str, Findings] = {}
    altered = 0
    for statement in sorted(reading.inspections, key=_by_publication):
        record, was = working_copy.add(statement, now)
        gone = working_copy.gone(record)
        if gone is not None:
            was = gone[0]
        if was is not None and was.is_retold:
            was = None  # its own report has come out only now: readers have not heard of it
        judged = _judge(working_copy, statement, record, was)
        changes += (replace(change, gone=gone[1]) if gone and change.was else change for change in judged.changes)
        doubts += judged.doubts
        if statement.key in reading.findings:
            findings[record.inspection.key] = reading.findings[statement.key]
        altered += was is not None and bool(judged.changes or judged.doubts)
    return _JudgedInspections(tuple(changes), tuple(doubts), findings, altered)


def _judge(working_copy: WorkingCopy, statement: Inspection, record: Record, was: Inspection | None) -> Judged:
    """What a statement means; one that has lost a grade keeps it in the record, where nobody would see that it has."""
    judged = judge(working_copy.known(statement.home, without=record), record.inspection, was)
    vanished = why_vanished(statement, was) if was is not None and statement.judgements else None
    if vanished is None:
        return judged
    return Judged(doubts=tuple(dict.fromkeys((*judged.doubts, Doubt(record.inspection, vanished)))))


def _by_publication(inspection: Inspection) -> tuple[str, date, tuple[date, date, str]]:
    return inspection.home, inspection.became_known, inspection.order


def _judge_listings(
    working_copy: WorkingCopy, listings: Mapping[str, Sequence[Inspection]], feed: str, today: date
) -> list[Change]:
    """What has gone from the pages that were read completely; it counts no more from today."""
    changes: list[Change] = []
    for home, listed in listings.items():
        working_copy.restore(home, listed)
        gone = judge_listing(working_copy.known(home), listed, feed)
        for change in gone:
            working_copy.withdraw(change.inspection, today)
        changes += gone
    return changes


def _judge_returned(
    working_copy: WorkingCopy, judged: Sequence[Change], silent: Collection[int | None]
) -> Iterator[Change]:
    """What had gone from its page and was issued again as it was; what says something else is judged already.

    `silent` are the records that a release brought back: nobody hears of it.
    """
    corrected = {change.inspection.key for change in judged}
    for record in working_copy.returned():
        gone, inspection = working_copy.gone(record), record.inspection
        if (
            gone is None
            or record.id in silent
            or inspection.key in corrected
            or (inspection.kind is Kind.FULL and inspection.rating is None)
        ):
            continue
        earlier = before(working_copy.known(inspection.home, without=record), inspection)
        if grade_values(gone[0]) == grade_values(inspection):
            yield Change(what=What.CORRECTED, inspection=inspection, before=earlier, was=gone[0], gone=gone[1])


def _judge_statuses(working_copy: WorkingCopy, reading: Reading) -> Iterator[Change]:
    """Which homes have closed; one that was gone before anybody looked has not, unless there is news of it."""
    news = {inspection.home for inspection in reading.inspections}
    for home in reading.homes:
        before, now = working_copy.home_before(home.key), working_copy.home(home.key)
        if before is not None or home.key in news:
            yield from judge_status(working_copy.known(home.key), before, now)


def _unread_after(before: Iterable[str], reading: Reading, working_copy: WorkingCopy) -> tuple[str, ...]:
    """The homes with a listed report that was not read: those found now, and those not looked at again."""
    looked_at = {home.key for home in reading.homes} | set(reading.listings)
    homes_with_news = {
        home for home, listed in reading.listings.items() if _lists_news(working_copy.known(home), listed)
    }
    return tuple(sorted(homes_with_news | (set(before) - looked_at)))


def _lists_news(known: Sequence[Inspection], listed: Sequence[Inspection]) -> bool:
    newest = newest_graded(known)
    return newest is not None and any(
        inspection.became_known > newest.became_known and find(known, inspection) is None for inspection in listed
    )


def _problem(doubt: Doubt) -> Problem:
    inspection = doubt.inspection
    visit = f"{inspection.kind} inspection {_BY_DAY[inspection.dated]} {inspection.day}"
    what = f"{visit}: {doubt.reason}; look at {inspection.link or 'its report'}"
    return Problem(where=inspection.key, what=what, trouble=Trouble.GRADE, home=inspection.home, visit=inspection.visit)
