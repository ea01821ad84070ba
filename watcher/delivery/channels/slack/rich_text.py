"""Sections of a message as rich text, in which no text has a meaning but its own: nothing in it can ring or format.

Published in https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from watcher.delivery.channels.slack.limits import size
from watcher.delivery.channels.slack.screens import height_of
from watcher.messages.key_facts import Fact
from watcher.messages.sections import Paragraph, Section
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.sentences import strip
from watcher.messages.ways import READ_IT, SEE_CHANGE
from watcher.messages.wording import Listed

Block = dict[str, Any]
_NEXT = "\n"
_LATER = {"quotation": 0, "requirement": 2, "sentence": 3}
"""The order of the first paragraphs, where not all have room; those of the owner and the area are in their midst."""
_TURNS = {"quotation": 3, "requirement": 2}
"""How many paragraphs of the report are shown for one of another section, where not all have room."""


def rich_state(state: str, deeds: Sequence[str]) -> list[Block]:
    """How it stands by now, in bold, and what people did; nothing where nothing was done."""
    texts = [_text(line, bold=True) if line is state else _text(line) for line in (state, *deeds) if line]
    lines = [part for text in texts for part in (_text(_NEXT), text)][1:]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": lines}]}] if lines else []


def rich_facts(facts: Sequence[Fact]) -> list[Block]:
    """The details in a line each, its label in bold; nothing without any."""
    if not facts:
        return []
    elements = [
        part
        for number, fact in enumerate(facts)
        for part in (_text(f"{'' if number == 0 else _NEXT}{fact.label}: ", bold=True), _text(fact.value))
    ]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]


def rich_sections(sections: Sequence[Section]) -> list[Block]:
    """A block for each section."""
    return [_block(section) for section in sections]


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
    return [_text(one.words), *(each for n, link in enumerate(links) for each in (_text(" · " if n else " "), link))]


def _bullets(items: list[Block]) -> Block:
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def within(sections: Sequence[Section], room: int) -> list[Section]:
    """The sections without the last paragraphs of the longest ones, until they fit; each says how many it lacks."""
    made = list(sections)
    while made and sum(map(_length, made)) > room:
        longest = max(range(len(made)), key=lambda number: sum(size(one.text) for one in made[number].paragraphs))
        made[longest : longest + 1] = _first(made[longest], len(made[longest].paragraphs) - 1)
    return made


def within_height(sections: Sequence[Section], tallest: int) -> list[Section]:
    """As much of the sections as stands within so many dots of a phone; each says how many it lacks.

    First one paragraph of each: what was found, the owner and the area, then the law, which the consequence sums up.
    After it more of what the report says, which is the news.
    Of those left out altogether `left_out` tells, within the same dots.
    """
    shown = [0] * len(sections)
    paragraphs = [
        (number, place) for number, section in enumerate(sections) for place in range(len(section.paragraphs))
    ]
    for number, place in sorted(paragraphs, key=lambda one: _turn(sections[one[0]], *one)):
        more = [place + 1 if other == number else count for other, count in enumerate(shown)]
        if shown[number] == place and _height(sections, _cut(sections, more)) <= tallest:
            shown = more
    return _cut(sections, shown)


def left_out(sections: Sequence[Section], shown: Sequence[Section]) -> str:
    """Which sections are not among those shown; empty where all are."""
    headings = {section.heading for section in shown}
    lacking = [one.heading.partition(":")[0] for one in sections if one.heading not in headings]
    return f"Left out for want of room: {'; '.join(lacking)}" if lacking else ""


def _height(sections: Sequence[Section], shown: Sequence[Section]) -> int:
    note = left_out(sections, shown)
    said = [{"type": "context", "elements": [{"type": "plain_text", "text": note}]}] if note else []
    return sum(map(height_of, [*rich_sections(shown), *said]))


def _turn(section: Section, number: int, place: int) -> tuple[bool, float, int]:
    """When it is the turn of a paragraph."""
    if place == 0:
        return False, _LATER.get(section.of_the_report, 1), number
    return True, (place + 1) / _TURNS.get(section.of_the_report, 1), number


def _cut(sections: Sequence[Section], counts: Sequence[int]) -> list[Section]:
    return [cut for section, count in zip(sections, counts, strict=True) for cut in _first(section, count)]


def _first(section: Section, count: int) -> list[Section]:
    """A section with so many paragraphs; none without any."""
    left_out = len(section.paragraphs) - count
    return [replace(section, paragraphs=section.paragraphs[:count], more=section.more + left_out)] if count else []


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
