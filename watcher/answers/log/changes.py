"""Every change that the stored inspections brought, by date published: as `replay` has them, whoever asked for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from watcher.answers.asked.chosen import Chosen, NothingSoCalledError
from watcher.answers.homes.homes import known_as_of
from watcher.answers.homes.meant import meant
from watcher.answers.sheet import Column, Row, Sheet
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Home
from watcher.history.protocol import History
from watcher.judging.changes import NEWLY_INADEQUATE, Change, What
from watcher.judging.register import Sector
from watcher.judging.spells import Spell, why_not_counted
from watcher.messages.alert import Alert
from watcher.messages.numbers import british, counted
from watcher.options.mistakes import did_you_mean
from watcher.rounds.replay import asked_for, every_change

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

FOUND_INADEQUATE = tuple(sorted({*NEWLY_INADEQUATE, What.STILL_INADEQUATE}))
DROPS_WITHIN = timedelta(days=5 * 365)
"""What of the log is shown of one owner or area, and of how long."""


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
    rows = list(_rows(history, settings, chosen, *span, what))
    return log_sheet(rows, len(rows), chosen, span, known_as_of(history, settings, now))


def log_sheet(rows: Sequence[Row], total: int, chosen: Chosen, span: tuple[date, date], known: str) -> Sheet:
    """Some rows of the log, and how many there are of all; `known` says as of when."""
    first, last = span
    return Sheet(
        title="What changed",
        about=f"Published from {british(first)} to {british(last)}{f'; {chosen.words}' if chosen.words else ''}",
        columns=COLUMNS,
        rows=rows,
        keys=KEYS,
        below=(counted(total, "change"), known),
    )


def _rows(
    history: History, settings: Settings, chosen: Chosen, first: date, last: date, what: tuple[What, ...]
) -> Iterator[dict[str, Any]]:
    asked = meant(history.register(), settings, chosen)
    for brought in every_change(history, settings, first, last, asked.keys):
        change, home = brought.change, brought.home
        if what and change.what not in what:
            continue
        if chosen.watch and not _is_listed(change, asked.regions.corrected(home), settings, chosen):
            continue
        alert = asked_for(change, home, settings) or Alert.of(change, home)
        sector = history.register().of(regulators.of(home.regulator))
        yield row_of(alert, home, asked.regions.of(home), not_counted(brought.ended, sector))


def _is_listed(change: Change, home: Home, settings: Settings, chosen: Chosen) -> bool:
    """Whether a home was on a list that is asked for when a change of it became known."""
    return chosen.fits(home, settings, change.inspection.became_known)


def row_of(alert: Alert, home: Home, region: str | None, left_out: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the log; `left_out` says why the days of a recovery are no measure."""
    return {**alert.contract(), **left_out, **_beside(home, region), **_ratings(alert), "link": alert.link}


def not_counted(ended: Spell | None, sector: Sector) -> Mapping[str, str]:
    """Why the days of a recovery are no measure of how long its home was inadequate; nothing where they are."""
    why = why_not_counted(ended, sector) if ended is not None else None
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
