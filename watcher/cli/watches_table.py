"""The watches that people made, as a table."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from watcher.answers.told.watched import changes_asked, watched, why_not_told
from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.text import inert
from watcher.watching.deeds import through
from watcher.watching.made_watches import MadeWatch

_NARROW = 90
"""Columns of a terminal below which what is said of a watch stands in one."""


def watches_table(history: History, settings: Settings, made: Iterable[MadeWatch], width: int) -> Table:
    """Watches by number; in few columns two of the table's, so that nothing is cut."""
    table = Table(box=None, pad_edge=False)
    wide = ("id", "what", "to", "changes", "made (UTC)")
    for heading in wide if width >= _NARROW else ("id", "what, to, changes, made (UTC)"):
        table.add_column(heading, overflow="fold")
    for watch in made:
        who = f"{watch.made:%Y-%m-%d %H:%M} by {inert(watch.by or 'somebody', 80)}{through(watch.door)}"
        stands = why_not_told(watch, settings)
        facts = [watched(history, watch), inert(watch.to, 80), changes_asked(watch.changes), who]
        facts[-1] = f"{who}; {stands}" if stands else who
        shown = facts if width >= _NARROW else ["\n".join(facts)]
        table.add_row(str(watch.number), *map(Text, shown))
    return table
