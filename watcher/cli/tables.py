"""What is printed of messages, silences and feeds: as tables for people, as JSON for programs."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from watcher.answers.told.verdicts import way
from watcher.delivery.ledger import Delivery, State
from watcher.delivery.revisions import Ledger
from watcher.delivery.stopped_mails import StoppedMails
from watcher.messages.alert import Alert
from watcher.messages.message import PresentState
from watcher.messages.not_read import NotRead
from watcher.messages.numbers import counted
from watcher.messages.titles import called, title
from watcher.text import inert
from watcher.timing.durations import format_duration
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import through
from watcher.watching.silences import FILTERS, Silence

_NARROW = 76
"""Columns of a terminal that a table of five needs."""
_LONGEST_DEEDS = 500

FEW = 20
"""So many messages that say the same are each a line."""

EXAMPLES = 3
"""So many lines stand for more than that."""

Acknowledged = Callable[[str], Acknowledgement | None]
"""Who acknowledged a change, by its id."""


def acknowledgement_of(delivery: Delivery, acknowledged: Acknowledged) -> Acknowledgement | None:
    """Who acknowledged the change that a message tells of."""
    return acknowledged(delivery.content.id) if isinstance(delivery.content, Alert) else None


def silences_table(silences: Iterable[Silence], width: int) -> Table:
    """Silences with what they cover; in few columns two of the table's, so that no date and no number is cut."""
    table = Table(box=None, pad_edge=False)
    headings = (
        ("id", "until (UTC)", "covers", "why", "by") if width >= _NARROW else ("id, until (UTC)", "covers, why, by")
    )
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap="until" in heading)
    for silence in silences:
        covers = "; ".join(
            f"{name.replace('_', ' ')} {' or '.join(map(inert, values))}"
            for name in FILTERS
            if (values := getattr(silence, name))
        )
        until = f"{silence.until:%Y-%m-%d %H:%M}"
        facts = (covers, silence.why, silence.by or "–")
        if width >= _NARROW:
            table.add_row(silence.id, until, *map(Text, facts))
        else:
            table.add_row(f"{silence.id}\n{until}", Text("\n".join(facts)))
    return table


def stopped_table(stopped: Iterable[StoppedMails]) -> Table:
    """Who has stopped these mails: since when, by whom and where."""
    table = Table(box=None, pad_edge=False)
    table.add_column("address", overflow="fold")
    table.add_column("since (UTC)", no_wrap=True)
    table.add_column("by", overflow="fold")
    for stop in stopped:
        why = f": {stop.why}" if stop.why else ""
        who = inert(f"{stop.by or 'not known'}{through(stop.door)}{why}")
        table.add_row(Text(inert(stop.address)), f"{stop.since:%Y-%m-%d %H:%M}", Text(who))
    return table


def _about(delivery: Delivery, ledger: Ledger) -> Alert | None:
    """The alert that a message is, or of which it changes the message."""
    content = delivery.content
    if isinstance(content, PresentState):
        parent = ledger(content.parent)
        content = parent.content if parent is not None else content
    return content if isinstance(content, Alert) else None


def _title(delivery: Delivery, ledger: Ledger) -> str:
    """The first line of a message; of a present state, which has none, of which home's first alert it is."""
    content, alert = delivery.content, _about(delivery, ledger)
    if not isinstance(content, PresentState) or alert is None:
        return title(content, delivery.reminder)
    says = "now says" if delivery.state is State.ACCEPTED else "is to say"
    if not content.line:
        return f"{called(alert)}: message {content.parent} {says}: {inert('; '.join(content.deeds), _LONGEST_DEEDS)}"
    return f"{called(alert)}: the first alert {says}: {inert(content.line)}"


def deliveries_table(
    deliveries: Iterable[Delivery], acknowledged: Acknowledged, ledger: Ledger, now: datetime
) -> Table:
    """Messages with their verdicts: what each says, where it goes and what became of it on a line of its own.

    Of many that say the same to the readers of one channel, and stand alike, there are a few, and how many more.
    """
    deliveries = list(deliveries)
    sizes, shown = Counter(map(_alike, deliveries)), Counter[Hashable]()
    table = Table(box=None, pad_edge=False)
    table.add_column("id, made", no_wrap=True)
    table.add_column("what, where to, what became of it", overflow="fold")
    for delivery in deliveries:
        shown[key := _alike(delivery)] += 1
        if sizes[key] > FEW and shown[key] > EXAMPLES:
            if shown[key] == EXAMPLES + 1:
                more = f"and {sizes[key] - EXAMPLES:,} more to other readers of channel {inert(delivery.channel)}"
                table.add_row("", f"{more}: {delivery.state.value}; `--json` has each")
            continue
        state = delivery.state.value
        if delivery.state is State.WAITING and delivery.due > now:
            state += f", next in {format_duration(delivery.due - now)}"
        if delivery.state is State.SILENCED:
            state += f" by {delivery.silence}"
        if acknowledgement := acknowledgement_of(delivery, acknowledged):
            state += f", acknowledged by {acknowledgement.by}"
        where = f"to {way(delivery)}: {state} after {counted(delivery.attempts, 'attempt')}"
        said = (_title(delivery, ledger), where, inert(delivery.detail))
        lines = Text("\n".join(line for line in said if line))
        table.add_row(f"{delivery.id}\n{delivery.created:%Y-%m-%d %H:%M}", lines)
    return table


def _alike(delivery: Delivery) -> Hashable:
    if delivery.recipient is None:
        return delivery.id
    return delivery.channel, delivery.subject, delivery.created, delivery.state, bool(delivery.detail)


def delivery_json(delivery: Delivery, acknowledged: Acknowledged, ledger: Ledger) -> dict[str, Any]:
    """One message as `--json` prints it."""
    document = delivery.document()
    alert = document.pop("alert", None)
    for whole in ("digest", "morning", "report"):
        document.pop(whole, None)
    document["state"] = delivery.state.value
    document.pop("declined", None)  # the state says so
    document.pop("term", None)  # what tells leaders apart is of use to watcher alone
    if "stopped" in document:
        document["stopped"] = True  # what is stored there is of use to watcher alone
    acknowledgement, about = acknowledgement_of(delivery, acknowledged), _about(delivery, ledger)
    return {
        **document,
        "home": about.home if about else delivery.content.home if isinstance(delivery.content, NotRead) else None,
        "change": alert["id"] if alert else None,
        "title": _title(delivery, ledger),
        "acknowledged": acknowledgement.json() if acknowledgement else None,
    }
