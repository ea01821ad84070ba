"""How homes stand, as a terminal shows it: a table where there is room, else each home as a few lines."""

from collections.abc import Iterator
from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.answers.homes.count import NOT_GRADED
from watcher.answers.sheet import Row, Sheet
from watcher.text import inert

_NARROW = 76


def print_homes(screen: Console, sheet: Sheet) -> None:
    """The rows with what stands below them; whatever the width, no number and no date is cut."""
    if sheet.rows and screen.width >= _NARROW:
        screen.print(_table(sheet))
    else:
        for row in sheet.rows:
            for line in _lines(row):
                screen.print(Text(line))
    if sheet.rows:
        screen.print()
    for line in (*sheet.below, sheet.about):
        screen.print(Text(line))


def _table(sheet: Sheet) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("home", "rating", "since", "inspected"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what, where, whose", overflow="fold")
    for row in sheet.rows:
        since, inspected = row["rating_since"] or "–", row["inspected"] or "–"
        rating = "\n".join(wrap(row["rating"] or NOT_GRADED, len(NOT_GRADED)))
        table.add_row(row["id"], rating, since, inspected, Text("\n".join(_said(row))))
    return table


def _lines(row: Row) -> Iterator[str]:
    since = f" since {row['rating_since']}" if row["rating_since"] else ""
    yield f"{row['id']}  {row['rating'] or NOT_GRADED}{since}"
    if row["inspected"]:
        yield f"  inspected {row['inspected']}"
    yield from (f"  {line}" for line in _said(row))


def _said(row: Row) -> Iterator[str]:
    """What it is called, where it is, whose it is, and what is to be known of it beside its rating."""
    names = dict.fromkeys((row["label"] or row["name"], row["local_authority"], row["owner"]))
    yield "; ".join(inert(name, 100) for name in names if name) or inert(row["type"] or "", 60)
    own = [row.get("note") or "", *(f"{key}: {said}" for key, said in (row.get("others") or {}).items())]
    if any(own):
        yield "; ".join(inert(words, 100) for words in own if words)
    if row["inadequate_since"]:
        was = f"was {row['previous_rating']}" if row["previous_rating"] else "no better grade is known"
        yield f"{was}{_awaited(row)}"
    if row["next_due"]:
        yield f"next full inspection {row['next_due']['from']} to {row['next_due']['to']}"
    if row["status"] not in (None, "active"):
        closed = f" since {row['closed_on']}" if row["closed_on"] else ""
        yield f"{inert(row['status'], 60)}{closed}"


def _awaited(row: Row) -> str:
    if row["overdue"]:
        return f"; news was expected by {row['expect_news_by']}"
    return f"; news expected by {row['expect_news_by']}" if row["expect_news_by"] else ""
