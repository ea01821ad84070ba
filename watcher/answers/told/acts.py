"""What can be done about what a page shows, by whoever may act."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from watcher.answers.told.sent import Messages, sort_of
from watcher.delivery.ledger import Delivery, State
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told
from watcher.messages.alert import Alert
from watcher.messages.numbers import british_moment
from watcher.messages.titles import happened, title
from watcher.rounds.reminders import Case
from watcher.text import inert
from watcher.watching.deeds import Act
from watcher.watching.silences import Silence, silencing

RETRIED: Mapping[State, tuple[str, str]] = {
    State.REFUSED: ("Send again", "it was refused"),
    State.UNKNOWN: ("Send again", "nobody knows whether it arrived"),
    State.SILENCED: ("Send all the same", "a silence holds it back"),
    State.WAITING: ("Send now", "it waits"),
}
"""What sending a message is called that stands so, and how it stands."""

DROPPED = (State.REFUSED, State.UNKNOWN)
"""Messages that can be given up."""

_MOST_MESSAGES = 50


@dataclass(frozen=True, slots=True)
class Possible:
    """One act that is possible now."""

    what: Act
    subject: str
    """The id of a change, a silence or a message, or the key of a home."""
    words: str
    """What it would do."""


def possible(
    history: History,
    home: Home,
    changes: Sequence[Told],
    messages: Messages,
    now: datetime,
    zone: ZoneInfo,
    *,
    change: str | None = None,
    with_people: bool,
) -> tuple[Possible, ...]:
    """What can be done about a home, or about one `change` of it; who a message is for, and why, only `with_people`.

    Each alert that somebody still waits to have acknowledged, on its own page any that nobody has; each message that
    can be sent, or given up; silencing the home, or ending the silences over it.
    """
    about = [told for told in reversed(changes) if change in (None, told.alert.id)]
    open_alerts = (
        told for told in about if _is_to_acknowledge(history, told, changes, messages, is_alone=bool(change))
    )
    acts = [Possible(Act.ACKNOWLEDGE, told.alert.id, f"Acknowledge: {happened(told.alert)}") for told in open_alerts]
    sent = [message for told in about for message in messages.about(told)]
    sent += history.messages_on(home.key) if change is None else ()
    stuck = [message for message in sent if message.state in RETRIED]
    acts += [act for message in stuck[:_MOST_MESSAGES] for act in _about_message(message, with_people=with_people)]
    silences = [silence for silence in history.silences() if now < silence.until and silence.covers(home)]
    acts += [Possible(Act.END_SILENCE, one.id, _to_end(one, zone, with_people=with_people)) for one in silences]
    if silencing(home, silences, now) is None:
        acts.append(Possible(Act.SILENCE, home.key, f"Silence {inert(home.id, 40)} for a while"))
    return tuple(acts)


def _is_to_acknowledge(
    history: History, told: Told, changes: Sequence[Told], messages: Messages, *, is_alone: bool
) -> bool:
    if is_alone:
        return history.acknowledgement(told.alert.id) is None
    return _is_open(history, told, changes, messages)


def _is_open(history: History, told: Told, changes: Sequence[Told], messages: Messages) -> bool:
    """Whether an alert was told, is one of those that are reminded of, and nothing has settled it yet."""
    about, acknowledgement = messages.about(told), history.acknowledgement(told.alert.id)
    return Case(told=told, changes=changes, deliveries=about, acknowledgement=acknowledgement).is_open


def _about_message(message: Delivery, *, with_people: bool) -> Iterator[Possible]:
    send, stands = RETRIED[message.state]
    sort = f", {sort_of(message)}" if sort_of(message) else ""
    said = happened(message.content) if isinstance(message.content, Alert) else title(message.content)
    to = (
        f"{inert(message.channel, 80)}{f' for {inert(message.recipient)}' if message.recipient and with_people else ''}"
    )
    yield Possible(Act.RETRY, message.id, f"{send} to {to}{sort} ({stands}): {said}")
    if message.state in DROPPED:
        yield Possible(Act.DROP, message.id, f"Give up the message to {to}{sort} ({stands}): {said}")


def _to_end(silence: Silence, zone: ZoneInfo, *, with_people: bool) -> str:
    every = "" if silence.home else " of every home that it covers"
    why = f": {inert(silence.why)}" if with_people else ""
    return f"End now the silence{every} until {british_moment(silence.until.astimezone(zone))}{why}"
