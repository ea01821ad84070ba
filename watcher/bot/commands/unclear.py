"""What is said where a question cannot be answered as it stands: what to write, or what may be meant, as buttons.

Only whoever asked sees it, though the answer be for all of the channel: a slip of the keyboard is nobody else's matter.
"""

from collections.abc import Sequence

from watcher.bot.commands.parts import buttons, note, paragraph, said
from watcher.bot.commands.words import Words
from watcher.bot.said import Said
from watcher.text import capital, inert

_LONGEST = 60


def what_to_write(thing: str, example: str) -> Said:
    """Of a command without what it needs."""
    return said(f"Which {thing}?", note(f"Write `/watcher {example}`.", is_ours=True))


def nothing_so_called(thing: str, written: Words, near: Sequence[tuple[str, str]], instead: str = "") -> Said:
    """That there is nothing of that name, with buttons that ask for the nearest; `instead` says what to do else."""
    title = f"No {thing} is called {inert(written.plain, _LONGEST)}"
    return said(title, paragraph("Did you mean:" if near else capital(instead)), buttons(*near))


def several(written: Words, meant: Sequence[tuple[str, str]]) -> Said:
    """That more than one thing is called so."""
    return said(f"Which {inert(written.plain, _LONGEST)}?", paragraph("More than one has it."), buttons(*meant))
