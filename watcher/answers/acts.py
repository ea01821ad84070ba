"""What can be done about what a page shows, by whoever may act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from watcher.answers.sent import Messages
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told
from watcher.messages.titles import happened
from watcher.rounds.reminders import REMINDED, Case
from watcher.text import inert
from watcher.watching.silences import silencing


@dataclass(frozen=True, slots=True)
class Possible:
    """One act that is possible now."""

    what: str
    """`acknowledge` or `silence`."""
    subject: str
    """The id of a change, or the key of a home."""
    words: str
    """What it would do."""


def possible(
    history: History, home: Home, changes: Sequence[Told], messages: Messages, now: datetime
) -> tuple[Possible, ...]:
    """Each alert about a home that somebody still waits to have acknowledged, and silencing it if nothing does."""
    open_alerts = (told for told in reversed(changes) if is_open(history, told, changes, messages))
    return (*map(_acknowledging, open_alerts), *_silencing(history, home, now))


def possible_about(history: History, home: Home, told: Told | None, now: datetime) -> tuple[Possible, ...]:
    """What can be done about one change: to acknowledge it, if it was told and nobody has; and to silence its home."""
    is_waiting = told is not None and history.acknowledgement(told.alert.id) is None
    return (*([_acknowledging(told)] if told and is_waiting else ()), *_silencing(history, home, now))


def _acknowledging(told: Told) -> Possible:
    return Possible("acknowledge", told.alert.id, f"Acknowledge: {happened(told.alert)}")


def _silencing(history: History, home: Home, now: datetime) -> tuple[Possible, ...]:
    if silencing(home, history.silences(), now) is not None:
        return ()
    return (Possible("silence", home.key, f"Silence {inert(home.id, 40)} for a while"),)


def is_open(history: History, told: Told, changes: Sequence[Told], messages: Messages) -> bool:
    """Whether an alert was told, is one of those that are reminded of, and nothing has settled it yet."""
    if told.alert.change not in REMINDED or not messages.about(told):
        return False
    case = Case(told=told, changes=changes, acknowledgement=history.acknowledgement(told.alert.id))
    return not case.why_over()
