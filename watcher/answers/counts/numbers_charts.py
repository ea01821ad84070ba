"""The chart above a table of numbers: inadequate ones year by year, or shares side by side."""

from collections.abc import Sequence

from watcher.answers.asked.keys import HEADINGS
from watcher.answers.counts.chart import Bar, Chart
from watcher.answers.counts.told_by import ToldBy
from watcher.answers.sheet import Row, per_cent
from watcher.messages.numbers import plural

MOST_BARS = 20
"""Of thousands of owners a chart has those with most homes."""


def chart(told: ToldBy, rows: Sequence[Row], by: Sequence[str], *, several: bool) -> Chart | None:
    """The chart of one key's rows; None for several keys, and where there is next to nothing to compare."""
    if len(by) != 1:
        return None
    of = f" ({told.sector.regulator.called})" if several else ""
    return _years(told, rows, of) if by[0] == "year" else _shares(told, rows, by[0], of)


def _years(told: ToldBy, rows: Sequence[Row], of: str) -> Chart | None:
    paused = {year.name for year, _ in told.coverage.gaps() if told.coverage.is_paused(year)}
    bars = [
        Bar(row["year"], None, "no figures: inspections paused" if row["year"] in paused else "no figures")
        if row["inadequate"] is None
        else Bar(row["year"], row["inadequate"], _count_and_share(row))
        for row in rows
    ]
    known = [bar for bar in bars if bar.value is not None]
    if len(known) < 2:
        return None
    most = max(known, key=lambda bar: bar.value or 0)
    return Chart(
        f"Inspections {_found(told)}, by year{of}",
        f"Number in each year, with the share of all full inspections. Most were in {most.label}: {most.said}.",
        bars,
    )


def _found(told: ToldBy) -> str:
    """What the inspections found that are counted: `that found a home inadequate`."""
    worst = told.sector.regulator.worst
    return f"that found a home {worst}" if worst == "inadequate" else f"rated {worst}"


def _count_and_share(row: Row) -> str:
    if not row["inspections"]:
        return f"{row['inadequate']}"
    return f"{row['inadequate']:,} ({per_cent(row['share_inadequate'])} of {row['inspections']:,})"


def _shares(told: ToldBy, rows: Sequence[Row], name: str, of: str) -> Chart | None:
    with_share = [row for row in rows if row["share_inadequate"] is not None and row[name] is not None]
    bars = [
        Bar(str(row[name]), row["share_inadequate"], f"{per_cent(row['share_inadequate'])} of {row['inspections']:,}")
        for row in with_share[:MOST_BARS]
    ]
    if len(bars) < 2:
        return None
    heading = HEADINGS[name].lower()
    several = plural(heading)
    whom = f"the {len(bars)} {several} with most homes" if len(with_share) > len(bars) else f"each {heading}"
    most = max(bars, key=lambda bar: bar.value or 0)
    return Chart(
        f"Share of inspections {_found(told)}, by {heading}{of}",
        f"Share of the full inspections of {whom}, and how many there were. The largest is {most.label}: {most.said}.",
        bars,
    )
