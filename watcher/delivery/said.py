"""What a delivery's document says, under the name of its kind, or by the document of another that says the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from watcher.facts.stored import read
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.group import Group
from watcher.messages.message import Content, Notice, PresentState
from watcher.messages.morning import Morning
from watcher.messages.not_read import NotRead
from watcher.messages.report import WatchReport

KINDS: Mapping[type, str] = {
    Alert: "alert",
    NotRead: "not_read",
    Notice: "notice",
    Digest: "digest",
    Morning: "morning",
    WatchReport: "report",
    Group: "group",
    PresentState: "present_state",
}
"""Every kind of content, by the name under which a delivery's document has it."""

LIKE = "like"
"""In place of a content: the document of which other message says it for this one too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """What a delivery's document has in place of a content that stands in another's."""

    id: str
    """Of the message that says it."""
    kind: str
    """The name of the content's kind."""
    change: str | None = None
    """The id of the change, of an alert."""


def kind_in(document: Mapping[str, Any]) -> str | None:
    """The name of the kind of what a delivery's document says, whichever document has it."""
    if LIKE in document:
        kind: str = document[LIKE]["kind"]
        return kind
    return next((name for name in KINDS.values() if name in document), None)


def change_in(document: Mapping[str, Any]) -> str | None:
    """The id of the change that a delivery's document tells of, if it is an alert."""
    change: str | None = document[LIKE].get("change") if LIKE in document else document.get("alert", {}).get("id")
    return change


def with_content(document: Mapping[str, Any], of: Callable[[str], Mapping[str, Any] | None]) -> Mapping[str, Any]:
    """The document with its content where another has it; `of` gives that by its message's id.

    Raises ValueError where there is none.
    """
    said: Mapping[str, Any] | None = document
    asked: set[str] = set()
    while said is not None and LIKE in said and said[LIKE]["id"] not in asked:
        asked.add(said[LIKE]["id"])
        said = of(said[LIKE]["id"])
    if said is None or LIKE in said:
        raise ValueError("a message whose content is nowhere")
    if said is document:
        return document
    return {
        key: value
        for name, kept in document.items()
        for key, value in (said_in(said) if name == LIKE else {name: kept}).items()
    }


def said_in(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a delivery's document that says it."""
    return {name: document[name] for name in (*KINDS.values(), LIKE) if name in document}


def content_in(document: Mapping[str, Any]) -> Content:
    """The content of the delivery that made the document; raises ValueError if there is none."""
    for kind, name in KINDS.items():
        if name in document:
            content: Content = read(kind, document[name])
            return content
    raise ValueError("a message without a content")
