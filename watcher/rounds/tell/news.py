"""One change on its way from the judgement to the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from watcher.delivery.ledger import Delivery
from watcher.facts.inspection import Home
from watcher.judging.changes import Change, Concern, What
from watcher.messages.alert import Alert
from watcher.watching.made_watches import known_in
from watcher.watching.watches import Watch, labels_of, readers_labels, readers_names


@dataclass(frozen=True, slots=True)
class Owed:
    """Why a channel is told what takes back what it was sent."""

    what: What
    """The change that it was sent."""
    watches: tuple[str, ...]
    """Those that asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A change of a home with all that the steps have made of it so far."""

    change: Change
    home: Home
    alert: Alert
    """What readers are told; it names the watches that asked and their channels."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """For each watch that did not ask for it, why."""
    owed: Mapping[str, Owed] = field(default_factory=dict)
    """The channels that are told though no watch asked for it, and why."""
    deliveries: tuple[Delivery, ...] = ()
    """The messages to the channels that asked."""
    concerns: Mapping[str, tuple[Concern, ...]] = field(default_factory=dict)
    """The group concerns that a channel is told of in the same message."""
    unasked: tuple[Delivery, ...] = ()
    """Messages that no watch asked for. They are never sent, but a message that readers have must not belie them."""

    def alert_for(self, channel: str, watches: Sequence[Watch]) -> Alert:
        """What the readers of a channel are told; `watches` are those of the configuration."""
        debt = self.owed.get(channel)
        alert = self.alert
        if debt is not None:
            alert = alert.owed(debt.watches, labels_of(self.home, watches, debt.watches))
        if channel in self.concerns:
            alert = replace(alert, concerns=self.concerns[channel])
        alert = replace(alert, watches=known_in(channel, alert.watches))
        others = readers_names(alert.other_homes, channel, watches)
        return alert.labelled(readers_labels(alert.labels, channel, watches), others)
