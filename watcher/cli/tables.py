"""What the commands print for people: timelines, explanations, tables."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.delivery.ledger import STATE_SUBJECT, Delivery, State
from watcher.delivery.revisions import Ledger
from watcher.facts.inspection import Home, Inspection, Judgement, Standing, grade_values
from watcher.facts.statements import Record
from watcher.facts.stored import stored
from watcher.history.protocol import FeedState, History, Told
from watcher.judging.judge import judge
from watcher.messages.alert import Alert
from watcher.messages.message import PresentState
from watcher.messages.numbers import counted
from watcher.messages.titles import title
from watcher.rounds.tell.threads import brings
from watcher.text import inert
from watcher.timing.durations import format_duration
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import FILTERS, Silence

_COLOURS = {"inadequate": "bold red", "requires improvement": "yellow", "good": "green", "outstanding": "bold green"}


def home_line(home: Home) -> Text:
    """Which home it is, in one line, as its regulator publishes it."""
    facts = (home.type, home.local_authority, home.region, home.owner, home.status)
    return Text.assemble((home.id, "bold"), "  ", " · ".join(inert(str(fact)) for fact in facts if fact))


def timeline(console: Console, home: Home, records: Sequence[Record]) -> None:
    """One home's inspections, oldest first."""
    console.print(home_line(home))
    table = Table(box=None, pad_edge=False)
    for heading in ("inspected", "published", "kind", "grades", "event"):
        table.add_column(heading)
    for record in records:
        inspection = record.inspection
        gone = f" (withdrawn {record.withdrawn})" if record.withdrawn else ""
        table.add_row(
            str(inspection.inspected),
            _published(inspection),
            f"{inspection.kind}{gone}",
            grades(inspection),
            inspection.event or "–",
        )
    console.print(table)


def _published(inspection: Inspection) -> str:
    if inspection.published is None:
        return "–"
    return f"{inspection.published} (doubtful)" if inspection.has_doubtful_publication else str(inspection.published)


def grades(inspection: Inspection) -> Text:
    """The rating, and in brackets the areas that say something else."""
    said = [j for j in inspection.judgements if j.grade.standing not in (Standing.BLANK, Standing.NULL)]
    if not said:
        return Text("–")
    first = next((j for j in said if j.area == inspection.headline), said[0])
    others = [j for j in said if j.grade.value != first.grade.value]
    text = _coloured(first)
    if others:
        listed = Text(", ").join([Text.assemble(f"{j.area} ", _coloured(j)) for j in others])
        text = Text.assemble(text, " (", listed, ")")
    return text


def _coloured(judgement: Judgement) -> Text:
    return Text(inert(judgement.grade.words), style=_COLOURS.get(judgement.grade.value, ""))


def inspection_json(record: Record) -> dict[str, Any]:
    """One inspection as `--json` prints it."""
    inspection = record.inspection
    return {
        "inspection": inspection.key,
        "home": inspection.home,
        "event": inspection.event,
        "kind": inspection.kind.value,
        "inspected": inspection.inspected.isoformat(),
        "published": inspection.published.isoformat() if inspection.published else None,
        "grades": dict(grade_values(inspection)),
        "sources": [f"{source.name} ({source.as_of})" for source in inspection.sources],
        "versions": len(record.statements),
        "seen": record.seen.isoformat() if record.seen else None,
        "withdrawn": record.withdrawn.isoformat() if record.withdrawn else None,
        "link": inspection.link,
    }


def explanation(console: Console, history: History, home: Home, records: Sequence[Record]) -> None:
    """Every inspection of a home: seen when and from where, judged as what, sent to whom, or why to nobody."""
    console.print(home_line(home))
    told = list(history.changes(home.key))
    sent = list(history.deliveries()) if told else []
    ours = {f"{STATE_SUBJECT}{d.id}" for d in sent if any(_tells(d, one) for one in told)}
    states = [d for d in sent if d.subject in ours]
    for record in records:
        inspection = record.inspection
        console.print()
        console.print(Text.assemble((str(inspection.inspected), "bold"), f"  {inspection.kind}  ", grades(inspection)))
        console.print(f"  published {_published(inspection)}; event {inspection.event or 'not known'}", highlight=False)
        console.print(f"  {_seen(record)}", highlight=False)
        mine = [one for one in told if _is_about(one, inspection)]
        for one in mine:
            about = [d for d in sent if _tells(d, one)]
            _explain_change(console, history, one, about, [d for d in states if brings(one.alert, d)])
        if not mine:
            console.print(f"  {_why_untold(record, records)}", highlight=False)


