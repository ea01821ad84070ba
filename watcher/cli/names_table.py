"""Owners or areas, as a terminal shows them."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.answers.sheet import Sheet
from watcher.messages.numbers import counted, grades_counted
from watcher.text import inert


def print_names(screen: Console, sheet: Sheet) -> None:
    """The names with their homes and grades; those without a home any more only where nothing else fits."""
    shown = [row for row in sheet.rows if row["homes"]] or list(sheet.rows)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("homes", justify="right", no_wrap=True)
    table.add_column("name", overflow="fold")
    several = len({row["regulator"] for row in shown}) > 1
    for row in shown:
        beside = ", ".join(filter(None, (row.get("group") or row.get("region"), row["regulator"] if several else "")))
        name = f"{inert(row['name'], 150)} ({inert(beside, 80)})" if beside else inert(row["name"], 150)
        table.add_row(f"{row['homes']:,}", Text(f"{name}\n{grades_counted(row['grades'])}".rstrip()))
    screen.print(table if shown else Text("Nothing is called so."))
    screen.print(Text(f"{counted(len(sheet.rows), 'name')}. {' '.join(sheet.below)}".rstrip()))
