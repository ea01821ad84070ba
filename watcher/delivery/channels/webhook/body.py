"""What a receiver is sent of a message: one JSON object, whose `type` says what it is of.

docs/webhook.md tells it to whoever writes a receiver; docs/schemas/webhook.json has every key.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson

from watcher.facts.stored import stored
from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.group import Group
from watcher.messages.links import Links
from watcher.messages.message import Content, Message, Notice, Reminder
from watcher.messages.morning import Morning, Waited
from watcher.messages.not_read import NotRead
from watcher.messages.report import WatchReport
from watcher.messages.titles import title
from watcher.messages.topics import TRIAL, topic_of
from watcher.text import web_link

VERSION = 1
"""Of the form; another one when a key changes its meaning or goes."""

Said = Mapping[str, Any]


class Type(StrEnum):
    """What a message is of."""

    CHANGE = "change"
    """Of one home, told for the first time."""
    REMINDER = "reminder"
    """A change that was told and that nobody has acknowledged."""
    NOT_READ = "not_read"
    """What of a home could not be read."""
    REPORT = "report"
    OPERATOR = "operator"
    """What the watcher tells of itself."""
    TEST = "test"
    DIGEST = "digest"
    MORNING = "morning"
    """What quiet hours held."""
    GROUP = "group"
    """Many alerts of one reading in short."""
    STATE = "state"
    """How a home stands by now."""


def body(message: Message, links: Links | None = None) -> bytes:
    """What the receiver is sent of a message; with `links` its page, where it has one."""
    return orjson.dumps(_said(message.content, links, message))


def _said(content: Content, links: Links | None, message: Message) -> Said:
    if isinstance(content, Alert):
        return {**_of_home(content, links, message.reminder), **_reminded(content, message)}
    if isinstance(content, NotRead):
        return _of_home(content, links)
    if isinstance(content, Notice):
        kind = Type.TEST if content.topic == TRIAL else Type.OPERATOR
        return {**_head(kind, content), **_notice(content)}
    if isinstance(content, Digest):
        return {**_head(Type.DIGEST, content), **_digest(content, links)}
    if isinstance(content, Morning):
        return {**_head(Type.MORNING, content), **_morning(content, links)}
    if isinstance(content, WatchReport):
        return {**_head(Type.REPORT, content), "report": stored(content)}
    if isinstance(content, Group):  # for channels with threads alone; here it would be a list of its titles
        return {**_head(Type.GROUP, content), "group": content.watch, "titles": content.lines}
    return {**_head(Type.STATE, content), "state": content.line}  # for channels that can change a message alone


def _head(kind: Type, content: Content, reminder: Reminder | None = None) -> Said:
    """What stands first in every message."""
    return {"type": kind.value, "version": VERSION, "sentence": title(content, reminder)}


def _of_home(content: Alert | NotRead, links: Links | None, reminder: Reminder | None = None) -> Said:
    """What is told of a home. Its own `type` is `home_type` here, where `type` is the message's."""
    of_change = Type.CHANGE if reminder is None else Type.REMINDER
    kind = of_change if isinstance(content, Alert) else Type.NOT_READ
    told = content.contract()
    home_type, page = told.pop("type"), _page_of(content, links)
    return {
        **_head(kind, content, reminder),
        **told,
        "home_type": home_type,
        "region": content.region,
        "link": web_link(content.link),
        **({"page": page} if page else {}),
    }


def _page_of(content: Alert | NotRead, links: Links | None) -> str:
    """The page of the change, or of the home that could not be read; empty where the pages have no address."""
    if links is None:
        return ""
    return links.change(content.id) if isinstance(content, Alert) else links.home(content.home)


def _reminded(alert: Alert, message: Message) -> Said:
    """What tells a reminder from the alert that it repeats; nothing for an alert itself."""
    reminder = message.reminder
    if reminder is None:
        return {}
    which = {"number": reminder.number, "after_seconds": reminder.after_seconds}
    return {"of": alert.id, "reminder": {**which, "id": message.id, "alert": alert.id}}


def _digest(digest: Digest, links: Links | None) -> Said:
    """Each change and each thing that could not be read as a message of its own would have it."""
    homes = {"homes": stored(digest.homes)} if digest.homes else {}
    return {
        "digest": digest.day,
        "alerts": [_of_home(item.alert, links) for item in digest.items],
        "not_read": [_of_home(said, links) for said in digest.not_read],
        **homes,
    }


def _morning(morning: Morning, links: Links | None) -> Said:
    """What quiet hours held, each as a message of its own would have it."""
    return {
        "morning": morning.day,
        "part": morning.part,
        "parts": morning.parts,
        "alerts": [_said(item.content, links, _alone(item)) for item in morning.items if item.alert],
        "not_read": [_of_home(item.not_read, links) for item in morning.items if item.not_read],
    }


def _alone(item: Waited) -> Message:
    return Message(id=item.id, content=item.content, seen=item.seen, reminder=item.reminder)


def _notice(notice: Notice) -> Said:
    """A message to the operator; a test, and one of an older version, has its title and text alone."""
    topic = topic_of(notice.topic)
    said: dict[str, object] = {"notice": notice.title, "text": notice.text}
    if topic is None:
        return said
    moments = {"since": notice.since, "next_try": notice.next_try}
    return {
        **said,
        "topic": topic.key,
        "gravity": topic.gravity.value,
        "over": notice.is_over,
        "homes": notice.homes,
        "more": notice.more,
        **moments,
        "link": web_link(notice.link),
        "means": topic.link,
        "details": notice.details,
        "sender": notice.sender,
    }
