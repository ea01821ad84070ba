"""What a channel is handed for a delivery, by how those that it follows stand when it is sent; pure."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from watcher.delivery.channel import Channel, Revising
from watcher.delivery.ledger import POSSIBLY_REPEATED, Delivery, State
from watcher.delivery.present import Present, is_silenced
from watcher.delivery.verdict import Verdict
from watcher.messages.group import Group
from watcher.messages.message import Message, PresentState

Ledger = Callable[[str], Delivery | None]
"""A delivery by its id."""

PresentOf = Callable[[Delivery, Delivery | None], Present]
"""What a delivery has to say by now, on the message that it changes if there is one."""


def handed(delivery: Delivery, ledger: Ledger, present: PresentOf | None = None) -> Message:
    """The message of a delivery; what it follows counts only if its channel accepted that.

    `present` tells what there is to say by now of a message that is changed, or is sent only now; without it a change
    says what it was made for, and nothing else.
    """
    followed = _accepted(delivery.thread, ledger)
    content = delivery.content
    if isinstance(content, PresentState) and followed is not None:
        of_its_own = Present(line=content.line, deeds=content.deeds, is_acknowledged=content.is_acknowledged)
        return _changed(followed, present(delivery, followed) if present else of_its_own)
    by_now = present(delivery, None) if present else Present()
    return replace(
        delivery.message(),
        deeds=by_now.deeds,
        is_acknowledged=by_now.is_acknowledged,
        thread=followed.reference if followed else None,
        follows=followed.id if followed else None,
        # The group's message rings for all that it names; only if the channel did not take it each must do so itself.
        is_shown=delivery.is_shown and _accepted(delivery.announced_in, ledger) is None,
        is_detail=delivery.announced_in is not None or _is_group(delivery.thread, ledger),
    )


def _changed(parent: Delivery, present: Present) -> Message:
    """The message as it was sent, with what there is to say by now: it keeps its id, by which it is found."""
    return replace(
        parent.message(),
        thread=parent.reference,
        state=present.line,
        deeds=present.deeds,
        is_acknowledged=present.is_acknowledged,
        possibly_repeated=POSSIBLY_REPEATED in parent.detail,
    )


def call_of(channel: Channel, delivery: Delivery) -> Callable[[Message], Verdict]:
    """The channel's call that takes the message of a delivery."""
    if isinstance(delivery.content, PresentState) and isinstance(channel, Revising):
        return channel.update
    return channel.send


def why_needless(delivery: Delivery, channel: Channel, ledger: Ledger, behind: Iterable[Delivery]) -> str:
    """Why a present state is not to be shown, `behind` being the newer ones that wait; empty for all else."""
    state = delivery.content
    if not isinstance(state, PresentState):
        return ""
    if not isinstance(channel, Revising):
        return "this channel can't change what it was sent"
    parent = _accepted(state.parent, ledger)
    if parent is None or parent.reference is None:
        return "the message that would say it was not accepted"
    if is_silenced(state, ledger):
        return "the reply that tells it is silenced"
    newer = [waiting.content for waiting in behind if isinstance(waiting.content, PresentState)]
    return "a newer state takes its place" if any(not is_silenced(later, ledger) for later in newer) else ""


def _is_group(delivery_id: str | None, ledger: Ledger) -> bool:
    delivery = ledger(delivery_id) if delivery_id is not None else None
    return delivery is not None and isinstance(delivery.content, Group)


def _accepted(delivery_id: str | None, ledger: Ledger) -> Delivery | None:
    delivery = ledger(delivery_id) if delivery_id is not None else None
    return delivery if delivery is not None and delivery.state is State.ACCEPTED else None
