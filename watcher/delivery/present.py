"""What a message has to say of the present when it is sent or changed: how its home stands, and what people did.

Both are looked up at that moment, from what is stored: whichever of them brought the change about, neither undoes the
other, in whatever order they come, wait, lapse or are tried again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from watcher.delivery.channel import Channel, can_revise, current
from watcher.delivery.ledger import STATE_SUBJECT, Delivery, State
from watcher.messages.deeds_told import ToldDeed, deed_lines, has_acknowledged
from watcher.messages.message import PresentState


class KnownMessages(Protocol):
    """The ledger, as far as a message looks for what it has to say."""

    def delivery(self, delivery_id: str) -> Delivery | None:
        """One message by its id."""
        ...

    def messages_on(self, subject: str) -> Sequence[Delivery]:
        """Every message on one subject that is no alert, in the order they were made."""
        ...

    def deeds_on(self, message: Delivery, now: datetime) -> Sequence[ToldDeed]:
        """What people did about an alert or its home, as far as a message about it is to say so, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What a message says beside what it said when it was made."""

    line: str = ""
    deeds: tuple[str, ...] = ()
    is_acknowledged: bool = False


def present_of(
    delivery: Delivery, parent: Delivery | None, channel: Channel, known: KnownMessages, now: datetime
) -> Present:
    """What is to be said by a delivery: by the message that it changes, its `parent`, or by itself, where that is None.

    A channel that can't change what it was sent says nothing of it: it would go on saying so for ever.
    """
    is_revising, zone = can_revise(channel), _zone_of(channel)
    if not is_revising:
        return Present()
    deeds = known.deeds_on(parent or delivery, now)
    return Present(
        line=_line(delivery, known.messages_on(f"{STATE_SUBJECT}{parent.id}"), known) if parent is not None else "",
        deeds=deed_lines(deeds, zone),
        is_acknowledged=has_acknowledged(deeds),
    )


def is_silenced(state: PresentState, ledger: Callable[[str], Delivery | None]) -> bool:
    """Whether the reply that tells a present state is held back by a silence."""
    reply = ledger(state.reply) if state.reply is not None else None
    return reply is not None and reply.state is State.SILENCED


def _line(delivery: Delivery, states: Iterable[Delivery], known: KnownMessages) -> str:
    """The newest present state whose news has been told: what still waits for its reply must not be said before."""
    told = [
        state.content.line
        for state in states
        if state.id == delivery.id or state.state not in (State.WAITING, State.SENDING)
        if isinstance(state.content, PresentState) and not is_silenced(state.content, known.delivery)
    ]
    return told[-1] if told else ""


def _zone_of(channel: Channel) -> tzinfo:
    """The time zone of a channel's readers: its attribute `zone`, if it has one."""
    zone = getattr(current(channel), "zone", UTC)
    return zone if isinstance(zone, tzinfo) else UTC
