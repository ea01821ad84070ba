"""Splits a long digest into mails that no server refuses and no reader's program cuts off."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate
from zoneinfo import ZoneInfo

from markupsafe import escape

from watcher.messages.brief import Brief, brief
from watcher.messages.digest import Digest, Item, in_order
from watcher.messages.wording import MOST_NOT_READ

MOST_ITEMS = 100
"""In one mail: no reader would scroll through more."""

LONGEST = 94_000
"""Bytes of the HTML of one mail: Gmail cuts off what is longer than about 102 kB."""

_FRAME = 5_000
"""Bytes of a mail without items: the style sheet, the title, the feeds, how the homes stand, and the feet."""
_ITEM = 600
"""Bytes of an item without words: its tags and their styles, its line in the contents, a heading above it."""
_NOT_READ = 900
"""Bytes of a line on what could not be read, its link included."""
_LINE = 55
_QUOTE = 350

_ANY_ZONE = ZoneInfo("UTC")
"""Good enough to measure with."""


def split(digest: Digest) -> tuple[Digest, ...]:
    """The digest in its order of telling, as one message or as several of bounded length; an empty one is one too."""
    chunks: list[list[Item]] = [[]]
    size = _FRAME + _NOT_READ * min(len(digest.not_read), MOST_NOT_READ)
    for item in in_order(digest.items):
        length = html_length(brief(item, 1, _ANY_ZONE)) + _bytes(item.alert.watches)
        if chunks[-1] and (len(chunks[-1]) == MOST_ITEMS or size + length > LONGEST):
            chunks.append([])
            size = _FRAME
        chunks[-1].append(item)
        size += length
    starts = accumulate((len(chunk) for chunk in chunks), initial=1)
    return tuple(
        replace(digest, items=tuple(chunk), first=first, part=part, parts=len(chunks))
        for part, (first, chunk) in enumerate(zip(starts, chunks, strict=False), start=1)
    )


def html_length(item: Brief) -> int:
    """Bytes that an item takes in the built-in HTML at most; measured without filling in a template."""
    facts = (*item.areas, *item.facts)
    paragraphs = [paragraph for section in item.sections for paragraph in section.shown]
    words = (
        *(item.title, item.title, item.strip, item.link or "", *item.footnotes),
        *(word for fact in facts for word in (fact.label, fact.value)),
        *(word for paragraph in paragraphs for word in (paragraph.quoted, paragraph.source)),
    )
    return _ITEM + _bytes(words) + _LINE * len(facts) + _QUOTE * len(paragraphs)


def _bytes(words: Iterable[str]) -> int:
    return sum(len(escape(word).encode()) for word in words)
