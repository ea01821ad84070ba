"""What is printed of a home: which it is, and its inspections as a timeline."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from watcher.cli.graded import HEADINGS, NARROW, cells, graded, home_facts, published
from watcher.facts.grades import GradeStep
from watcher.facts.inspection import Dated, Home, Inspection
from watcher.facts.statements import Record
from watcher.messages.days import BEFORE_THE_DAY

_COLOURS = {
    GradeStep.WORST: "bold red",
    GradeStep.POOR: "yellow",
    GradeStep.FINE: "green",
    GradeStep.BEST: "bold green",
}


def home_line(home: Home) -> Text:
    """Which home it is, in one line, as its regulator publishes it."""
    return Text.assemble((home.id, "bold"), "  ", home_facts(home))


def print_timeline(console: Console, home: Home, records: Sequence[Record]) -> None:
    """One home's inspections, oldest first."""
    console.print(home_line(home))
    if console.width < NARROW:
        _print_narrow(console, records)
        return
    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading)
    for record in records:
        inspected, when, kind, _, event = cells(record)
        table.add_row(inspected, when, kind, grades(record.inspection), event)
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


def grades(inspection: Inspection) -> Text:
    """What was graded, each grade in its colour."""
    return Text.assemble(*((words, _COLOURS[step] if step else "") for words, step in graded(inspection)))
