"""What is handed to a channel: one content for one recipient, and what else it has to know."""

from dataclasses import dataclass, field
from datetime import datetime

from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.group import Group
from watcher.messages.morning import Morning
from watcher.messages.not_read import NotRead
from watcher.messages.reminder import Reminder
from watcher.messages.report import WatchReport

__all__ = ("Content", "Message", "Notice", "PresentState", "Reminder")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the watcher tells its operator about itself."""

    title: str
    text: str
    topic: str = ""
    """The key of its topic; empty for a notice of an older version."""
    homes: tuple[str, ...] = ()
    """The homes that it is about and what there is to know of each, where there are several."""
    more: int = 0
    """How many more there are."""
    since: datetime | None = None
    """When it began, aware."""
    next_try: datetime | None = None
    """When it is tried again by itself, aware."""
    details: tuple[str, ...] = ()
    """What the program found, for whoever mends it."""
    link: str | None = None
    """Where a person can read it, if it is about one thing."""
    is_over: bool = False
    """Whether it tells of an end."""
    sender: str = ""
    """This watcher, its version and its host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentState:
    """Why a message that was sent is changed: how its home stands by now, or what somebody did about it.

    Either alone has the other with it once it is sent: the message then says all that holds at that moment.
    """

    parent: str
    """The id of the delivery that is changed."""
    reply: str | None = None
    """The id of the delivery that tells the news: not before that one has a final verdict. None if none does."""
    line: str
    """The present state in words, without "Now: "; empty where it is about deeds alone."""
    deeds: tuple[str, ...] = ()
    """What people had done when this was made, a line each, with moments in UTC; for whoever looks after messages."""
    is_acknowledged: bool = False
    """Whether somebody had taken the alert in hand by then."""


Content = Alert | NotRead | Notice | Digest | Morning | WatchReport | Group | PresentState
"""What a message can be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery as a channel is handed it."""

    id: str
    """The delivery's id: the same at every attempt, never that of another message."""
    content: Content
    seen: datetime
    """When the watcher learned of it, aware."""
    made: datetime | None = None
    """When this message was made, aware: of a reminder long after `seen`. None if that was when it was seen."""
    recipient: str | None = None
    """The one address it is for, where a channel has several; None for all of the channel."""
    possibly_repeated: bool = False
    """Whether an earlier attempt may have arrived."""
    reminder: Reminder | None = None
    """Set where an alert is sent once more."""
    thread: str | None = None
    """The reference of the message in whose thread it belongs, or that `Revising.update` changes; a channel without
    threads takes no notice."""
    follows: str | None = None
    """The id of the message that it follows: the first about the same home to the same readers."""
    is_shown: bool = False
    """Whether a reply in a thread is shown in the channel too, since one in an old thread notifies nobody."""
    is_detail: bool = False
    """Whether it is one of the many of one reading that a group's message tells of."""
    state: str = ""
    """How the home stands by now, where a message is changed to say so."""
    deeds: tuple[str, ...] = ()
    """What people did about the alert or its home, a line each, for a channel that can change what it was sent."""
    is_acknowledged: bool = False
    """Whether somebody has taken the alert in hand."""
    more_follow: bool = field(default=False, compare=False)
    """Whether others for the same channel are due right after it."""
    term: int | None = None
    """The number of the leadership that sends it, where several watchers could; channels with room for it say it."""
