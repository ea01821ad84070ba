"""Beside the changes: the readers of a home learn that its report could not be read, once, and how to read it.

That is no change, so what a watch asks for does not matter: each watch is there to learn of drops, and the report may
say that there is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, messages
from watcher.facts.inspection import Home, Kind
from watcher.facts.statements import HomeRecord
from watcher.feeds.feed import Problem, Trouble
from watcher.history.protocol import FeedState, History, Untold
from watcher.messages.not_read import NotRead, UnreadPart
from watcher.rounds.quiet import with_quiet
from watcher.rounds.tell.told_before import ToldBefore
from watcher.watching.silences import held
from watcher.watching.watches import Watch, labels_of, readers_labels, why_not_home

_MAY_BE_GRADED = frozenset({Kind.FULL, Kind.OTHER})
_OF_THE_PAGE = frozenset({Trouble.PAGE, Trouble.LINE, Trouble.GRADE})


def kept_from_readers(problem: Problem) -> NotRead | None:
    """What a problem keeps from the readers of its home; None where no grade of theirs can be behind it."""
    if problem.unread is not None:
        report = NotRead.report(problem.unread, is_missing=problem.trouble is Trouble.MISSING)
        return replace(report, is_background=problem.is_background) if problem.unread.kind in _MAY_BE_GRADED else None
    if problem.home is None or problem.trouble not in _OF_THE_PAGE:
        return None
    return NotRead(home=problem.home, part=UnreadPart.PAGE)


def covering(home: Home, watches: Sequence[Watch], groups: Mapping[str, Sequence[str]], day: date) -> list[Watch]:
    """The watches that cover a home on a day, whatever changes they ask for."""
    return [watch for watch in watches if why_not_home(home, watch, groups, day) is None]


def tell_not_read(
    history: History, state: FeedState, homes: Sequence[HomeRecord], settings: Settings, now: datetime
) -> tuple[Delivery, ...]:
    """The messages that readers were never sent about the reports that stand unread after a reading.

    `homes` are those that it has altered.
    """
    reports = [report for problem in state.problems.values() if (report := _to_tell(problem, state.began)) is not None]
    if not reports:
        return ()
    altered = {record.home.key: record.home for record in homes}
    new = [
        (report, home, message)
        for report in reports
        for home in [altered.get(report.home) or known_home(history, report.home)]
        for message in _messages(report, home, settings, now)
        if history.delivery(message.id) is None
    ]
    if not new:  # as a rule: what stands unread was told when it was found
        return ()
    told_before, silences = ToldBefore(history, now), history.silences()
    made = (
        held(told_before.doubted(message, report.day or now.date()), home, silences, now)
        for report, home, message in new
    )
    return with_quiet(made, settings, now)


def known_home(history: History, key: str) -> Home:
    """A home as it is known; one that nobody described is known by its key alone."""
    record = history.home(key)
    return record.home if record else Home.named(key)


def _to_tell(problem: Untold, began: datetime | None) -> NotRead | None:
    """The report to be told of; one that is missing may only be late, and is told of once a later reading finds so."""
    said = problem.not_read
    if said is None or said.is_background or said.part is UnreadPart.PAGE:
        return None
    is_late = said.part is UnreadPart.MISSING and (began is None or problem.since >= began)
    return None if is_late else said


def _messages(report: NotRead, home: Home, settings: Settings, now: datetime) -> Iterator[Delivery]:
    watches = covering(home, settings.watch, settings.groups, now.astimezone(settings.timezone).date())
    names = [watch.name for watch in watches]
    labels = labels_of(home, watches, names)
    for channel in dict.fromkeys(channel for watch in watches for channel in watch.to):
        content = report.described(home, names, readers_labels(labels, channel, watches))
        yield from messages(settings.channels, channel, home.key, content, report.id, now)
