"""What a channel is to the outbox: a way to tell somebody something."""

from datetime import datetime, timedelta
from functools import cache
from typing import Protocol, TypeGuard, runtime_checkable

from watcher.delivery.verdict import Verdict
from watcher.messages.message import Message


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
        """Whether a message arrived since then: ACCEPTED; None if it did not.

        LATER if that can't be asked now, so that it waits; UNKNOWN if it can never be told, so that it goes again.
        """
        ...

    def check(self) -> str | None:
        """Tries the way without sending anything: what is wrong and what to do, or None."""
        ...


@runtime_checkable
class Renewing(Protocol):
    """A channel whose secret may be replaced while it is open."""

    def current(self) -> Channel:
        """The channel with the secret as it is now."""
        ...


def current(channel: Channel) -> Channel:
    """The channel as it is to be used now: its secret is looked at before each use."""
    return channel.current() if _is_renewing(channel) else channel


def _is_renewing(channel: Channel) -> TypeGuard[Renewing]:
    return _is_kind_of(type(channel), Renewing)


@cache
def _is_kind_of(kind: type, protocol: type) -> bool:
    """Asked several times for each message, where the question itself would take longer than all else."""
    return issubclass(kind, protocol)


@runtime_checkable
class Revising(Protocol):
    """A channel that can change a message which it has accepted.

    It may have a `zone`, in which its readers are told moments; an `account`, by which changes are counted; and
    `spacing_of_changes`, the least time between two of them in the long run.
    """

    def update(self, message: Message) -> Verdict:
        """One attempt to give the message at `thread` this content; any number of attempts come to the same.

        Never raises for anything the other side does. A refusal that stops is one of the channel itself.
        """
        ...


def can_revise(channel: Channel) -> TypeGuard[Revising]:
    """Whether a channel can change what it has accepted."""
    return _is_kind_of(type(channel), Revising)


@runtime_checkable
class Limited(Protocol):
    """A channel that may work less well than it could."""

    def limits(self) -> str:
        """What goes less well though nothing is wrong, and what would mend it; empty if nothing does."""
        ...
