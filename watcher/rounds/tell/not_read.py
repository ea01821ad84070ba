"""Beside the changes: the readers of a home learn that its report could not be read, once, and how to read it.

That is no change, so what a watch asks for does not matter: each watch is there to learn of drops, and the report may
say that there is one.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, messages
from watcher.facts.inspection import Home, Kind
from watcher.feeds.feed import Problem, Reading, Trouble
from watcher.history.protocol import History
from watcher.messages.not_read import NotRead, Part
from watcher.rounds.tell.told_before import ToldBefore
from watcher.rounds.working_copy import WorkingCopy
from watcher.watching.silences import held
from watcher.watching.watches import Watch, why_not_home

_MAY_BE_GRADED = frozenset({Kind.FULL, Kind.OTHER})
_OF_THE_PAGE = frozenset({Trouble.PAGE, Trouble.LINE, Trouble.GRADE})


def not_read(problem: Problem) -> NotRead | None:
    """What a problem keeps from the readers of its home; None where no grade of theirs can be behind it."""
    if problem.unread is not None:
        report = NotRead.report(problem.unread, is_missing=problem.trouble is Trouble.MISSING)
        return report if problem.unread.kind in _MAY_BE_GRADED else None
    if problem.home is None or problem.trouble not in _OF_THE_PAGE:
        return None
    return NotRead(home=problem.home, part=Part.PAGE)


def covering(home: Home, watches: Sequence[Watch], groups: Mapping[str, Sequence[str]]) -> list[Watch]:
    """The watches that cover a home, whatever changes they ask for."""
    return [watch for watch in watches if why_not_home(home, watch, groups) is None]


def tell_not_read(
    history: History, feed: str, reading: Reading, working_copy: WorkingCopy, settings: Settings, now: datetime
) -> tuple[Delivery, ...]:
    """The messages that readers were never sent about the reports that a good reading could not read."""
    reports = [report for problem in reading.problems if (report := _to_tell(problem, history, feed)) is not None]
    if not reports or not reading.outcome.is_good:
        return ()
    told_before, silences = ToldBefore(history, now), history.silences()
    return tuple(
        held(told_before.doubted(message, report.day or now.date()), working_copy.home(report.home), silences, now)
        for report in reports
        for message in _messages(report, working_copy.home(report.home), settings, now)
        if history.delivery(message.id) is None
    )


def _to_tell(problem: Problem, history: History, feed: str) -> NotRead | None:
    """The report to be told of; one that is missing may only be late, and is told of when the next reading finds so."""
    if problem.unread is None or problem.is_background:
        return None
    if problem.trouble is Trouble.MISSING and problem.where not in history.feed(feed).problems:
        return None
    return not_read(problem)


def _messages(report: NotRead, home: Home, settings: Settings, now: datetime) -> Iterator[Delivery]:
    watches = covering(home, settings.watch, settings.groups)
    content = report.described(home, [watch.name for watch in watches])
    for channel in dict.fromkeys(channel for watch in watches for channel in watch.to):
        yield from messages(settings.channels, channel, home.key, content, report.id, now)
