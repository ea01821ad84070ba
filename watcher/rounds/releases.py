"""Official files into the history, as `import` and feeds take them: merged with what is known, announced to nobody."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from watcher.facts.inspection import GONE, Home, Inspection
from watcher.feeds.feed import Release
from watcher.judging.contradictions import contradicts_dates, contradicts_grades
from watcher.messages.release_read import ReleaseRead
from watcher.rounds.working_copy import WorkingCopy


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


def read_release(working_copy: WorkingCopy, release: Release, missed: Sequence[Inspection]) -> ReleaseRead:
    """Takes a release in, seen at no time; what it filled and contradicts. `missed` is judged afterwards."""
    add_statements(working_copy, release.homes, (), None)
    keys = dict.fromkeys(home.key for home in release.homes)
    new, numbered = set[str](), set[str]()
    grades, dates = dict[str, None](), dict[str, None]()
    for statement in in_order(release.inspections):
        record, was = working_copy.add(statement, None)
        visit = record.inspection.visit
        if was is None and record.id is None:
            new.add(visit)
        if was is not None and was.event is None and record.inspection.event and visit not in new:
            numbered.add(visit)
        if contradicts_grades(record, statement):
            grades[statement.home] = None
        if contradicts_dates(record, statement):
            dates[statement.home] = None
    return ReleaseRead(
        title=release.title,
        key=release.key,
        link=release.link,
        new=len(new),
        numbered=len(numbered),
        closed=tuple(key for key in keys if _has_closed(working_copy, key)),
        missed=len({inspection.key for inspection in missed}),
        grades=tuple(grades),
        dates=tuple(dates),
    )


def _has_closed(working_copy: WorkingCopy, key: str) -> bool:
    """Whether a home that was there, or was unknown, is gone now."""
    before = working_copy.home_before(key)
    return working_copy.home(key).status in GONE and (before is None or before.status not in GONE)
