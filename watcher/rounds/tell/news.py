"""One change on its way from the judgement to the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.delivery.ledger import Delivery
from watcher.facts.inspection import Home
from watcher.judging.changes import Change
from watcher.messages.alert import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A change of a home with all that the steps have made of it so far."""

    change: Change
    home: Home
    alert: Alert
    """What readers are told; it names the watches that asked and their channels."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """For each watch that did not ask for it, why."""
    deliveries: tuple[Delivery, ...] = ()
    """The messages to the channels that asked."""
    unasked: tuple[Delivery, ...] = ()
    """Messages that no watch asked for. They are never sent, but a message that readers have must not belie them."""
