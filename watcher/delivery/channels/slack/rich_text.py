"""Sections of a message as rich text, in which no text has a meaning but its own: nothing in it can ring or format.

Published in https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from watcher.delivery.channels.slack.limits import size
from watcher.messages.sections import Paragraph, Section
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.sentences import strip
from watcher.messages.ways import READ_IT, SEE_CHANGE
from watcher.messages.wording import Listed

Block = dict[str, Any]


def rich_sections(sections: Sequence[Section], room: int) -> list[Block]:
    """A block for each section; of those that exceed the room together, as much as has room and what is left out."""
    return [_block(section) for section in within(sections, room)]


def rich_timeline(points: Sequence[Point]) -> list[Block]:
    """The strip of graded inspections with its letters explained; nothing without points."""
    if not points:
        return []
    line, *key = strip(points).splitlines()
    elements = [
        _text("Graded inspections: ", bold=True),
        _text(line),
        *(_text(f"\n{text}", italic=True) for text in key),
    ]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]


def rich_list(listed: Sequence[Listed]) -> list[Block]:
    """The things that a message tells as a list, each with its links; nothing without any."""
    items = [{"type": "rich_text_section", "elements": _with_links(one)} for one in listed]
    return [{"type": "rich_text", "elements": [_bullets(items)]}] if items else []


def _with_links(one: Listed) -> list[Block]:
    places = ((one.link, READ_IT), (one.page, SEE_CHANGE))
    links = [{"type": "link", "url": address, "text": words} for address, words in places if address]
    return [_text(one.words), *(each for link in links for each in (_text(" "), link))]


def _bullets(items: list[Block]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def within(sections: Sequence[Section], room: int) -> list[Section]:
    """The sections without the last paragraphs of the longest ones, until they fit; each says how many it lacks."""
    made = list(sections)
    while made and sum(map(_length, made)) > room:
        longest = max(
            range(len(made)), key=lambda number: sum(size(paragraph.text) for paragraph in made[number].paragraphs)
        )
        section = made[longest]
        if len(section.paragraphs) > 1:
            made[longest] = replace(section, paragraphs=section.paragraphs[:-1], more=section.more + 1)
        else:
            del made[longest]
    return made


def _length(section: Section) -> int:
    return size(section.heading) + sum(size(paragraph.plain()) + 4 for paragraph in section.shown)


def _block(section: Section) -> Block:
    heading = {"type": "rich_text_section", "elements": [_text(section.heading, bold=True)]}
    return {"type": "rich_text", "elements": [heading, *_paragraphs(section.shown)]}


def _paragraphs(paragraphs: Sequence[Paragraph]) -> Iterator[Block]:
    """Quotations as quotations, each by itself; our own paragraphs as a list."""
    for is_quote, run in groupby(paragraphs, key=lambda paragraph: paragraph.is_quote):
        if is_quote:
            yield from ({"type": "rich_text_quote", "elements": _quotation(paragraph)} for paragraph in run)
        else:
            items = [{"type": "rich_text_section", "elements": [_text(paragraph.plain())]} for paragraph in run]
            yield _bullets(items)


def _quotation(paragraph: Paragraph) -> list[Block]:
    source = [_text(f"  ({paragraph.source})", italic=True)] if paragraph.source else []
    return [_text(f"‘{paragraph.text}’"), *source]


def _text(text: str, **style: bool) -> Block:
    return {"type": "text", "text": text, **({"style": style} if style else {})}