def _seen(record: Record) -> str:
    sources = ", ".join(f"{source.name} ({source.as_of})" for source in record.inspection.sources)
    if record.seen is None:
        return f"from {sources}; known before this watcher began"
    return f"first seen {record.seen:%Y-%m-%d %H:%M} UTC, from {sources}"


def _tells(delivery: Delivery, told: Told) -> bool:
    return isinstance(delivery.content, Alert) and delivery.content.id == told.alert.id


def _is_about(told: Told, inspection: Inspection) -> bool:
    return (told.alert.kind, told.alert.inspected) == (inspection.kind, inspection.inspected) or (
        told.alert.event is not None and told.alert.event == inspection.event
    )


def _explain_change(
    console: Console, history: History, told: Told, sent: Sequence[Delivery], states: Sequence[Delivery]
) -> None:
    console.print(Text(f"  {told.alert.change}: {title(told.alert)}"))
    console.print(f"    judged {told.seen:%Y-%m-%d %H:%M} UTC, from {told.feed}, id {told.alert.id}", highlight=False)
    asked = ", ".join(told.alert.watches)
    for channel in told.alert.channels:
        made = [one for one in sent if one.channel == channel and one.reminder is None]
        for delivery in made:
            verdict = f"{delivery.state} {_attempts(delivery)}"
            console.print(Text(f"    to {_way(delivery)} (asked by {asked}): {verdict}"))
        if not made:
            console.print(Text(f"    to {channel} (asked by {asked}): told together with the change above"))
    for state in states:
        console.print(Text(f"    the first alert on {_said_on(state)}: {state.state} {_attempts(state)}"))
    for again in (one for one in history.messages_about(told.alert.id) if one.reminder):
        sort = f"reminder {again.reminder.number}" if again.reminder and again.reminder.number else "escalated"
        console.print(Text(f"    {sort} to {_way(again)}: {again.state} {_attempts(again)}"))
    if acknowledgement := history.acknowledgement(told.alert.id):
        console.print(Text(f"    {acknowledgement}"))
    for watch, reason in told.reasons.items():
        console.print(f"    not for {watch}: {reason}", highlight=False)


def _said_on(state: Delivery) -> str:
    """Where a present state was to be shown, and what it says."""
    was = "was changed" if state.state is State.ACCEPTED else "was to be changed"
    line = inert(state.content.line) if isinstance(state.content, PresentState) else ""
    return f"{state.channel} {was} to say: {line}"


def _attempts(delivery: Delivery) -> str:
    detail = f", {inert(delivery.detail)}" if delivery.detail else ""
    by = f" by silence {delivery.silence}" if delivery.silence else ""
    return f"after {counted(delivery.attempts, 'attempt')}{by}{detail}"


def _why_untold(record: Record, records: Sequence[Record]) -> str:
    """Why an inspection was no news, and what it would have been."""
    inspection = record.inspection
    known = (inspection.became_known, inspection.order)
    others = (other.inspection for other in records if other is not record and not other.withdrawn)
    before = [other for other in others if (other.became_known, other.order) < known]  # as a replay judges it
    changes = judge(before, inspection).changes
    would = f"; in its time: {', '.join(f'{change.what} (id {change.id})' for change in changes)}" if changes else ""
    why = (
        "told to nobody: it was known before this watcher began" if record.seen is None else "no change, or background"
    )
    return f"{why}{would}"


