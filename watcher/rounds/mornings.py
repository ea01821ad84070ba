"""Ends quiet hours: what they held goes, as one message for each reader of a channel; no network, no clock.

Each look asks the configuration as it is now. What is held no more though its morning has not come, since quiet hours
were taken out or moved, goes by itself at once. A morning that was slept through is made up, unless it is quiet again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, groupby

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State
from watcher.history.protocol import History, Transaction
from watcher.messages.alert import Alert
from watcher.messages.morning import Morning, Waited, in_order, kept
from watcher.messages.not_read import NotRead
from watcher.messages.numbers import british
from watcher.messages.report import WatchReport
from watcher.messages.titles import fact
from watcher.messages.wording import morning_parts
from watcher.rounds.quiet import is_urgent, quiet_until, said_of
from watcher.rounds.remind import why_over

LONGEST_HELD = timedelta(days=2)
"""What is older goes though it is quiet again, or still: nothing waits for ever."""


def due(history: History, settings: Settings, now: datetime) -> Iterator[Transaction]:
    """What is to be committed now: one transaction for all whose waiting alters or ends."""
    held = [delivery for delivery in history.gathered() if delivery.is_held]
    altered: list[Delivery] = []
    morning: list[Delivery] = []
    for delivery in held:
        until, is_over = quiet_until(delivery, settings, now), _has_come(delivery, now)
        if until is not None and not (is_over and now - delivery.created >= LONGEST_HELD):
            altered += [delivery.held(until, said_of(until, settings))] if until != delivery.held_until else []
        elif why := why_over(history, delivery):
            altered.append(delivery.lapsed(why))
        elif is_over and not isinstance(delivery.content, WatchReport):
            morning.append(delivery)
        else:
            altered.append(replace(delivery, state=State.WAITING, due=now, detail=""))
    if altered or morning:
        yield Transaction(deliveries=(*altered, *_mornings(history, settings, morning, now)))


def _has_come(delivery: Delivery, now: datetime) -> bool:
    return delivery.held_until is not None and delivery.held_until <= now


def _mornings(history: History, settings: Settings, held: Iterable[Delivery], now: datetime) -> Iterator[Delivery]:
    """The message of each reader, and what it tells, marked as told in it."""

    def reader(delivery: Delivery) -> tuple[str, str]:
        return delivery.channel, delivery.recipient or ""

    for _, theirs in groupby(sorted(held, key=reader), key=reader):
        yield from _morning(history, settings, list(theirs), now)


def _morning(history: History, settings: Settings, mine: Sequence[Delivery], now: datetime) -> Iterator[Delivery]:
    day = now.astimezone(settings.timezone).date()
    items = {delivery.id: _item(history, delivery) for delivery in mine}
    ordered = in_order(list(items.values()))
    whole = Morning(day=day, items=tuple(ordered), total=len(ordered))
    made = _messages(history, mine, morning_parts(whole, settings.timezone), now)
    yield from made
    part_of = {_key(item): part.id for part in made if isinstance(part.content, Morning) for item in part.content.items}
    detail = f"in the morning's message of {british(day)}"
    for delivery in mine:
        reference = part_of[_key(items[delivery.id])]
        yield replace(delivery, state=State.IN_DIGEST, reference=reference, detail=detail)


def _messages(history: History, mine: Sequence[Delivery], parts: Sequence[Morning], now: datetime) -> list[Delivery]:
    """The messages, named by the morning that they waited for: one that a lost history sent is found by that."""
    came = max(delivery.held_until for delivery in mine if delivery.held_until is not None)
    unsure = min((delivery.unsure_since for delivery in mine if delivery.unsure_since is not None), default=None)
    channel, recipient = mine[0].channel, mine[0].recipient
    made: list[Delivery] = []
    numbers = count(1)
    for part in parts:
        named = (
            Delivery.of(channel, "morning", part, f"morning {came.isoformat()} {number}", now, recipient=recipient)
            for number in numbers
        )
        new = next(delivery for delivery in named if history.delivery(delivery.id) is None)
        made.append(replace(new, unsure_since=unsure))
    return made


def _key(item: Waited) -> tuple[str, object]:
    return item.content.id, item.reminder


def _item(history: History, delivery: Delivery) -> Waited:
    content, seen = delivery.content, delivery.message().seen
    if isinstance(content, NotRead):
        return Waited(id=delivery.id, not_read=content, seen=seen)
    if not isinstance(content, Alert):
        raise TypeError(f"{delivery.id} is nothing that a morning tells")
    since = "" if delivery.reminder else _since(history, delivery.channel, content)
    return Waited(id=delivery.id, alert=kept(content), seen=seen, reminder=delivery.reminder, since=since)


def _since(history: History, channel: str, alert: Alert) -> str:
    """What the channel was told at once about the home after a change that waited."""
    told = history.change(alert.id)
    later = [
        other.alert
        for other in (history.changes(alert.home) if told is not None else ())
        if told is not None and other.seen > told.seen and channel in other.alert.channels and is_urgent(other.alert)
    ]
    return fact(later[-1]) if later else ""
