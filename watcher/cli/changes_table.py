"""Changes as a terminal shows them: a line or two each, whatever the width."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.answers.sheet import Row, Sheet
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
    return f"{row['change']}{days}{misleads}{unknown}"


def _where(row: Row) -> str:
    return (
        "; ".join(inert(name, 100) for name in (row["local_authority"], row["owner"]) if name) or "area not published"
    )
