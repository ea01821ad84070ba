"""When one reading brings many alerts of one watch for one channel, one message tells of them all; pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from watcher.delivery.ledger import Delivery, State
from watcher.judging.changes import BY_SERIOUSNESS
from watcher.messages.alert import Alert
from watcher.messages.grades_in_words import change_called
from watcher.messages.group import MOST_LINES, Group
from watcher.messages.titles import title
from watcher.watching.watches import Watch

MOST_SINGLE = 5
"""Alerts of one watch and reading that a channel gets as messages of their own; more become one group."""

_RANK = {what: rank for rank, what in enumerate(BY_SERIOUSNESS)}


def group(deliveries: Sequence[Delivery], watches: Sequence[Watch], channels: Collection[str]) -> tuple[Delivery, ...]:
    """The messages of one reading, with one group before the alerts of each watch that brought many for a channel.

    `channels` are those that can show threads. Every delivery comes back once, in the order of before for each home;
    a grouped one names the group's delivery, in whose thread it goes.
    """
    groups: list[Delivery] = []
    group_of: dict[str, str] = {}
    sent = [
        delivery for delivery in deliveries if delivery.state is State.WAITING and isinstance(delivery.content, Alert)
    ]
    for channel in dict.fromkeys(delivery.channel for delivery in sent if delivery.channel in channels):
        mine = [delivery for delivery in sent if delivery.channel == channel]
        for watch, members in _bursts(mine, watches, channel):
            groups.append(_group_delivery(channel, watch, members))
            group_of |= {delivery.id: groups[-1].id for delivery in members}
    if not groups:
        return tuple(deliveries)
    return (
        *groups,
        *(replace(delivery, thread=group_of.get(delivery.id)) for delivery in _urgent_homes_first(deliveries)),
    )


def _bursts(
    deliveries: Iterable[Delivery], watches: Sequence[Watch], channel: str
) -> Iterable[tuple[str, list[Delivery]]]:
    """Each watch with too many alerts and those alerts; one that several watches asked for goes with the largest."""
    by_watch: dict[str, dict[str, Delivery]] = {watch.name: {} for watch in watches if channel in watch.to}
    for delivery in deliveries:
        for name in _asking(delivery):
            if name in by_watch:
                by_watch[name][delivery.id] = delivery
    while True:
        largest = max(by_watch, key=lambda name: len(by_watch[name]), default=None)
        if largest is None or len(by_watch[largest]) <= MOST_SINGLE:
            return
        members = list(by_watch.pop(largest).values())
        yield largest, members
        for member in members:
            for name in _asking(member):
                by_watch.get(name, {}).pop(member.id, None)


def _asking(delivery: Delivery) -> tuple[str, ...]:
    return delivery.content.watches if isinstance(delivery.content, Alert) else ()


def _group_delivery(channel: str, watch: str, members: Sequence[Delivery]) -> Delivery:
    alerts = sorted((delivery.content for delivery in members if isinstance(delivery.content, Alert)), key=_rank)
    content = Group(
        watch=watch,
        homes=len({alert.home for alert in alerts}),
        counts=tuple(Counter(change_called(alert.change.value, alert.home) for alert in alerts).items()),
        lines=tuple(title(alert) for alert in alerts[:MOST_LINES]),
    )
    content_id = "\n".join(("group", watch, *sorted(delivery.id for delivery in members)))
    made = Delivery.of(channel, "", content, content_id, members[0].created)
    return replace(made, subject=f"group:{made.id}")  # of its own: no home waits for a group that it is not in


def _rank(alert: Alert) -> int:
    return _RANK[alert.change]


def _urgent_homes_first(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """By the most serious alert of each home; of one home and of equals the order stays."""
    best: dict[str, int] = {}
    for delivery in deliveries:
        if isinstance(delivery.content, Alert):
            best[delivery.subject] = min(best.get(delivery.subject, len(_RANK)), _rank(delivery.content))
    return sorted(deliveries, key=lambda delivery: best.get(delivery.subject, len(_RANK)))
