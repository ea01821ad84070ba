"""What is printed of a home: which it is, and its inspections as a timeline."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from watcher.facts import regulators
from watcher.facts.inspection import GONE, Home, Inspection, Judgement, Standing, grade_values
from watcher.facts.statements import Record
from watcher.messages.alert import headline_json, words_as_printed
from watcher.text import inert

_NARROW = 76
"""Columns of a terminal that the table needs."""

_COLOURS = {"inadequate": "bold red", "requires improvement": "yellow", "good": "green", "outstanding": "bold green"}


def home_line(home: Home) -> Text:
    """Which home it is, in one line, as its regulator publishes it."""
    facts = (home.type, home.local_authority, home.region, home.owner, standing(home))
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
            str(inspection.day),
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
        console.print(Text.assemble(f"{inspection.day} {inspection.kind}: ", grades(inspection)))
        gone = f", withdrawn {record.withdrawn}" if record.withdrawn else ""
        facts = f"published {published(inspection)}{gone}, event {inspection.event or '–'}"
        console.print(Padding(Text(facts, style="dim"), (0, 0, 0, 2), expand=False))


def published(inspection: Inspection) -> str:
    if inspection.published is None:
        return "–"
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
    if first is None or not regulators.of_home(inspection.home).is_usual(inspection.headline):
        listed = Text(", ").join([Text.assemble(f"{judgement.area} ", _coloured(judgement)) for judgement in said])
        return Text.assemble("no overall grade (", listed, ")")
    others = [judgement for judgement in said if judgement.grade.value != first.grade.value]
    text = _coloured(first)
    if others:
        listed = Text(", ").join([Text.assemble(f"{judgement.area} ", _coloured(judgement)) for judgement in others])
        text = Text.assemble(text, " (", listed, ")")
    return text


def _coloured(judgement: Judgement) -> Text:
    return Text(inert(judgement.grade.words), style=_COLOURS.get(judgement.grade.value, ""))


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
