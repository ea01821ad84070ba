"""What a channel would be given, without giving it: each channel shows its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

import orjson

from watcher.messages.links import Links
from watcher.messages.message import Message
from watcher.messages.wording import Wording, unsent, word


@dataclass(frozen=True, slots=True)
class Preview:
    """What a channel would be given."""

    text: str
    remark: str = ""
    """What the operator would be told of it: what had to be left out or replaced."""
    html: str | None = None
    """The same as a page that needs no other file; None where the channel sends no HTML."""


@runtime_checkable
class Previewed(Protocol):
    """A channel that can show what it would send."""

    def preview(self, message: Message, *, was_sent: bool) -> Preview:
        """What it would be given; without `was_sent`, for alerts alone, nothing is said of when it was seen."""
        ...


def in_words(message: Message, zone: ZoneInfo, links: Links | None = None, *, was_sent: bool) -> Wording:
    """The words of a message, or of one that was never sent."""
    wording = word(message, zone, links)
    return wording if was_sent else unsent(wording)


def as_json(sent: Mapping[str, Any]) -> Preview:
    """The JSON of a request, in lines for people."""
    return Preview(orjson.dumps(sent, option=orjson.OPT_INDENT_2).decode() + "\n")
