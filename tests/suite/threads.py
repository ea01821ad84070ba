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
    known = {one.id: one for one in deliveries}
    stands_in = {one["ts"]: one.get("thread_ts") for one in messages}
    texts = {one["ts"]: one["text"].splitlines() for one in messages}
    homes: defaultdict[str, list[Delivery]] = defaultdict(list)
    for one in sorted(deliveries, key=lambda one: one.number):
        if isinstance(one.content, Alert) and one.state is State.ACCEPTED and one.reference in texts:
            homes[one.content.home].append(one)
    found = []
    for first, *replies in homes.values():
        above = known.get(first.thread or "")
        thread = above.reference if above is not None else first.reference
        found += [
            f"{one.id} is astray"
            for one in replies
            if stands_in[one.reference or ""] != thread and not _is_in_group(known.get(one.thread or ""))
        ]
        (*_, last) = [first, *replies]
        if above is None and replies and isinstance(last.content, Alert):
            state = state_line(last.content, _recovery([first, *replies]))
            line = f"Now: {_unasked_for(first, last, deliveries) or state}"
            found += [] if line in texts[first.reference or ""] else [f"{first.id} does not say {line}"]
    return found


def _recovery(messages: Sequence[Delivery]) -> Alert | None:
    """The latest recovery of a home's that was told before the last of its messages."""
    alerts = [one.content for one in messages[:-1] if isinstance(one.content, Alert)]
    return next((one for one in reversed(alerts) if one.change is What.RECOVERED), None)


def _unasked_for(first: Delivery, last: Delivery, deliveries: Sequence[Delivery]) -> str:
    """The state after the last reply of which no watch asked to be told, such as being overdue."""
    lines = [
        one.content.line
        for one in sorted(deliveries, key=lambda one: one.number)
        if isinstance(one.content, PresentState) and one.content.parent == first.id and one.content.reply is None
        if one.number > last.number
    ]
    return lines[-1] if lines else ""


def _is_in_group(above: Delivery | None) -> bool:
    """In the thread of a group whose message has no room for its line."""
    return above is not None and isinstance(above.content, Group)
