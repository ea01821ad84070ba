"""Numbers over years, regions, owners and what else is asked for: rows for programs, lines and charts for people."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from watcher.answers.asked.chosen import Chosen, NothingSoCalledError, unknown
from watcher.answers.asked.keys import HEADINGS
from watcher.answers.counts.chart import Charted
from watcher.answers.counts.numbers_charts import chart
from watcher.answers.counts.numbers_remarks import MEANING, remarks
from watcher.answers.counts.stories import Stories
from watcher.answers.counts.told_by import ToldBy
from watcher.answers.homes.facets import Facets
from watcher.answers.homes.home_now import last_read
from watcher.answers.sheet import Column, Row, Sheet
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import Dated
from watcher.history.protocol import History
from watcher.judging.numbers import NUMBERS, Key, Numbers, Story
from watcher.judging.years import Coverage
from watcher.messages.numbers import british, listed

_COLUMNS = (
    Column("homes", "Homes", is_number=True),
    Column("inspections", "Inspec\u00adtions", is_number=True),
    Column("inadequate", "Inade\u00adquate", is_number=True),
    Column("share_inadequate", "Share", is_number=True, is_share=True),
    Column("dropped", "Dropped", is_number=True),
    Column("first_inadequate", "First", is_number=True),
    Column("still_inadequate", "Still", is_number=True),
    Column("recovered", "Recov\u00adered", is_number=True),
    Column("closed_inadequate", "Closed", is_number=True),
    Column("median_days_inadequate", "Median days", is_number=True),
)


def numbers(history: History, settings: Settings, chosen: Chosen, by: Sequence[str], today: date) -> Charted:
    """The numbers of the chosen homes by what is asked for, of each regulator apart.

    Raises NothingSoCalledError for a filter that nothing fits.
    """
    stories = Stories(history, history.register())
    facets = Facets({key: story.entry.home for key, story in stories.by_home.items()})
    told = told_of(stories, facets, settings, chosen, today, read_until(settings, history))
    return numbers_of(told, settings, chosen, by)


def read_until(settings: Settings, history: History) -> Mapping[str, date]:
    """The local day on which each regulator was last read well."""
    return {key: at.astimezone(settings.timezone).date() for key, at in last_read(settings, history).items()}


def numbers_of(told: Sequence[ToldBy], settings: Settings, chosen: Chosen, by: Sequence[str]) -> Charted:
    """The same of homes that are chosen already."""
    rows = [row for one in told for row in _rows(one, by)]
    several = len(told) > 1
    shown = [Column(name, HEADINGS[name]) for name in by]
    sheet = Sheet(
        title=f"Inspections and grades by {listed([HEADINGS[name].lower() for name in by])}{_of(chosen)}",
        about=_about(told),
        columns=[*([Column("regulator", "Regulator")] if several else ()), *shown, *_COLUMNS],
        rows=rows,
        keys=[*by, *NUMBERS, "regulator"],
        below=[
            *([MEANING] if told else ()),
            *(
                f"{one.sector.regulator.called}: {line}" if several else line
                for one in told
                for line in remarks(one, by, chosen, settings.groups)
            ),
        ],
    )
    drawn = (chart(one, _rows(one, by), by, several=several) for one in told)
    return Charted(sheet, [each for each in drawn if each is not None])


def told_of(
    stories: Stories,
    facets: Facets,
    settings: Settings,
    chosen: Chosen,
    today: date,
    read: Mapping[str, date],
) -> Sequence[ToldBy]:
    """The chosen homes of each regulator, to be told by this and that.

    Raises NothingSoCalledError for a filter that nothing fits.
    """
    for first in unknown(chosen, facets.spellings, settings):
        raise NothingSoCalledError(first.what, first.near)
    fits = facets.fitting(chosen, settings, None)
    keys, by_regulator = stories.keys(settings.groups), dict[str, list[Story]]()
    for key, story in stories.by_home.items():
        if (fits is None or key in fits) and chosen.suits(story.entry.home.regulator, story.entry.rating):
            by_regulator.setdefault(story.entry.home.regulator, []).append(story)
    sectors = {key: stories.register.of(regulators.of(key)) for key in sorted(by_regulator)}
    return [
        ToldBy(sector, by_regulator[key], Coverage.of(sector, today, read.get(key)), keys)
        for key, sector in sectors.items()
    ]


def _rows(told: ToldBy, by: Sequence[str]) -> list[Row]:
    regulator = {"regulator": told.sector.regulator.key}
    counted: dict[Key, Numbers] = dict(told.by(*by))
    if tuple(by) == ("year",):  # a year in which none of the chosen homes was inspected is no gap
        years = [(year.name,) for year in told.coverage.years if told.coverage.counts(year)]
        counted = {**dict.fromkeys(years, Numbers()), **counted}
    rows: list[dict[str, Any]] = [
        {**dict(zip(by, key, strict=True)), **numbers.contract(), **regulator} for key, numbers in counted.items()
    ]
    if "year" in by:
        nothing = dict.fromkeys((*by, *NUMBERS))
        rows += [{**nothing, "year": year.name, **regulator} for year, _ in told.coverage.gaps()]
    return sorted(rows, key=lambda row: _order(row, by))


def _order(row: Mapping[str, Any], by: Sequence[str]) -> tuple[Any, ...]:
    """By the keys as they are asked for, what is not known last; without a year those with most homes first."""
    words = [(row[name] is None, str(row[name]).casefold()) for name in by]
    return (*words,) if "year" in by else (all(row[name] is None for name in by), -row["homes"], *words)


def _of(chosen: Chosen) -> str:
    return f": {chosen.words}" if chosen.words else ""


def _about(told: Sequence[ToldBy]) -> str:
    """By which days they are counted, and over which; of several regulators each has its own."""
    said = [(one.sector.regulator.called, _days_of(one)) for one in told if one.coverage.spans]
    if len(said) > 1:
        return f"Full inspections with a grade. {'; '.join(f'{whose}: {days}' for whose, days in said)}"
    return f"Full inspections with a grade, {said[0][1]}" if said else "Full inspections with a grade"


def _days_of(told: ToldBy) -> str:
    first, last = min(first for first, _ in told.coverage.spans), max(last for _, last in told.coverage.spans)
    return f"by {_BY[told.dated]}, from {british(first)} to {british(last)}"


_BY = {
    None: "the first day of the visit, or else the day published or first seen",
    Dated.INSPECTED: "the first day of the visit",
    Dated.PUBLISHED: "the day published",
    Dated.SEEN: "the day first seen",
}
