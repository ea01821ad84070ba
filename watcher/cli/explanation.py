"""What is printed of everything that was seen, judged and sent of a home, or why not."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from watcher.answers.told.deeds import deeds_about_home
from watcher.answers.told.sent import BEFORE_THE_BEGINNING, NO_NEWS, Messages, said_on, sort_of
from watcher.answers.told.verdicts import outcome, way
from watcher.cli.graded import published
from watcher.cli.kin import Kin
from watcher.cli.timeline import before_day, grades, home_line
from watcher.delivery.ledger import Delivery
from watcher.facts import regulators
from watcher.facts.inspection import Home, Inspection
from watcher.facts.statements import Record
from watcher.facts.stored import stored
from watcher.history.protocol import FeedState, History, Told
from watcher.judging.around import Groups
from watcher.judging.changes import Change
from watcher.judging.concerns import group_concerns
from watcher.judging.judge import judge
from watcher.judging.register import Sector
from watcher.messages.titles import title
from watcher.text import inert
from watcher.watching.deeds import Deed


def print_explanation(
    console: Console,
    history: History,
    home: Home,
    records: Sequence[Record],
    related: Kin | None = None,
    groups: Groups | None = None,
) -> None:
    """Every inspection of a home: seen when and from where, judged as what, sent to whom, or why to nobody."""
    console.print(home_line(home))
    if related is not None:
        related.print(console)
    told = list(history.changes(home.key))
    messages = Messages(history, told)
    for record in records:
        inspection = record.inspection
        console.print()
        console.print(
            Text.assemble(
                (f"{before_day(inspection)}{inspection.day}", "bold"), f"  {inspection.kind}  ", grades(inspection)
            )
        )
        console.print(f"  published {published(inspection)}; event {inspection.event or 'not known'}", highlight=False)
        console.print(f"  {_seen(record)}", highlight=False)
        mine = [change for change in told if _is_about(change, inspection)]
        for change in mine:
            _explain_change(console, history, change, messages)
        if not mine:
            would = [
                *_in_its_time(record, records, home, history.register().of(regulators.of(home.regulator)), groups or {})
            ]
            console.print(Text(f"  {_why_untold(record, would)}"))
    _explain_not_read(console, history.messages_on(home.key))
    _print_deeds(console, deeds_about_home(history, home))


def _print_deeds(console: Console, deeds: Sequence[Deed]) -> None:
    """What people did about the home, its alerts and its messages."""
    if deeds:
        console.print()
        console.print("what people did:")
    for deed in deeds:
        console.print(Text(f"  {deed} ({deed.subject})"))


def _explain_not_read(console: Console, messages: Sequence[Delivery]) -> None:
    """Who was told that a report could not be read."""
    for said in dict.fromkeys(delivery.content for delivery in messages):
        console.print()
        console.print(Text(title(said)))
        for delivery in (one for one in messages if one.content == said):
            console.print(Text(f"  to {way(delivery)}: {_outcome(delivery)}"))


def print_untold(console: Console, states: Iterable[FeedState], home: str) -> None:
    """What could not be told of a home, by its key, and still stands so."""
    for state in states:
        for where, problem in state.problems.items():
            if problem.home == home:
                console.print()
                console.print(Text(f"untold since {problem.since:%Y-%m-%d %H:%M} UTC: {inert(problem.what)}"))
                console.print(Text(f"  {inert(where)}"))


def _seen(record: Record) -> str:
    sources = ", ".join(f"{source.name} ({source.as_of})" for source in record.inspection.sources)
    if record.seen is None:
        return f"from {sources}; known before this watcher began"
    return f"first seen {record.seen:%Y-%m-%d %H:%M} UTC, from {sources}"


def _is_about(told: Told, inspection: Inspection) -> bool:
    return (told.alert.kind, told.alert.day) == (inspection.kind, inspection.day) or (
        told.alert.event is not None and told.alert.event == inspection.event
    )


def _explain_change(console: Console, history: History, told: Told, messages: Messages) -> None:
    console.print(Text(f"  {told.alert.change}: {title(told.alert)}"))
    console.print(f"    judged {told.seen:%Y-%m-%d %H:%M} UTC, from {told.feed}, id {told.alert.id}", highlight=False)
    asked = ", ".join(told.alert.watches)
    about = messages.about(told)
    for channel in told.alert.channels:
        made = [delivery for delivery in about if delivery.channel == channel and delivery.reminder is None]
        for delivery in made:
            verdict = _outcome(delivery)
            why = told.owed.get(channel, f"asked by {asked}")
            console.print(Text(f"    to {way(delivery)} ({inert(why)}): {verdict}"))
        if not made:
            console.print(Text(f"    to {channel} (asked by {asked}): told together with the change above"))
    for state in messages.states(told):
        console.print(Text(f"    {said_on(state)}: {_outcome(state)}"))
    for again in (message for message in about if message.reminder):
        console.print(Text(f"    {sort_of(again)} to {way(again)}: {_outcome(again)}"))
    if acknowledgement := history.acknowledgement(told.alert.id):
        console.print(Text(f"    {acknowledgement}"))
    for watch, reason in told.reasons.items():
        console.print(f"    not for {watch}: {reason}", highlight=False)


def _outcome(delivery: Delivery) -> str:
    detail = f", {inert(delivery.detail)}" if delivery.detail else ""
    by = f" by silence {delivery.silence}" if delivery.silence else ""
    return f"{outcome(delivery)}{by}{detail}"


def _in_its_time(
    record: Record, records: Sequence[Record], home: Home, sector: Sector, groups: Groups
) -> Iterator[Change]:
    """The changes that an inspection would have brought on the day on which it became known."""
    inspection = record.inspection
    known = (inspection.became_known, inspection.order)
    others = (other.inspection for other in records if other is not record and not other.withdrawn)
    before = [other for other in others if (other.became_known, other.order) < known]  # as a replay judges it
    for change in judge(before, inspection).changes:
        yield from (change, *group_concerns(change, home, sector, groups))


def _why_untold(record: Record, changes: Sequence[Change]) -> str:
    """Why an inspection was no news, and what it would have been."""
    would = f"; in its time: {', '.join(f'{change.what} (id {change.id})' for change in changes)}" if changes else ""
    why = BEFORE_THE_BEGINNING if record.seen is None else NO_NEWS
    return f"{why}{would}"


def change_json(history: History, told: Told) -> dict[str, Any]:
    """One change as `explain --json` prints it: the contract, what was told around it, and what people did about it."""
    acknowledgement = history.acknowledgement(told.alert.id)
    silenced = [
        {
            "channel": delivery.channel,
            "silence": delivery.silence,
            "delivery": delivery.id,
            "state": delivery.state.value,
        }
        for delivery in history.messages_about(told.alert.id)
        if delivery.silence
    ]
    context, findings = told.alert.context, told.alert.findings
    return {
        **told.alert.contract(),
        **({"context": stored(context)} if context else {}),
        **({"findings": stored(findings)} if findings else {}),
        **({"owed": dict(told.owed)} if told.owed else {}),
        **({"acknowledged": acknowledgement.json()} if acknowledgement else {}),
        **({"silenced": silenced} if silenced else {}),
    }
