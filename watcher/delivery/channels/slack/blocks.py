"""A message as Slack's chat.postMessage takes it: Block Kit with a plain text beside it, or the plain text alone.

First what happened and what follows from it, where it stands and what can be done; below a line all the rest, of an
alert as much as two screens of a phone hold.

What the regulator published stands in `plain_text` or is escaped: `<!channel>` in a name rings nobody.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.buttons import buttons
from watcher.delivery.channels.slack.limits import fit
from watcher.delivery.channels.slack.rich_text import (
    left_out,
    rich_facts,
    rich_list,
    rich_sections,
    rich_state,
    rich_timeline,
    within,
    within_height,
)
from watcher.delivery.channels.slack.screens import TWO_SCREENS, height
from watcher.messages.alert import Alert
from watcher.messages.message import Message
from watcher.messages.ways import READ_IT, SEE_CHANGE
from watcher.messages.wording import Wording

EVENT_TYPE = "watcher_delivery"
"""Of the metadata by which a message is found again."""

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BESIDE_SECTIONS = 1_500
"""The longest text of a message with sections, so that these have room: a notification shows less of it."""

_NOTE = 600
"""Characters kept free for a word on what is left out."""

Block = dict[str, Any]


def payload(message: Message, wording: Wording, channel: str, *, is_answered: bool = False) -> dict[str, Any]:
    """The arguments of chat.postMessage; the text alone where the blocks would not be taken.

    An alert has buttons where their presses are answered; where there are none, and no page, a line says how it is
    acknowledged.
    """
    beside = _arguments(
        message,
        wording.plain(with_sections=False),
        channel,
        _BESIDE_SECTIONS if wording.sections or wording.listed else limits.SECTION,
    )
    acts = buttons(message) if is_answered else _told_how(message, wording)
    bare = list(_blocks(replace(wording, sections=()), acts))
    room = limits.TOTAL - _NOTE - limits.text_size({**beside, "blocks": bare})
    sections = within(wording.sections, room)
    if isinstance(message.content, Alert):
        sections = within_height(sections, TWO_SCREENS - height(bare))
    note = left_out(wording.sections, sections)
    footnotes = (note, *wording.footnotes) if note else wording.footnotes
    shown = replace(wording, sections=tuple(sections), footnotes=footnotes)
    whole = {**beside, "blocks": list(_blocks(shown, acts))}
    return plain_payload(message, wording, channel) if limits.faults(whole) else whole


def plain_payload(message: Message, wording: Wording, channel: str) -> dict[str, Any]:
    """The same without blocks; nothing a regulator published can make Slack reject it."""
    return _arguments(message, wording.plain(), channel, limits.SECTION)


def _arguments(message: Message, text: str, channel: str, longest: int) -> dict[str, Any]:
    in_thread = {"thread_ts": message.thread} if message.thread else {}
    return {
        "channel": channel,
        **in_thread,
        **({"reply_broadcast": True} if message.thread and message.is_shown else {}),
        "text": fit(text, longest, escape),
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"id": message.id, **_term_of(message)}},
    }


def _term_of(message: Message) -> dict[str, int]:
    """By which leadership it was sent, where several watchers could."""
    return {} if message.term is None else {"term": message.term}


def update_payload(message: Message, wording: Wording, channel: str, *, is_answered: bool = False) -> dict[str, Any]:
    """The arguments of chat.update, which change the message at `thread` into this one.

    Blocks that a message had are gone only if there are others or none in their place.
    """
    whole = payload(replace(message, thread=None), wording, channel, is_answered=is_answered)
    kept = {name: value for name, value in whole.items() if not name.startswith("unfurl_")}
    return {"blocks": [], **kept, "ts": message.thread}


def escape(text: str) -> str:
    """Text without a meaning in Slack's mark-up."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def _blocks(wording: Wording, acts: Sequence[Block]) -> Iterator[Block]:
    """All blocks in the order in which they are read."""
    yield from _title(wording.title)
    yield from rich_state(wording.state, wording.deeds)
    yield from _lines((wording.consequence, *wording.moves))
    yield from _lines((wording.text,))
    yield from _lines(wording.lines)
    yield from rich_list(wording.listed)
    if links := _links(wording):
        yield {"type": "section", "text": {"type": "mrkdwn", "text": links}}
    yield from acts
    rest = [*rich_facts(wording.facts), *rich_timeline(wording.timeline), *rich_sections(wording.sections)]
    if rest:
        yield {"type": "divider"}
    yield from rest
    if wording.footnotes:
        elements = [_plain(footnote, limits.CONTEXT) for footnote in wording.footnotes[: limits.CONTEXT_ELEMENTS]]
        yield {"type": "context", "elements": elements}


def _told_how(message: Message, wording: Wording) -> list[Block]:
    """How an alert is acknowledged where there is neither a button nor a page for it; a reminder says it at its end."""
    if wording.page or message.reminder is not None or not wording.acknowledge:
        return []
    return [{"type": "context", "elements": [_plain(wording.acknowledge, limits.CONTEXT)]}]


def _title(title: str) -> Iterator[Block]:
    """The fact as a header; what does not go into one goes on below it."""
    begun = fit(title, limits.HEADER)
    if begun != title:
        begun = f"{begun.removesuffix('…').rpartition(' ')[0] or begun.removesuffix('…')}…"
    yield {"type": "header", "text": _plain(begun, limits.HEADER)}
    if begun != title:
        yield _section(f"…{title[len(begun) - 1 :]}")


def _links(wording: Wording) -> str:
    """Where it can be read, in one line; empty where nowhere."""
    places = ((wording.link, READ_IT), (wording.page, SEE_CHANGE))
    return " · ".join(f"<{escape(address)}|{words}>" for address, words in places if address)


def _lines(lines: Iterable[str]) -> Iterator[Block]:
    """One section of those that there are."""
    if text := "\n".join(filter(None, lines)):
        yield _section(text)


def _section(text: str) -> Block:
    return {"type": "section", "text": _plain(text, limits.SECTION)}


def _plain(text: str, longest: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": fit(text, longest), "emoji": False}
