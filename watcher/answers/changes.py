"""Every change that the stored inspections brought, by date published: as `replay` has them, whoever asked for them."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from watcher.answers.chosen import Chosen, NothingSoCalledError
from watcher.answers.homes import known_as_of
from watcher.answers.regions import Regions, regions_of_areas
from watcher.answers.sheet import Column, Sheet
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.judging.changes import What
from watcher.judging.spells import why_not_counted
from watcher.messages.alert import Alert
from watcher.messages.numbers import british, counted
from watcher.options.mistakes import did_you_mean
from watcher.rounds.replay import Brought, asked_for, every_change
from watcher.watching.watches import labels_of

KEYS = (
    *("published", "change", "home", "local_authority", "region", "constituency", "owner", "type", "sector", "name"),
    *("kind", "inspected", "grades", "headline", "before", "days_inadequate", "not_counted"),
    *("superseded_by", "group", "others", "event", "inspection", "watches", "channels", "labels", "link", "id"),
    *("rating", "previous_rating"),
)
"""The columns of a file."""
COLUMNS = (
    Column("published", "Published"),
    Column("change", "What changed"),
    Column("home", "Home"),
    Column("inspected", "Inspected"),
    Column("local_authority", "Area"),
    Column("owner", "Owner"),
)


def changes(
    history: History,
    settings: Settings,
    chosen: Chosen,
    span: tuple[date, date],
    now: datetime,
    what: tuple[What, ...] = (),
) -> Sheet:
    """The changes of the homes chosen that became known from one day to another, in their order; all sorts unless
    some are named."""
    first, last = span
    rows = list(_rows(history, settings, chosen, first, last, what))
    return Sheet(
        title="What changed",
        about=f"Published from {british(first)} to {british(last)}{f'; {chosen.words}' if chosen.words else ''}",
        columns=COLUMNS,
        rows=rows,
        keys=KEYS,
        below=(counted(len(rows), "change"), known_as_of(history, settings, now)),
    )


def _rows(
    history: History, settings: Settings, chosen: Chosen, first: date, last: date, what: tuple[What, ...]
) -> Iterator[dict[str, Any]]:
    regions = regions_of_areas(entry.home for entry in history.register())
    for brought in _fitting(history, settings, chosen, (first, last), what, regions):
        change, home = brought.change, brought.home
        alert = asked_for(change, home, settings) or Alert.of(change, home)
        beside = {**_not_counted(brought, history), **_beside(home, regions.of(home)), **_ratings(alert)}
        yield {**alert.contract(), **beside, "link": alert.link}


def _fitting(
    history: History,
    settings: Settings,
    chosen: Chosen,
    span: tuple[date, date],
    what: tuple[What, ...],
    regions: Regions,
) -> Iterator[Brought]:
    """The changes of the homes chosen, in the order in which they became known."""
    fits: dict[tuple[str, date | None], bool] = {}
    for brought in every_change(history, settings, *span):
        change, home = brought.change, brought.home
        if what and change.what not in what:
            continue
        asked = home.key, change.inspection.became_known if chosen.watch else None  # only lists have days
        if asked not in fits:
            entry = history.register().get(home.key)
            suits = chosen.suits(entry.rating if entry else None)
            fits[asked] = suits and chosen.fits(regions.corrected(home), settings, asked[1])
        if fits[asked]:
            yield brought


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """One change of the log as messages tell it."""

    alert: Alert
    known: date
    """The day on which it became known."""
    seen: datetime | None = None
    """When the watcher saw it; None for what was published before it watched."""


def latest_changes(
    history: History,
    settings: Settings,
    chosen: Chosen,
    span: tuple[date, date],
    what: tuple[What, ...] = (),
    most: int = 100,
) -> Sequence[LoggedChange]:
    """The latest of the changes chosen as messages tell them, the newest first.

    A home is called as the lists of the watches that were asked for call it; other lists are not for these readers.
    """
    regions = regions_of_areas(entry.home for entry in history.register())
    fitting = deque(_fitting(history, settings, chosen, span, what, regions), maxlen=most)
    return [_logged(brought, history, settings, chosen.watch) for brought in reversed(fitting)]


def _logged(brought: Brought, history: History, settings: Settings, watches: Collection[str]) -> LoggedChange:
    """With all that was told of it then, where it was told."""
    change, home = brought.change, brought.home
    told = history.change(change.id)
    alert = told.alert if told else asked_for(change, home, settings) or Alert.of(change, home)
    labels = labels_of(home, settings.watch, watches)
    return LoggedChange(alert.labelled(labels), change.inspection.became_known, told.seen if told else None)


def _not_counted(brought: Brought, history: History) -> dict[str, str]:
    """Why the days of a recovery are no measure of how long its home was inadequate; nothing where they are."""
    if brought.ended is None:
        return {}
    why = why_not_counted(brought.ended, history.register().of(regulators.of(brought.home.regulator)))
    return {"not_counted": why} if why else {}


def _beside(home: Home, region: str | None) -> dict[str, Any]:
    """What the log says of a home beside what every line about a change does."""
    return {
        "region": region,
        "sector": home.sector,
        "constituency": home.constituency,
        "name": home.name,
    }


def _ratings(alert: Alert) -> dict[str, str | None]:
    """The grade that counts, of this inspection and of the graded one before: what a table of changes is sorted by."""
    before = alert.before
    return {
        "rating": alert.grades.get(alert.headline),
        "previous_rating": before.grades.get(before.headline or alert.headline) if before else None,
    }


def sorts(names: Iterable[str]) -> tuple[What, ...]:
    """The sorts of change of these names; raises NothingSoCalledError for one that is none, with the nearest."""
    for name in names:
        if name not in tuple(What):
            raise NothingSoCalledError(
                f"there is no change {name!r}{did_you_mean(name, [what.value for what in What])}"
            )
    return tuple(What(name) for name in names)
