"""Makes the reports that are due, each in one commit with its messages; no network, no clock."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State, messages
from watcher.facts import regulators
from watcher.facts.inspection import Dated
from watcher.history.protocol import History, Told, Transaction
from watcher.judging.register import Entry
from watcher.judging.standing import worst_first
from watcher.messages.numbers import british
from watcher.messages.report import ReportChange, ReportRow, WatchReport, fitting
from watcher.messages.titles import title
from watcher.rounds.digests import unread_feeds
from watcher.rounds.quiet import with_quiet
from watcher.rounds.readers_homes import (
    country_in_brief,
    covers_everything,
    homes_in_brief,
    homes_of,
    rating_since,
)
from watcher.watching.reports import ReportTimes, report_due
from watcher.watching.watches import Watch, label_of, why_not_home

MOST_ROWS = 200
MOST_CHANGES = 60
LONGEST_TABLE = 72_000
"""Bytes of the table in a mail: with the changes and the rest it stays below what Gmail cuts off."""


def due(history: History, settings: Settings, now: datetime) -> Iterator[Transaction]:
    """What is to be committed now, one transaction a report, or the mark from which on reports are made."""
    for watch in settings.watch:
        if watch.report is None:
            continue
        day = watch.report.last_due(settings.timezone, now)
        first = history.first_report(watch.name, watch.report.schedule)
        if first is None:
            yield Transaction(deliveries=(_beginning(watch, watch.report, day, now),))
        elif report_due(day, first, was_made=history.has_report(watch.name, watch.report.schedule, day)):
            yield _report(history, settings, watch, watch.report, day, now)


def are_due(history: History, settings: Settings, now: datetime) -> bool:
    """Whether a report is to be made, for which all homes are gone through."""
    return any(
        report_due(
            day := watch.report.last_due(settings.timezone, now),
            history.first_report(watch.name, watch.report.schedule),
            was_made=history.has_report(watch.name, watch.report.schedule, day),
        )
        for watch in settings.watch
        if watch.report is not None
    )


def _beginning(watch: Watch, times: ReportTimes, day: date, now: datetime) -> Delivery:
    """The mark that nothing is to be reported of a day or before it: nobody had asked for it then."""
    content = WatchReport(watch=watch.name, day=day, schedule=times.schedule, since=day)
    made = Delivery.of(times.to[0], _subject(watch), content, _content_id(watch, times, day), now)
    return replace(made, state=State.LAPSED, detail=f"the reports begin after {british(day)}; none is made of it")


def _report(
    history: History, settings: Settings, watch: Watch, times: ReportTimes, day: date, now: datetime
) -> Transaction:
    today = now.astimezone(settings.timezone).date()
    groups = settings.groups
    homes = sorted(homes_of(history, (watch,), groups, today), key=lambda entry: _worst_first(entry, today))
    rows = fitting([_row(entry, watch, today) for entry in homes[:MOST_ROWS]], LONGEST_TABLE)
    families = frozenset((entry.home.regulator, entry.family) for entry in homes)
    changes = _changes(history, settings, watch, times, day)
    content = WatchReport(
        watch=watch.name,
        day=day,
        schedule=times.schedule,
        since=times.begins(day),
        homes=homes_in_brief(history, (watch,), groups, today),
        country=None if covers_everything(watch, groups) else country_in_brief(history, families, today),
        rows=rows,
        more_rows=len(homes) - len(rows),
        changes=tuple(changes[:MOST_CHANGES]),
        more_changes=max(len(changes) - MOST_CHANGES, 0),
        unread=tuple(unread_feeds(history, settings, now)),
    )
    made = (
        _doubted(history, delivery, day, now)
        for channel in dict.fromkeys(times.to)
        for delivery in messages(
            settings.channels, channel, _subject(watch), content, _content_id(watch, times, day), now
        )
    )
    return Transaction(deliveries=with_quiet(made, settings, now))


def _doubted(history: History, delivery: Delivery, day: date, now: datetime) -> Delivery:
    """The message; of a day before a backup was restored it may have been accepted already, and is first looked for."""
    restored = history.restored()
    if restored is None or restored.certain or not restored.matters(now) or day > restored.at.date():
        return delivery
    return replace(delivery, unsure_since=restored.taken)


def _subject(watch: Watch) -> str:
    return f"report:{watch.name}"


def _content_id(watch: Watch, times: ReportTimes, day: date) -> str:
    return f"report {watch.name}\n{times.schedule}\n{day.isoformat()}"


def _row(entry: Entry, watch: Watch, day: date) -> ReportRow:
    home, present = entry.home, entry.present(day)
    regulator = regulators.of(home.regulator)
    is_marked = present is not None and present.is_lowest and not regulator.rates_lowest
    lowest = f" in its lowest {regulator.area}" if is_marked else ""
    last = max((visit for visit in entry.visits if visit.known <= day), key=lambda visit: visit.inspected, default=None)
    return ReportRow(
        home_id=home.id,
        label=label_of(home, (watch,)) or home.name or "",
        local_authority=home.local_authority or "",
        owner=home.owner or "",
        rating=f"{present.grade}{lowest}" if present else "",
        is_inadequate=present is not None and present.is_inadequate,
        since=rating_since(entry),
        inspected=last.inspected if last else None,
        dated=last.dated if last else Dated.INSPECTED,
    )


def _worst_first(entry: Entry, day: date) -> tuple[bool, str, int, str, str]:
    present = entry.present(day)
    return worst_first(entry.home, present.grade if present else None)


def _changes(history: History, settings: Settings, watch: Watch, times: ReportTimes, day: date) -> list[ReportChange]:
    """What was judged of the homes of a watch from one report's time to the next, the latest first."""
    first, last = (datetime.combine(each, times.at, settings.timezone) for each in (times.begins(day), day))
    found = (
        told for told in history.changes() if first <= told.seen < last and _is_about(history, told, watch, settings)
    )
    return [
        ReportChange(day=told.seen.astimezone(settings.timezone).date(), title=title(told.alert))
        for told in sorted(found, key=lambda told: (told.seen, told.number), reverse=True)
    ]


def _is_about(history: History, told: Told, watch: Watch, settings: Settings) -> bool:
    record = history.home(told.alert.home)
    day = told.seen.astimezone(settings.timezone).date()
    return record is not None and why_not_home(record.home, watch, settings.groups, day) is None
