"""An answer in the chat: blocks with a plain text beside them, for whoever asked alone or for all of the channel.

Foreign words stand in `plain_text` or are escaped, so that none rings anybody, and all stays within Slack's limits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from watcher.delivery.channels.slack import limits
from watcher.delivery.channels.slack.blocks import escape
from watcher.delivery.channels.slack.limits import fit
from watcher.text import inert

Block = dict[str, Any]

ASK = "watcher_ask"
"""The action id of a button that asks a question, with a number behind it; its value is the words of the question."""

_LONGEST_LABEL = 75
LONGEST_QUESTION = 500
"""Characters of a question, written or behind a button; nothing that can be asked is longer."""
_MOST_BUTTONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer."""

    text: str
    """All of it in plain words: what a notification shows, and what is sent where blocks are not taken."""
    blocks: tuple[Block, ...] = ()
    is_slip: bool = False
    """Whether it says that nothing was done: that is for whoever asked alone, `public` or not."""
    is_public: bool = False
    """Whether all of the channel see it."""

    @classmethod
    def of(cls, title: str, *paragraphs: str, blocks: Iterable[Block] = ()) -> Self:
        """A title, paragraphs of plain words below it, and further blocks."""
        shown = [paragraph for paragraph in paragraphs if paragraph]
        first = (heading(title), *map(plain, shown))
        return cls(text="\n".join((title, *shown)), blocks=(*first, *blocks)[: limits.BLOCKS])

    @classmethod
    def slip(cls, title: str, *paragraphs: str, blocks: Iterable[Block] = ()) -> Self:
        """That nothing was done, and why."""
        return replace(cls.of(title, *paragraphs, blocks=blocks), is_slip=True)

    def publicly(self) -> Self:
        """The same for all of the channel."""
        return replace(self, is_public=True)

    def payload(self) -> dict[str, Any]:
        """What any way of sending takes: the text alone where the blocks would not be taken."""
        beside = {"text": fit(self.text, limits.SECTION, escape)}
        whole = {**beside, "blocks": list(self.blocks)} if self.blocks else beside
        return beside if limits.faults(whole) else whole


def heading(words: str) -> Block:
    """What the answer is about."""
    return {"type": "header", "text": {"type": "plain_text", "text": fit(words, limits.HEADER), "emoji": False}}


def plain(words: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": {"type": "plain_text", "text": fit(words, limits.SECTION), "emoji": False}}


def small(*lines: str) -> Block:
    """Small print."""
    elements = [{"type": "plain_text", "text": fit(line, limits.CONTEXT), "emoji": False} for line in lines]
    return {"type": "context", "elements": elements[: limits.CONTEXT_ELEMENTS]}


def linked(places: Iterable[tuple[str, str]]) -> list[Block]:
    """Where it can be read, words and addresses, in one line; no block where nowhere."""
    links = " · ".join(f"<{escape(address)}|{escape(words)}>" for words, address in places if address)
    return [{"type": "section", "text": {"type": "mrkdwn", "text": links, "verbatim": True}}] if links else []


def questions(asked: Sequence[tuple[str, str]]) -> list[Block]:
    """Buttons, each with its words and the question that it asks as if somebody wrote it; no block without any."""
    elements = [
        {
            "type": "button",
            "action_id": f"{ASK}_{number}",
            "text": {"type": "plain_text", "text": fit(inert(words), _LONGEST_LABEL), "emoji": False},
            "value": question,
        }
        for number, (words, question) in enumerate(asked[:_MOST_BUTTONS])
        if 0 < len(question) <= LONGEST_QUESTION
    ]
    return [{"type": "actions", "elements": elements}] if elements else []