def change_json(history: History, told: Told) -> dict[str, Any]:
    """One change as `explain --json` prints it: the contract, what was told around it, and what people did about it."""
    acknowledgement = history.acknowledgement(told.alert.id)
    silenced = [
        {"channel": one.channel, "silence": one.silence, "delivery": one.id, "state": one.state.value}
        for one in history.messages_about(told.alert.id)
        if one.silence
    ]
    context, findings = told.alert.context, told.alert.findings
    return {
        **told.alert.contract(),
        **({"context": stored(context)} if context else {}),
        **({"findings": stored(findings)} if findings else {}),
        **({"acknowledged": acknowledgement.json()} if acknowledgement else {}),
        **({"silenced": silenced} if silenced else {}),
    }


Acknowledged = Callable[[str], Acknowledgement | None]
"""Who acknowledged a change, by its id."""


def acknowledgement_of(delivery: Delivery, acknowledged: Acknowledged) -> Acknowledgement | None:
    """Who acknowledged the change that a message tells of."""
    return acknowledged(delivery.content.id) if isinstance(delivery.content, Alert) else None


def silences_table(silences: Iterable[Silence]) -> Table:
    """Silences with what they cover."""
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "until (UTC)", "covers", "why", "by"):
        table.add_column(heading, overflow="fold")
    for silence in silences:
        covers = "; ".join(
            f"{name.replace('_', ' ')} {' or '.join(map(inert, values))}"
            for name in FILTERS
            if (values := getattr(silence, name))
        )
        until = f"{silence.until:%Y-%m-%d %H:%M}"
        table.add_row(silence.id, until, Text(covers), Text(silence.why), Text(silence.by or "–"))
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
    return f"{inert(alert.home_id, 40)}: the first alert {says}: {inert(content.line)}"


def deliveries_table(
    deliveries: Iterable[Delivery], acknowledged: Acknowledged, ledger: Ledger, now: datetime
) -> Table:
    """Messages with their verdicts: what each says, where it goes and what became of it on a line of its own."""
    table = Table(box=None, pad_edge=False)
    table.add_column("id, made")
    table.add_column("what, where to, what became of it", overflow="fold")
    for delivery in deliveries:
        state = delivery.state.value
        if delivery.state is State.WAITING and delivery.due > now:
            state += f", next in {format_duration(delivery.due - now)}"
        if delivery.state is State.SILENCED:
            state += f" by {delivery.silence}"
        if acknowledgement := acknowledgement_of(delivery, acknowledged):
            state += f", acknowledged by {acknowledgement.by}"
        where = f"to {_way(delivery)}: {state} after {counted(delivery.attempts, 'attempt')}"
        said = (_title(delivery, ledger), where, inert(delivery.detail))
        lines = Text("\n".join(line for line in said if line))
        table.add_row(f"{delivery.id}\n{delivery.created:%Y-%m-%d %H:%M}", lines)
    return table


def _way(delivery: Delivery) -> str:
    return f"{delivery.channel} ({inert(delivery.recipient)})" if delivery.recipient else delivery.channel


def delivery_json(delivery: Delivery, acknowledged: Acknowledged, ledger: Ledger) -> dict[str, Any]:
    """One message as `--json` prints it."""
    document = delivery.document()
    alert = document.pop("alert", None)
    document.pop("digest", None)
    if "stopped" in document:
        document["stopped"] = True  # what is stored there is of use to watcher alone
    acknowledgement, about = acknowledgement_of(delivery, acknowledged), _about(delivery, ledger)
    return {
        **document,
        "home": about.home if about else None,
        "change": alert["id"] if alert else None,
        "title": _title(delivery, ledger),
        "acknowledged": acknowledgement.json() if acknowledgement else None,
    }


def feeds_table(states: Sequence[FeedState], stale_after: Mapping[str, timedelta], now: datetime) -> Table:
    """How each feed stands."""
    table = Table(box=None, pad_edge=False)
    for heading in ("feed", "last good reading", "last outcome", "detail"):
        table.add_column(heading)
    for state in states:
        good = f"{format_duration(now - state.last_good)} ago" if state.last_good else "never"
        is_stale = state.last_good is None or now - state.last_good > stale_after[state.name]
        table.add_row(
            state.name, Text(good, style="red" if is_stale else ""), state.outcome or "–", Text(inert(state.detail))
        )
    return table
