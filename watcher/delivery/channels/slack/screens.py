"""How tall a message stands on a phone, reckoned from its blocks: an alert is read on two screens, or not at all.

Reckoned a little too tall, from letters of usual width at the app's own size; a browser measures it in the tests.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import ceil
from textwrap import wrap
from typing import Any

from watcher.delivery.channels.slack.limits import size

TWO_SCREENS = 2 * 844
"""Dots, of a phone of 390 by 844."""

Block = Mapping[str, Any]

_AROUND = 40
"""The sender's name, and what is empty above and below."""
_GAP = 8
_BUTTONS = 100
"""In two rows."""
_DIVIDER = 14
_LINE, _LETTERS = 22, 38
_HEADER_LINE, _HEADER_LETTERS = 25, 28
_SMALL_LINE, _SMALL_LETTERS = 18, 46
_BETWEEN = 5
"""Quotations."""
_INDENTED = 3
"""Letters that a quotation or a list has less room for."""


def height(blocks: Sequence[Block]) -> int:
    """Dots of a message with these blocks."""
    return _AROUND + sum(map(height_of, blocks))


def height_of(block: Block) -> int:
    """Dots of one block, with the gap above it."""
    return _GAP + _HEIGHTS[block["type"]](block)


def _header(block: Block) -> int:
    return _lines(block["text"]["text"], _HEADER_LETTERS) * _HEADER_LINE


def _section(block: Block) -> int:
    texts = [*([block["text"]] if "text" in block else []), *block.get("fields", ())]
    return sum(_lines(_shown(text), _LETTERS) for text in texts) * _LINE


def _context(block: Block) -> int:
    return sum(_lines(_shown(text), _SMALL_LETTERS) for text in block["elements"]) * _SMALL_LINE


def _rich_text(block: Block) -> int:
    return sum(map(_rich, block["elements"]))


def _rich(element: Block) -> int:
    if element["type"] == "rich_text_list":
        return sum(_rich_lines(item, _LETTERS - _INDENTED) * _LINE for item in element["elements"])
    if element["type"] == "rich_text_quote":
        return _BETWEEN + _rich_lines(element, _LETTERS - _INDENTED) * _LINE
    return _rich_lines(element, _LETTERS) * _LINE


def _rich_lines(element: Block, letters: int) -> int:
    return _lines("".join(text["text"] for text in element["elements"]), letters)


def _shown(text: Block) -> str:
    """A text without the addresses behind its links."""
    if text["type"] != "mrkdwn":
        return str(text["text"])
    return "".join(part.rpartition("|")[2] for part in str(text["text"]).replace("<", ">").split(">"))


@lru_cache(maxsize=256)  # each text is reckoned anew with every section that is tried beside it
def _lines(text: str, letters: int) -> int:
    """How many lines a text breaks into; letters beyond the usual ones take two places."""
    return sum(max(1, ceil(size(line) / letters), len(wrap(line, letters))) for line in text.split("\n"))


_HEIGHTS: Mapping[str, Callable[[Block], int]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "rich_text": _rich_text,
    "actions": lambda _: _BUTTONS,
    "divider": lambda _: _DIVIDER,
}
