"""Official files into the history, as `import` and feeds take them: merged with what is known, announced to nobody."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.facts.inspection import GONE, Home, Inspection
from watcher.feeds.feed import Release
from watcher.history.protocol import History
from watcher.judging.contradictions import contradicts_dates, contradicts_grades
from watcher.messages.release_read import ReleaseRead
from watcher.rounds.working_copy import WorkingCopy

_AT_ONCE = 20
"""Of a workbook's 15,000 homes and statements so many are taken in at once, which takes some milliseconds."""
_MOST_BEGINNINGS = 3
"""In one piece a release of all providers holds everything else for seconds."""


def add_statements(
    working_copy: WorkingCopy, homes: Iterable[Home], inspections: Iterable[Inspection], seen: datetime | None
) -> None:
    """Takes statements in; those with an event number first, which then find whatever has none."""
    for home in homes:
        working_copy.add_home(home)
    for statement in in_order(inspections):
        working_copy.add(statement, seen)


def in_order(inspections: Iterable[Inspection]) -> list[Inspection]:
    """The order in which statements of files are taken in, whatever that of the files is."""
    return sorted(inspections, key=lambda inspection: (inspection.event is None, inspection.order))


class _Tally:
    """Takes a release in, seen at no time, and counts what it fills and contradicts."""

    def __init__(self, working_copy: WorkingCopy, release: Release) -> None:
        self._working_copy = working_copy
        self._release = release
        self._new, self._numbered = set[str](), set[str]()
        self._grades, self._dates = dict[str, None](), dict[str, None]()

    def steps(self) -> Iterator[None]:
        """Takes in one home or statement a step."""
        for home in self._release.homes:
            self._working_copy.add_home(home)
            yield
        for statement in in_order(self._release.inspections):
            self._take(statement)
            yield

    def _take(self, statement: Inspection) -> None:
        record, was = self._working_copy.add(statement, None)
        visit = record.inspection.visit
        if was is None and record.id is None:
            self._new.add(visit)
        if was is not None and was.event is None and record.inspection.event and visit not in self._new:
            self._numbered.add(visit)
        if contradicts_grades(record, statement):
            self._grades[statement.home] = None
        if contradicts_dates(record, statement):
            self._dates[statement.home] = None

    def read(self, missed: Sequence[Inspection]) -> ReleaseRead:
        """What it came to; `missed` is judged afterwards."""
        keys = dict.fromkeys(home.key for home in self._release.homes)
        return ReleaseRead(
            title=self._release.title,
            key=self._release.key,
            link=self._release.link,
            new=len(self._new),
            numbered=len(self._numbered),
            closed=tuple(key for key in keys if _has_closed(self._working_copy, key)),
            missed=len({inspection.key for inspection in missed}),
            grades=tuple(self._grades),
            dates=tuple(self._dates),
        )


@dataclass(frozen=True, slots=True)
class TakenRelease:
    """A release that was taken in, in memory only."""

    working_copy: WorkingCopy
    read: ReleaseRead
    version: int
    """Of the history's facts to which it was added."""


def take_release(history: History, release: Release, missed: Sequence[Inspection]) -> TakenRelease:
    """Takes a release in, in one piece."""
    working_copy, version = WorkingCopy(history), history.version_of_facts
    tally = _Tally(working_copy, release)
    for _ in tally.steps():
        pass
    return TakenRelease(working_copy, tally.read(missed), version)


async def take_release_by_and_by(history: History, release: Release, missed: Sequence[Inspection]) -> TakenRelease:
    """The same in small pieces between which others have their turn; begun anew a few times if they store facts.

    What they stored in the last of them is not in it.
    """
    for _ in range(_MOST_BEGINNINGS):
        working_copy, version = WorkingCopy(history), history.version_of_facts
        tally = _Tally(working_copy, release)
        for number, _ in enumerate(tally.steps()):
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        if version == history.version_of_facts:
            break
    return TakenRelease(working_copy, tally.read(missed), version)


def _has_closed(working_copy: WorkingCopy, key: str) -> bool:
    """Whether a home that was there, or was unknown, is gone now."""
    before = working_copy.home_before(key)
    return working_copy.home(key).status in GONE and (before is None or before.status not in GONE)
