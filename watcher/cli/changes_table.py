"""Changes as a terminal shows them: a line or two each, whatever the width."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.answers.log.change_words import change_words, day_of_row, no_measure, no_publication, particulars
from watcher.answers.sheet import Row, Sheet
from watcher.judging.changes import MOVES
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
            table.add_row(day_of_row(row), _number(row), Text(f"{_what(row)}\n{_where(row)}"))
        screen.print(table)
    else:
        for row in sheet.rows:
            screen.print(Text(f"{day_of_row(row)}  {_number(row)}\n  {_what(row)}\n  {_where(row)}"))
    for line in sheet.below:
        screen.print(Text(line))


def _number(row: Row) -> str:
    return str(row["home"]).partition(":")[2]


def _what(row: Row) -> str:
    days, day = no_measure(row), no_publication(row)
    return f"{change_words(row)}{f' ({days})' if days else ''}{_how(row)}{f' ({day})' if day else ''}"


def _how(row: Row) -> str:
    """From which grade to which, or which area."""
    if about := particulars(row):
        return f": {about}"
    was, now = row["previous_rating"], row["rating"]
    if row["change"] in MOVES and was and now and was != now:
        return f": {inert(was, 60)} → {inert(now, 60)}"
    return ""


def _where(row: Row) -> str:
    return "; ".join(inert(name, 100) for name in _names(row) if name) or "area not published"


def _names(row: Row) -> dict[str, None]:
    """Its name where its regulator publishes one, its area and its owner, each once."""
    return dict.fromkeys((row.get("name"), row["local_authority"], row["owner"]))
