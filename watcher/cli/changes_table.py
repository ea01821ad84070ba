"""Changes as a terminal shows them: a line or two each, whatever the width."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.answers.sheet import Row, Sheet
from watcher.facts.grades import INADEQUATE
from watcher.judging.changes import MOVES, What
from watcher.messages.numbers import counted
from watcher.messages.titles import area_name
from watcher.text import inert

_NARROW = 76


def print_changes(screen: Console, sheet: Sheet) -> None:
    """The rows with what stands below them."""
    if screen.width >= _NARROW:
        table = Table(box=None, pad_edge=False, show_header=bool(sheet.rows))
        table.add_column("published", no_wrap=True)
        table.add_column("home", no_wrap=True)
        table.add_column("what, where, whose", overflow="fold")
        for row in sheet.rows:
            table.add_row(row["published"] or row["inspected"], _number(row), Text(f"{_what(row)}\n{_where(row)}"))
        screen.print(table)
    else:
        for row in sheet.rows:
            screen.print(
                Text(f"{row['published'] or row['inspected']}  {_number(row)}\n  {_what(row)}\n  {_where(row)}")
            )
    for line in sheet.below:
        screen.print(Text(line))


def _number(row: Row) -> str:
    return str(row["home"]).partition(":")[2]


def _what(row: Row) -> str:
    days = f" after {row['days_inadequate']} days" if row.get("days_inadequate") is not None else ""
    unknown = "" if row["published"] else " (date inspected; its publication is not known)"
    misleads = f" (not counted: {row['not_counted']})" if row.get("not_counted") else ""
    return f"{row['change']}{days}{misleads}{_how(row)}{unknown}"


def _how(row: Row) -> str:
    """From which grade to which, or which area."""
    home, before = row["home"], row["before"] or {}
    if row["change"] == What.AREA_INADEQUATE:
        areas = [a for a, g in row["grades"].items() if g in INADEQUATE and before.get(a) not in INADEQUATE]
        return f": {inert(', '.join(area_name(home, area) for area in areas).lower(), 200)}" if areas else ""
    if row["change"] == What.GROUP_CONCERN:
        others = counted(len({other["home"] for other in row["others"]}), "other home")
        return f": {inert(row['group'], 100)}, with {others} within a year"
    was, now = row["previous_rating"], row["rating"]
    if row["change"] in MOVES and was and now and was != now:
        return f": {inert(was, 60)} → {inert(now, 60)}"
    return ""


def _where(row: Row) -> str:
    return (
        "; ".join(inert(name, 100) for name in (row["local_authority"], row["owner"]) if name) or "area not published"
    )
