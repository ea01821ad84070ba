"""Whether what is told of each home in Slack is one thread, and whether its first message says how the home stands."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from watcher.delivery.ledger import Delivery, State
from watcher.judging.changes import What
from watcher.messages.alert import Alert
from watcher.messages.group import Group
from watcher.messages.message import PresentState
from watcher.messages.present_state import state_line


def astray(messages: Sequence[dict[str, Any]], deliveries: Sequence[Delivery]) -> list[str]:
    """The replies outside their thread, and the first messages that say something else than the present.

    Judged by the order of the ledger alone, apart from how the product finds what to follow. Told changes must be such
    as no later one supersedes.
    """
    known = {delivery.id: delivery for delivery in deliveries}
    stands_in = {message["ts"]: message.get("thread_ts") for message in messages}
    texts = {message["ts"]: message["text"].splitlines() for message in messages}
    homes: defaultdict[str, list[Delivery]] = defaultdict(list)
    for delivery in sorted(deliveries, key=lambda delivery: delivery.number):
        if isinstance(delivery.content, Alert) and delivery.state is State.ACCEPTED and delivery.reference in texts:
            homes[delivery.content.home].append(delivery)
    found = []
    for first, *replies in homes.values():
        above = known.get(first.thread or "")
        thread = above.reference if above is not None else first.reference
        found += [
            f"{delivery.id} is astray"
            for delivery in replies
            if stands_in[delivery.reference or ""] != thread and not _is_in_group(known.get(delivery.thread or ""))
        ]
        (*_, last) = [first, *replies]
        if above is None and replies and isinstance(last.content, Alert):
            state = state_line(last.content, _recovery([first, *replies]))
            line = f"Now: {_unasked_for(first, last, deliveries) or state}"
            found += [] if line in texts[first.reference or ""] else [f"{first.id} does not say {line}"]
    return found


def _recovery(messages: Sequence[Delivery]) -> Alert | None:
    """The latest recovery of a home's that was told before the last of its messages."""
    alerts = [message.content for message in messages[:-1] if isinstance(message.content, Alert)]
    return next((alert for alert in reversed(alerts) if alert.change is What.RECOVERED), None)


def _unasked_for(first: Delivery, last: Delivery, deliveries: Sequence[Delivery]) -> str:
    """The state after the last reply of which no watch asked to be told, such as being overdue."""
    lines = [
        delivery.content.line
        for delivery in sorted(deliveries, key=lambda delivery: delivery.number)
        if isinstance(delivery.content, PresentState)
        and delivery.content.parent == first.id
        and delivery.content.reply is None
        and delivery.content.line  # what people did is said beside it
        if delivery.number > last.number
    ]
    return lines[-1] if lines else ""


def _is_in_group(above: Delivery | None) -> bool:
    """In the thread of a group whose message has no room for its line."""
    return above is not None and isinstance(above.content, Group)
