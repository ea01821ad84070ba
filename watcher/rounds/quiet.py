"""Which messages quiet hours hold, and until when; pure, by the configuration as it is now.

A channel is quiet for all that goes there; a watch is quiet for what it alone asks for. What is urgent never waits.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery, State
from watcher.facts.grades import is_inadequate
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.not_read import NotRead
from watcher.messages.numbers import british_moment
from watcher.messages.report import WatchReport
from watcher.watching.watches import Watch

AT_ONCE = frozenset({What.DROPPED_TO_INADEQUATE, What.FIRST_INADEQUATE, What.STILL_INADEQUATE, What.GROUP_CONCERN})
"""The changes that no quiet hours hold; a correction to inadequate neither."""

LONGEST_NIGHT = timedelta(days=1)
"""Quiet hours that follow each other without a gap hold nothing longer."""


def with_quiet(deliveries: Iterable[Delivery], settings: Settings, now: datetime) -> tuple[Delivery, ...]:
    """New messages in their order, those held that are to wait for the end of quiet hours."""
    hours = (*(options.quiet for options in settings.channels.values()), *(watch.quiet for watch in settings.watch))
    if not any(hours):
        return tuple(deliveries)
    return tuple(_held(delivery, settings, now) for delivery in deliveries)


def _held(delivery: Delivery, settings: Settings, now: datetime) -> Delivery:
    until = quiet_until(delivery, settings, now) if delivery.state is State.WAITING else None
    return delivery if until is None else delivery.held(until, said_of(until, settings))


def said_of(until: datetime, settings: Settings) -> str:
    """What is noted of a message that waits."""
    return f"held for quiet hours until {british_moment(until.astimezone(settings.timezone))}"


def quiet_until(delivery: Delivery, settings: Settings, now: datetime) -> datetime | None:
    """The end of the quiet hours that hold a message now, in UTC; None if it may be sent."""
    options = settings.channels.get(delivery.channel)
    if options is None or options.digest_times is not None or not may_wait(delivery):
        return None
    until = None
    end = _end(delivery, settings, now)
    while end is not None and (until is None or end - delivery.created <= LONGEST_NIGHT):
        until, end = end, _end(delivery, settings, end)
    return until


def may_wait(delivery: Delivery) -> bool:
    """Whether a message can wait for the morning: all that readers are told but what is urgent; a reminder can."""
    content = delivery.content
    if isinstance(content, Alert):
        return delivery.reminder is not None or not is_urgent(content)
    return isinstance(content, NotRead | WatchReport)


def is_urgent(alert: Alert) -> bool:
    """Whether it tells of a home that is inadequate, and that its readers must hear of at once."""
    if alert.change is What.CORRECTED:
        was = (alert.was or {}).get(alert.headline)
        regulator = alert.home.partition(":")[0]
        return is_inadequate(regulator, alert.grades.get(alert.headline)) and not is_inadequate(regulator, was)
    return alert.change in AT_ONCE


def _end(delivery: Delivery, settings: Settings, moment: datetime) -> datetime | None:
    """When the quiet that holds at a moment is over; of several watches as soon as one is not quiet."""
    quiet = settings.channels[delivery.channel].quiet
    if quiet is not None and (end := quiet.end(moment, settings.timezone)) is not None:
        return end
    ends = [
        watch.quiet.end(moment, settings.timezone) if watch.quiet is not None else None
        for watch in _asking(delivery, settings.watch)
    ]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def _asking(delivery: Delivery, watches: Iterable[Watch]) -> list[Watch]:
    """The watches for which a message goes to its channel."""
    content = delivery.content
    if isinstance(content, WatchReport):
        return [watch for watch in watches if watch.name == content.watch]
    names = content.watches if isinstance(content, Alert | NotRead) else ()
    named = [watch for watch in watches if watch.name in names] if names else []
    return list(_sending(delivery, named)) or named


def _sending(delivery: Delivery, watches: Iterable[Watch]) -> Iterator[Watch]:
    is_escalation = delivery.reminder is not None and delivery.reminder.after is not None
    for watch in watches:
        if delivery.channel in (watch.escalate_to if is_escalation else watch.to):
            yield watch
