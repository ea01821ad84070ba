"""A home's timeline as it stands in a file or a pipe: byte for byte what the table of a terminal's library is there.

That library takes as long to import as all else that the command does. Whatever this does not lay out it leaves to it:
a terminal of any kind, a width that somebody asks for, letters that are not one column wide, words that don't fit.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence

from watcher.cli.graded import HEADINGS, NARROW, cells, home_facts
from watcher.facts.inspection import Home
from watcher.facts.statements import Record

_WIDTH = 80
"""Columns, where nobody says how wide."""
_ASKED = ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS")
_GRADES = HEADINGS.index("grades")
_ONE_WIDE = re.compile(r"[ -~·–\u00c0-\u017f]*")
_WORD = re.compile(r"\s*\S+\s*")


def plain_width(environment: Mapping[str, str] = os.environ) -> int | None:
    """How wide it is to be where no terminal has to do with it; None where more than that is to be known."""
    if any(name in environment for name in _ASKED) or any(map(os.isatty, range(3))):
        return None
    said = environment.get("COLUMNS", "")
    width = int(said) if said.isascii() and said.isdigit() else _WIDTH
    return width if width >= NARROW else None


def plain_timeline(home: Home, records: Sequence[Record], width: int = _WIDTH) -> str | None:
    """The timeline as text; None where its layout is the library's business."""
    rows = [HEADINGS, *map(cells, records)]
    title = f"{home.id}  {home_facts(home)}"
    others = [cell for row in rows for column, cell in enumerate(row) if column != _GRADES]
    if not all(map(_ONE_WIDE.fullmatch, (title, *(cell for row in rows for cell in row)))) or any(
        set("[:\\") & set(cell) for cell in others
    ):
        return None
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = width - sum(widths) - 2 * (len(widths) - 1)
    if left < 0:
        widths[_GRADES] += left
        if widths[_GRADES] < max(other for column, other in enumerate(widths) if column != _GRADES):
            return None
    lines = [title]
    for row in rows:
        folded = list(_folded(row[_GRADES], widths[_GRADES]))
        if any(len(line) > widths[_GRADES] for line in folded):
            return None
        lines += _laid_out(row, folded, widths)
    return "".join(f"{line}\n" for line in lines)


def _laid_out(row: Sequence[str], folded: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    for number, line in enumerate(folded):
        said = [line if column == _GRADES else "" if number else cell for column, cell in enumerate(row)]
        yield "  ".join(cell.ljust(width) for cell, width in zip(said, widths, strict=True))


def _folded(text: str, width: int) -> Iterator[str]:
    """The text in lines, each as many words as fit."""
    line = ""
    for word in _WORD.findall(text):
        if line and len(line) + len(word.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += word
    yield line.rstrip()
