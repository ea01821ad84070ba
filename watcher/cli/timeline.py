"""What is printed of a home: which it is, and its inspections as a timeline."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from watcher.facts import regulators
from watcher.facts.grades import GradeStep, step_of
from watcher.facts.inspection import GONE, Dated, Home, Inspection, Judgement, Standing, grade_values
from watcher.facts.statements import Record
from watcher.messages.alert import headline_json, words_as_printed
from watcher.messages.days import BEFORE_THE_DAY
from watcher.messages.grades_in_words import all_of
from watcher.messages.titles import short_area
from watcher.text import inert

_NARROW = 76
"""Columns of a terminal that the table needs."""

_COLOURS = {
    GradeStep.WORST: "bold red",
    GradeStep.POOR: "yellow",
    GradeStep.FINE: "green",
    GradeStep.BEST: "bold green",
}


def home_line(home: Home) -> Text:
    """Which home it is, in one line, as its regulator publishes it."""
    name = None if regulators.of(home.regulator).withholds_names else home.name
    brand = f"brand {home.brand}" if home.brand else None
    before = ", ".join(key.partition(":")[2] for key in home.predecessors or ())
    former = f"registered before as {before}" if before else None
    facts = dict.fromkeys(
        (name, home.type, home.local_authority, home.region, home.owner, brand, standing(home), former)
    )
    return Text.assemble((home.id, "bold"), "  ", " · ".join(inert(str(fact)) for fact in facts if fact))


def standing(home: Home) -> str | None:
    """Its registration status, with the day it closed where that is known."""
    return f"{home.status} since {home.closed_on}" if home.status in GONE and home.closed_on else home.status


def print_timeline(console: Console, home: Home, records: Sequence[Record]) -> None:
    """One home's inspections, oldest first."""
    console.print(home_line(home))
    if console.width < _NARROW:
        _print_narrow(console, records)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("inspected", "published", "kind", "grades", "event"):
        table.add_column(heading)
    for record in records:
        inspection = record.inspection
        gone = f" (withdrawn {record.withdrawn})" if record.withdrawn else ""
        table.add_row(
            str(inspection.inspected or "–"),
            published(inspection),
            f"{inspection.kind}{gone}",
            grades(inspection),
            inspection.event or "–",
        )
    console.print(table)


def _print_narrow(console: Console, records: Sequence[Record]) -> None:
    """The same where a table would cut dates and numbers off."""
    for record in records:
        inspection = record.inspection
        console.print(
            Text.assemble(f"{before_day(inspection)}{inspection.day} {inspection.kind}: ", grades(inspection))
        )
        gone = f", withdrawn {record.withdrawn}" if record.withdrawn else ""
        out = f"published {published(inspection)}, " if inspection.dated is Dated.INSPECTED else ""
        facts = f"{out}event {inspection.event or '–'}{gone}"
        console.print(Padding(Text(facts, style="dim"), (0, 0, 0, 2), expand=False))


def before_day(inspection: Inspection) -> str:
    """What stands before its day where that is not the day of the visit: `published `, `first seen `."""
    return BEFORE_THE_DAY[inspection.dated]


def published(inspection: Inspection) -> str:
    if inspection.published is None:
        return f"seen {inspection.seen}" if inspection.seen else "–"
    return f"{inspection.published} (doubtful)" if inspection.has_doubtful_publication else str(inspection.published)


def grades(inspection: Inspection) -> Text:
    """The rating, and in brackets the areas that say something else; without an overall grade each area by its name."""
    said = [
        judgement
        for judgement in inspection.judgements
        if judgement.grade.standing not in (Standing.BLANK, Standing.NULL)
    ]
    if not said:
        return Text("–")
    first = next((judgement for judgement in said if judgement.area == inspection.headline), None)
    regulator = regulators.of_home(inspection.home)
    if first is None or not (
        regulator.rates_lowest or regulators.of_home(inspection.home).is_usual(inspection.headline)
    ):
        listed = Text(", ").join(
            [Text.assemble(f"{judgement.area} ", _coloured(judgement, inspection.home)) for judgement in said]
        )
        return Text.assemble("no overall grade (", listed, ")")
    others = [judgement for judgement in said if judgement.grade.value != first.grade.value]
    text = _coloured(first, inspection.home)
    if regulator.rates_lowest and not others and len(said) > 1:
        return Text.assemble(text, f" in {all_of(inspection.home, len(said))}")
    if regulator.rates_lowest:
        text = Text.assemble(f"lowest {regulator.area}, {short_area(inspection.home, first.area)}: ", text)
    if others:
        listed = Text(", ").join(
            [Text.assemble(f"{judgement.area} ", _coloured(judgement, inspection.home)) for judgement in others]
        )
        text = Text.assemble(text, " (", listed, ")")
    return text


def _coloured(judgement: Judgement, home: str) -> Text:
    step = step_of(home.partition(":")[0], judgement.grade.value)
    return Text(inert(judgement.grade.words), style=_COLOURS[step] if step else "")


def inspection_json(record: Record) -> dict[str, Any]:
    """One inspection as `--json` prints it."""
    inspection = record.inspection
    return {
        "inspection": inspection.key,
        "home": inspection.home,
        "event": inspection.event,
        "kind": inspection.kind.value,
        "inspected": inspection.inspected.isoformat() if inspection.inspected else None,
        "published": inspection.published.isoformat() if inspection.published else None,
        "grades": dict(grade_values(inspection)),
        **headline_json(inspection.home, inspection.headline, grade_values(inspection)),
        "words": words_as_printed(inspection),
        "sources": [f"{source.name} ({source.as_of})" for source in inspection.sources],
        "versions": len(record.statements),
        "seen": record.seen.isoformat() if record.seen else None,
        "withdrawn": record.withdrawn.isoformat() if record.withdrawn else None,
        "link": inspection.link,
    }
