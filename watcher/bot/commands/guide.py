"""What can be asked, in a line each; and what is said to words that are no command."""

import difflib
from collections.abc import Iterable

from watcher.bot.commands.chosen_name import AREA, OWNER, name_meant
from watcher.bot.commands.home_meant import every_home, homes_meant
from watcher.bot.commands.parts import SaidLine, SaidPart, buttons, listing, marked, said
from watcher.bot.commands.words import Words
from watcher.bot.desk import BotDesk
from watcher.bot.said import Said
from watcher.text import inert

Explained = tuple[str, str]
"""An example of a command, and what it answers."""

_LOOKED_AT = 60


def guide(explained: Iterable[Explained]) -> Said:
    """Every command with an example."""
    return said("What you can ask", _commands(explained))


def _commands(explained: Iterable[Explained]) -> SaidPart | None:
    lines = [SaidLine(f"{example}: {what}", f"`{marked(example)}` {what}") for example, what in explained]
    return listing("Write /watcher and", lines)


def no_such_command(desk: BotDesk, written: Words, commands: Iterable[str], explained: Iterable[Explained]) -> Said:
    """To words that are no command: what may be meant, as buttons, and every command; in any thread."""
    meant = [*_without_command(desk, written), *_nearest(written, commands)][:4]
    return said(
        f"/watcher has no “{inert(written.command, 40)}”",
        buttons(*meant),
        _commands(explained),
    )


def _without_command(desk: BotDesk, written: Words) -> Iterable[tuple[str, str]]:
    """A home, an owner or an area of that name, for who left the command out."""
    alone = Words("", " ".join(filter(None, (written.command, written.argument))), written.is_public)
    for home in homes_meant(every_home(desk), alone.ids[:1])[:1]:
        yield f"home {home.id}", written.again("home", home.key)
    for sort in (OWNER, AREA):
        if (meant := name_meant(desk, sort, alone)) is not None:
            yield f"{sort.command} {meant.name}", written.again(sort.command, meant.name)


def _nearest(written: Words, commands: Iterable[str]) -> Iterable[tuple[str, str]]:
    for name in difflib.get_close_matches(written.command[:_LOOKED_AT], commands, n=1, cutoff=0.6):
        argument = written.readings[0] if written.readings else ""
        yield f"{name} {inert(argument, 60)}".strip(), written.again(name, argument)
