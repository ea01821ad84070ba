"""What is still untold after a reading, and what is over: what was read well, is known otherwise, or has gone; pure."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from watcher.facts.inspection import Inspection
from watcher.facts.statements import find
from watcher.feeds.feed import Problem, Reading, Trouble
from watcher.history.protocol import Untold
from watcher.judging.judge import newest_graded
from watcher.rounds.tell.not_read import kept_from_readers

MENDED = ""
VANISHED = "gone from the home's page"
SUPERSEDED = "never read; a newer inspection is known"
NOT_AGAIN = "not found again"
NOT_ASKED_FOR = "its feed is not asked for such pages any more"

_OF_THE_PAGE = (Trouble.PAGE, Trouble.LINE)


@dataclass(frozen=True)
class Looked:
    """What a reading looked at, and what is known after it."""

    reading: Reading
    told: frozenset[str]
    """The inspections, as `Inspection.visit`, of which it says something new."""
    known: Callable[[str], Sequence[Inspection]]
    """What is known of a home after it, apart from what is only retold."""
    now: datetime

    def at(self, home: str) -> bool:
        """Whether the page of a home was read."""
        return home in self.reading.listings or home in self._read

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(read.key for read in self.reading.homes)


@dataclass(frozen=True, slots=True)
class Remaining:
    """What a reading leaves untold, and what it ended."""

    problems: Mapping[str, Untold]
    ended: Mapping[str, str]
    """By place, how it came to its end; empty for what was mended."""

    def of(self, regulators: Container[str]) -> "Remaining":
        """Without what is of homes of other regulators, by their keys: the feed was asked for those before."""
        others = [where for where, problem in self.problems.items() if not _is_of(problem, regulators)]
        problems = {where: problem for where, problem in self.problems.items() if where not in others}
        return Remaining(problems, {**self.ended, **dict.fromkeys(others, NOT_ASKED_FOR)})


def _is_of(problem: Untold, regulators: Container[str]) -> bool:
    return problem.home is None or problem.home.partition(":")[0] in regulators


def remaining(before: Mapping[str, Untold], found: Sequence[Problem], looked: Looked) -> Remaining:
    """What is still untold: what was found now, and what was found before and has not come to an end."""
    again = {problem.where for problem in found} | _moved(before, found)
    others = {where: problem for where, problem in before.items() if where not in again}
    ended = {where: end for where, problem in others.items() if (end := _ending(problem, looked)) is not None}
    standing = {where: problem for where, problem in others.items() if where not in ended}
    new = {problem.where: _untold(problem, _earlier(problem, before), looked.now) for problem in found}
    return Remaining({**standing, **new}, ended)


def _moved(before: Mapping[str, Untold], found: Sequence[Problem]) -> set[str]:
    """The places at which a report could not be read that is to be had at another place now."""
    visits = {visit for problem in found if (visit := _visit(problem)) is not None}
    return {where for where, problem in before.items() if problem.unread is not None and problem.visit in visits}


def _earlier(problem: Problem, before: Mapping[str, Untold]) -> Untold | None:
    """The same problem as it was found before."""
    return before.get(problem.where) or next(
        (known for known in before.values() if problem.unread is not None and known.visit == _visit(problem)), None
    )


def _ending(problem: Untold, looked: Looked) -> str | None:
    """How a problem that was not found again came to its end; None if it still stands."""
    if problem.until is not None:
        if problem.visit in looked.told:
            return MENDED
        return None if looked.now < problem.until else NOT_AGAIN
    if problem.home is None:
        return MENDED if looked.reading.outcome.is_good else None
    if not looked.at(problem.home):
        return None
    if problem.tries and problem.trouble in _OF_THE_PAGE:
        return MENDED
    if problem.home in looked.reading.unfinished:
        return None
    return MENDED if problem.visit is None else _ending_of_visit(problem.home, problem.visit, problem, looked)


def _ending_of_visit(home: str, visit: str, problem: Untold, looked: Looked) -> str | None:
    if visit in looked.told:
        return MENDED
    listed = looked.reading.listings.get(home)
    if listed is not None and not any(inspection.visit == visit for inspection in listed):
        return VANISHED
    known = looked.known(home)
    if problem.unread is not None and (other := find(known, problem.unread)) is not None and other.judgements:
        return MENDED
    newest = newest_graded(known)
    return SUPERSEDED if newest is not None and newest.day > _day(visit) else None


def _day(visit: str) -> date:
    """The first day of the inspection that `Inspection.visit` names."""
    return date.fromisoformat(visit.rsplit(":", 2)[1])


def _visit(problem: Problem) -> str | None:
    return problem.visit or (problem.unread.visit if problem.unread is not None else None)


def _untold(problem: Problem, before: Untold | None, now: datetime) -> Untold:
    """A problem as the state of its feed keeps it."""
    untold = Untold(
        what=problem.what,
        home=problem.home,
        since=before.since if before is not None else now,
        trouble=problem.trouble,
        visit=_visit(problem),
        unread=problem.unread,
        not_read=kept_from_readers(problem),
        tries=1 if before is None else max(before.tries, 1) + 1,
    )
    return untold if problem.lasts is None else replace(untold, until=now + problem.lasts)
