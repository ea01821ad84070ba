"""Where messages go; a channel is one module or folder here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from watcher.messages.alert import Alert
from watcher.messages.digest import Digest
from watcher.messages.group import Group
from watcher.messages.present_state import PresentState


class Answer(StrEnum):
    """What a channel made of one attempt."""

    ACCEPTED = "accepted"
    LATER = "refused for now"
    REFUSED = "refused"
    """For good: it fails the same way until somebody changes something."""
    UNKNOWN = "unknown"
    """The request went out and nothing is known of its fate: look before sending again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A channel's answer to one attempt."""

    answer: Answer
    detail: str = ""
    """For the operator: what the channel said and what to do; no secrets."""
    reference: str | None = None
    """The channel's own name of the accepted message, such as Slack's `ts`."""
    retry_after: timedelta | None = None
    stops: bool = False
    """Whether a refusal concerns the channel rather than this message: every other message would be refused too."""
    remark: str = ""
    """What was wrong with a message that was accepted all the same, or why a change that was given up can't be made."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the watcher tells its operator about itself."""

    title: str
    text: str


Content = Alert | Notice | Digest | Group | PresentState
"""What a message can be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """Why an alert is sent once more: it is the n-th reminder, or nobody acknowledged it for a while."""

    number: int = 0
    """0 for an escalation."""
    after: timedelta | None = None
    """How long nobody had acknowledged it; None for a numbered reminder."""
    alert: datetime
    """When the alert itself was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One delivery as a channel is handed it."""

    id: str
    """The delivery's id: the same at every attempt, never that of another message."""
    content: Content
    seen: datetime
    """When the watcher learned of it, aware."""
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


class Channel(Protocol):
    """A way to tell somebody something. `send` and `find` block; they are called in a thread of their own."""

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        ...

    @property
    def spacing(self) -> timedelta:
        """The least time between two calls."""
        ...

    def send(self, message: Message) -> Verdict:
        """One attempt; never raises for anything the other side does."""
        ...

    def find(self, message: Message, since: datetime) -> Verdict | None:
        """Whether a message arrived since then: ACCEPTED; None if it did not; UNKNOWN if that can't be told."""
        ...

    def check(self) -> str | None:
        """Tries the way without sending anything: what is wrong and what to do, or None."""
        ...


@runtime_checkable
class Revising(Protocol):
    """A channel that can change a message which it has accepted."""

    def update(self, message: Message) -> Verdict:
        """One attempt to give the message at `thread` this content; any number of attempts come to the same.

        Never raises for anything the other side does. A refusal that stops is one of the channel itself.
        """
        ...


@runtime_checkable
class Limited(Protocol):
    """A channel that may work less well than it could."""

    def limits(self) -> str:
        """What goes less well though nothing is wrong, and what would mend it; empty if nothing does."""
        ...
