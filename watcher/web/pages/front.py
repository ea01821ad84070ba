"""The first page: what changed lately, which homes stand inadequate, what news is expected, how the watcher is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from starlette.responses import Response

from watcher.answers.asked.chosen import Chosen
from watcher.answers.asked.sorting import Sorting
from watcher.answers.homes.home_now import HomeNow
from watcher.answers.sheet import Column
from watcher.config.made_watches import without_made
from watcher.facts import regulators
from watcher.judging.changes import What
from watcher.text import inert
from watcher.web.addresses import watch_page
from watcher.web.cells import TableRow, table_row
from watcher.web.lists.log import log_table
from watcher.web.lists.of_people import of_people
from watcher.web.pages.homes import LINKS as HOME_LINKS
from watcher.web.visit import Visit

LATEST = 10
"""Changes, homes and expected news that are shown of each."""

_INADEQUATE = Chosen(standing=("inadequate",))
_NEWEST_FIRST = Sorting("rating_since", backwards=True)
_EVERY = 10_000

TOLD_OF = (
    What.DROPPED_TO_INADEQUATE,
    What.FIRST_INADEQUATE,
    What.STILL_INADEQUATE,
    What.RECOVERED,
    What.CLOSED,
)
"""Changes of homes that are or were inadequate: what most of those who come look for."""

HOME_COLUMNS = (
    Column("id", "Home"),
    Column("rating", "Rating"),
    Column("inadequate_since", "Since"),
    Column("local_authority", "Area"),
    Column("owner", "Owner"),
)
AWAITED_COLUMNS = (
    Column("id", "Home"),
    Column("expect_news_by", "Expected by"),
    Column("local_authority", "Area"),
    Column("owner", "Owner"),
)


def front(visit: Visit) -> Response:
    """What has happened, what is to be expected, and whether the watcher itself is well."""
    kept = visit.site.kept
    standing = kept.homes(_INADEQUATE, visit.now, sort=_NEWEST_FIRST, most=_EVERY)
    latest = kept.log(Chosen(), (date.min, visit.day), visit.now, TOLD_OF, most=LATEST)
    columns, shown = log_table(latest.sheet.rows)
    overdue, awaited = _awaited(standing.homes)
    return visit.render(
        "front.html",
        now=visit.site.standing(),
        latest=shown,
        change_columns=columns,
        inadequate=_rows(visit, HOME_COLUMNS, standing.homes[:LATEST]),
        home_columns=HOME_COLUMNS,
        number_inadequate=len(standing.homes),
        each_inadequate=_of_each(standing.homes),
        overdue=_rows(visit, AWAITED_COLUMNS, overdue[:LATEST]),
        awaited=_rows(visit, AWAITED_COLUMNS, awaited[:LATEST]),
        more_overdue=max(len(overdue) - LATEST, 0),
        more_awaited=max(len(awaited) - LATEST, 0),
        awaited_columns=AWAITED_COLUMNS,
        below=standing.below,
        about=standing.about,
        followed="/changes.atom",
        watches=[(watch.name, watch_page(watch.name)) for watch in without_made(visit.settings).watch],
        of_people=list(of_people(visit)),
    )


def _awaited(homes: Iterable[HomeNow]) -> tuple[Sequence[HomeNow], Sequence[HomeNow]]:
    """Of which news is overdue, and of which it is expected; the earliest day first."""
    waiting = sorted(
        (home for home in homes if home.standing.expect_news_by), key=lambda home: str(home.standing.expect_news_by)
    )
    overdue = [home for home in waiting if home.standing.is_overdue]
    return overdue, [home for home in waiting if not home.standing.is_overdue]


def _rows(visit: Visit, columns: Sequence[Column], homes: Iterable[HomeNow]) -> Sequence[TableRow]:
    return [table_row(columns, home.contract(visit.day), HOME_LINKS) for home in homes]


def _of_each(homes: Iterable[HomeNow]) -> Sequence[str]:
    """How many of them each regulator has, where they are of several: they are not counted together."""
    counts = Counter(home.home.regulator for home in homes)
    told = [(regulators.of(key), number) for key, number in counts.most_common()] if len(counts) > 1 else []
    return [f"{inert(regulator.called, 80)}: {number:,} {regulator.worst}" for regulator, number in told]
