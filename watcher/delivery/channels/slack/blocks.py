"""A message as Slack's chat.postMessage takes it: Block Kit with a plain text beside it, or the plain text alone.

What the regulator published stands in `plain_text` or is escaped: `<!channel>` in a name rings nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.limits import fit, size
from watcher.delivery.channels.slack.rich_text import rich_list, rich_sections, rich_timeline
from watcher.messages.message import Message
from watcher.messages.ways import READ_IT, SEE_CHANGE
from watcher.messages.wording import Fact, Wording

EVENT_TYPE = "watcher_delivery"
"""Of the metadata by which a message is found again."""

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BESIDE_SECTIONS = 1_500
"""The longest text of a message with sections, so that these have room: a notification shows less of it."""
_FACTS_IN_A_SECTION = limits.FIELDS // 2

Block = dict[str, Any]


def payload(message: Message, wording: Wording, channel: str) -> dict[str, Any]:
    """The arguments of chat.postMessage; the text alone where the blocks would not be taken."""
    beside = _arguments(
        message,
        wording.plain(with_sections=False),
        channel,
        _BESIDE_SECTIONS if wording.sections or wording.listed else limits.SECTION,
    )
    room = limits.TOTAL - 1 - limits.text_size({**beside, "blocks": list(_blocks(wording, 0))})
    whole = {**beside, "blocks": list(_blocks(wording, room))}
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
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"id": message.id}},
    }


def update_payload(message: Message, wording: Wording, channel: str) -> dict[str, Any]:
    """The arguments of chat.update, which change the message at `thread` into this one.

    Blocks that a message had are gone only if there are others or none in their place.
    """
    whole = payload(replace(message, thread=None), wording, channel)
    kept = {name: value for name, value in whole.items() if not name.startswith("unfurl_")}
    return {"blocks": [], **kept, "ts": message.thread}


def escape(text: str) -> str:
    """Text without a meaning in Slack's mark-up."""
    return "".join(_ESCAPES.get(character, character) for character in text)


def _blocks(wording: Wording, room: int) -> Iterator[Block]:
    """The blocks; `room` is how much text the sections may have."""
    yield {"type": "header", "text": _plain(wording.title, limits.HEADER)}
    if size(wording.title) > limits.HEADER:
        yield {"type": "section", "text": _plain(wording.title, limits.SECTION)}
    if wording.state:
        yield {"type": "section", "text": _plain(wording.state, limits.SECTION)}
    if wording.consequence:
        yield {"type": "section", "text": _plain(wording.consequence, limits.SECTION)}
    if wording.text:
        yield {"type": "section", "text": _plain(wording.text, limits.SECTION)}
    if wording.lines:
        yield {"type": "section", "text": _plain("\n".join(wording.lines), limits.SECTION)}
    yield from rich_list(wording.listed)
    yield from _facts(wording.areas)
    yield from _facts(wording.facts)
    if links := _links(wording):
        yield {"type": "section", "text": {"type": "mrkdwn", "text": links}}
    yield from rich_timeline(wording.timeline)
    yield from rich_sections(wording.sections, room)
    if wording.footnotes:
        elements = [_plain(footnote, limits.CONTEXT) for footnote in wording.footnotes[: limits.CONTEXT_ELEMENTS]]
        yield {"type": "context", "elements": elements}


def _links(wording: Wording) -> str:
    """Where it can be read, in one line; empty where nowhere."""
    places = ((wording.link, READ_IT), (wording.page, SEE_CHANGE))
    return " · ".join(f"<{escape(address)}|{words}>" for address, words in places if address)


def _facts(facts: Sequence[Fact]) -> Iterator[Block]:
    """Two columns, label and value, as Slack sets the fields of a section."""
    for start in range(0, len(facts), _FACTS_IN_A_SECTION):
        some = facts[start : start + _FACTS_IN_A_SECTION]
        yield {"type": "section", "fields": [field for fact in some for field in (_label(fact.label), _value(fact))]}


def _label(label: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": f"*{fit(label, limits.FIELD - 2, escape)}*", "verbatim": True}


def _value(fact: Fact) -> dict[str, Any]:
    return _plain(fact.value, limits.FIELD)


def _plain(text: str, longest: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": fit(text, longest), "emoji": False}
