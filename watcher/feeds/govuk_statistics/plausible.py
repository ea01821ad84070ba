"""Whether a file can be believed to be whole, beside what is known."""

import asyncio
from collections.abc import Iterable
from datetime import date

from watcher.errors import CouldNotTellError
from watcher.facts.inspection import Home
from watcher.facts.sources import Sort, Source
from watcher.feeds.feed import Knowledge
from watcher.feeds.govuk_statistics.cursor import KeptFile
from watcher.feeds.statistics.file import FileReading

LEAST_SHARE = 0.8
"""Of what the file before it had; from one release to the next the lists grew by a tenth and more, or stayed."""
FEWEST = 20
"""Fewer rows than this are never compared."""

_AT_ONCE = 100
"""So many inspections are looked up before others have their turn."""

_ADVICE = "nothing of it was taken; if it is right all the same, `watcher import` takes it, and the feed goes on"


class ImplausibleFileError(CouldNotTellError):
    """A file that is understood and not believed; the message says why."""


def why_in_future(reading: FileReading, today: date) -> str | None:
    """Why a file tells of a day that has not come, if it does: till then it would be believed over everything else."""
    if reading.as_of <= today:
        return None
    return f"{reading.name} tells the state of {reading.as_of}, which has not come; nothing of it was taken"


def why_cut(reading: FileReading, before: Iterable[KeptFile]) -> str | None:
    """Why a file cannot be whole: it has many fewer rows than those of its kind that were read before."""
    rows = [file.rows for file in before if file.is_understood and file.kind == reading.kind]
    if not rows or not _is_too_few(reading.rows, min(rows)):
        return None
    return f"{reading.name} has {reading.rows:,} rows, where the file before it has {min(rows):,}; {_ADVICE}"


def why_shrunk(readings: Iterable[FileReading], newest: tuple[date, int] | None) -> str | None:
    """Why the files of a release cannot be whole: together they list many fewer providers than the newest list."""
    listed = {home.key: source for reading in readings for home in reading.homes if (source := _list_of(home))}
    if newest is None or not listed or max(listed.values()).as_of < newest[0]:
        return None
    if not _is_too_few(len(listed), newest[1]):
        return None
    names = " and ".join(dict.fromkeys(source.name for source in listed.values()))
    return f"{names}: {len(listed):,} providers, where the list of {newest[0]} has {newest[1]:,}; {_ADVICE}"


async def is_imported(reading: FileReading, knowledge: Knowledge) -> bool:
    """Whether all that a file says was imported under its name: whoever did that has looked at it and believes it."""
    for number, inspection in enumerate(reading.inspections):
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)
        known = knowledge.inspections(inspection.home)
        if not any(inspection.sources[0] in one.sources for one in known):
            return False
    return bool(reading.inspections)


def _list_of(home: Home) -> Source | None:
    """The list that names a home, if that is what states it."""
    return home.source if home.source is not None and home.source.sort is Sort.LISTING else None


def _is_too_few(now: int, before: int) -> bool:
    return before >= FEWEST and now < LEAST_SHARE * before
