"""Which homes' pages are due; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from watcher.feeds.ofsted_site.cursor import Again, Failure, MissingFile, Progress, WatchedFile
from watcher.feeds.ofsted_site.search import SearchEntry

FUTURE = timedelta(days=1)
"""A date further ahead than this is an error upstream."""
AGAIN = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""A page is looked at again so long after its date moved: a second document of the same day moves no date."""
PASSING = (timedelta(0), timedelta(0), timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""How long to leave a home alone after the network failed so many times in a row; the last one for ever."""
LASTING = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
"""The same for a page or a report that could not be understood."""
LAGGING = (*LASTING[:-1], *[timedelta(days=1)] * 7, timedelta(days=7))
"""The same for a page that doesn't show the report that the list announces."""


@dataclass(frozen=True, slots=True)
class Due:
    """A home whose page is to be read now."""

    urn: str
    category: str
    latest: date | None
    """The date to remember once it was read; None where the list shows none that is sound."""
    moved: bool
    """Whether that date is new."""
    late: bool = False
    """Whether the slow sweep has found it: a report later than any known, under a date long gone."""


def due(
    progress: Progress, entries: Iterable[SearchEntry], standing: Iterable[str], now: datetime, today: date
) -> list[Due]:
    """The homes to look at, the latest documents first; `standing` are those that stand inadequate."""
    listed: dict[str, SearchEntry] = {}
    for entry in entries:
        if entry.urn not in listed or (entry.latest or date.min) > (listed[entry.urn].latest or date.min):
            listed[entry.urn] = entry
    found = [_of_entry(progress, entry, now, today) for entry in listed.values()]
    found += [
        Due(urn, "", progress.homes.get(urn), moved=False)
        for urn in standing
        if urn not in listed and _is_time(progress, urn, today)
    ]
    found += [
        Due(urn, "", failure.latest, moved=failure.latest != progress.homes.get(urn), late=failure.late)
        for urn, failure in progress.failures.items()
        if urn not in listed and failure.due <= now
    ]
    files: tuple[MissingFile | WatchedFile, ...] = (*progress.missing.values(), *progress.watched.values())
    categories = {urn: entry.category for urn, entry in listed.items()}
    found += [
        Due(urn, categories.get(urn, ""), progress.homes.get(urn), moved=False)
        for urn in dict.fromkeys(file.urn for file in files if file.due <= now)
    ]
    standing_listed = [
        Due(urn, listed[urn].category, progress.homes.get(urn), moved=False)
        for urn in standing
        if urn in listed and urn in progress.homes and _is_time(progress, urn, today)
    ]
    wanted = {home.urn: home for home in reversed((*(home for home in found if home), *standing_listed))}
    ready = [home for home in wanted.values() if not _is_resting(progress, home, now)]
    return sorted(ready, key=lambda home: (home.latest or date.min, home.urn), reverse=True)


def _of_entry(progress: Progress, entry: SearchEntry, now: datetime, today: date) -> Due | None:
    before, again = progress.homes.get(entry.urn), progress.again.get(entry.urn)
    if entry.latest is None or entry.latest > today + FUTURE or (before is not None and entry.latest < before):
        # No sound date, or a list that fell back to an older state: worth a look, but not at every poll.
        return Due(entry.urn, entry.category, before, moved=False) if _is_time(progress, entry.urn, today) else None
    if before is None or entry.latest > before:
        return Due(entry.urn, entry.category, entry.latest, moved=True)
    failure = progress.failures.get(entry.urn)
    if (again is not None and again.due <= now) or (failure is not None and failure.due <= now):
        return Due(entry.urn, entry.category, before, moved=False)
    return None


def _is_time(progress: Progress, urn: str, today: date) -> bool:
    return progress.not_before.get(urn, date.min) <= today


def _is_resting(progress: Progress, home: Due, now: datetime) -> bool:
    """Whether it failed lately, and nothing was published since."""
    failure = progress.failures.get(home.urn)
    return failure is not None and failure.latest == home.latest and failure.due > now


def after_failure(
    before: Failure | None, home: Due, now: datetime, *, in_baseline: bool, waits: Sequence[timedelta] = LASTING
) -> Failure:
    """When to try a home again that could not be read; never not at all."""
    times = before.times + 1 if before else 1
    wait = waits[min(times, len(waits)) - 1]
    return Failure(
        times,
        now + wait,
        home.latest,
        of_baseline=in_baseline or (before is not None and before.of_baseline),
        late=home.late,
    )


def after_reading(before: Again | None, home: Due, now: datetime, today: date) -> Again | None:
    """When to look once more at a home that was read; None if not."""
    step = 0 if home.moved else before.step + 1 if before else len(AGAIN)
    fresh = home.latest is not None and home.latest >= today - timedelta(days=1)
    return Again(step, now + AGAIN[step]) if step < len(AGAIN) and (fresh or not home.moved) else None
