"""One change as every channel says it, how its home stands by now, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.answers.told.acts import Possible, possible
from watcher.answers.told.sent import BEFORE_THE_BEGINNING, Messages, WasTold, silences_over
from watcher.config.settings import Settings
from watcher.facts import regulators
from watcher.facts.inspection import GONE, Home
from watcher.history.protocol import History, Told
from watcher.judging.changes import MOVES, Change, What
from watcher.messages.alert import Alert
from watcher.messages.message import Message
from watcher.messages.numbers import british, british_moment
from watcher.messages.present_state import state_line
from watcher.messages.titles import home_title
from watcher.messages.wording import Wording, word
from watcher.rounds.replay import changes_of, judged
from watcher.text import inert


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutChange:
    """One change; texts are inert."""

    alert: Alert
    """As it was told, or would have been."""
    home: Home
    home_title: str
    wording: Wording
    """What channels say of it, but for what is of one reader alone."""
    judged: str
    """When and from what it was judged, or that it never was."""
    asked: tuple[str, ...]
    """The watches that asked for it, or would have."""
    told: WasTold | None
    """None for one that was told to nobody, as it was known before this watcher began."""
    silences: tuple[str, ...]
    acts: tuple[Possible, ...]
    regulator: str


def about_change(
    history: History,
    settings: Settings,
    change_id: str,
    moment: datetime,
    home_of: Callable[[str], str | None],
    *,
    with_people: bool,
) -> AboutChange | None:
    """The change of an id, of which `home_of` tells the home where it was told to nobody; None where there is none.

    Readers and who acted, with their reasons, only `with_people`.
    """
    told = history.change(change_id)
    key = told.alert.home if told else home_of(change_id)
    if key is None:
        return None
    record = history.home(key)
    home = record.home if record else Home.named(key)
    alert = told.alert if told else _judged(history, settings, home, change_id)
    if alert is None:
        return None
    zone = settings.timezone
    changes = list(history.changes(key))
    messages = Messages(history, changes)
    acts = possible(history, home, changes, messages, moment, zone, change=change_id, with_people=with_people)
    return AboutChange(
        alert=alert,
        home=home,
        home_title=home_title(home),
        wording=_worded(history, settings, home, alert, told),
        judged=_judged_when(told, settings) if told else f"It was {BEFORE_THE_BEGINNING}",
        asked=alert.watches,
        told=messages.was_told(told, zone, with_people=with_people) if told else None,
        silences=tuple(silences_over(home, history.silences(), moment, zone, with_people=with_people)),
        acts=acts,
        regulator=regulators.of(home.regulator).name or inert(home.regulator, 80),
    )


def _judged(history: History, settings: Settings, home: Home, change_id: str) -> Alert | None:
    """A change that nobody was told, with what was around it in its time."""
    return next(iter(judged(history, settings, home, lambda change: change.id == change_id)), None)


def _judged_when(told: Told, settings: Settings) -> str:
    when = british_moment(told.seen.astimezone(settings.timezone))
    return f"Judged at {when}, from {inert(told.feed, 80)}"


def _worded(history: History, settings: Settings, home: Home, alert: Alert, told: Told | None) -> Wording:
    """In the words of all channels: what a reader's own list calls homes, and why he gets it, are his alone."""
    everybodys = replace(alert.routed((), ()), others_called={}, is_owed=False)
    seen = told.seen if told else datetime.combine(alert.published or alert.day, datetime.min.time(), settings.timezone)
    state = _state(home, alert, list(changes_of(history, settings, home)))
    wording = word(Message(id=alert.id, content=everybodys, seen=seen, state=state), settings.timezone)
    return wording if told else replace(wording, footnotes=wording.footnotes[:-1])


def _state(home: Home, alert: Alert, changes: list[Change]) -> str:
    """How the home stands by now, if something came since; empty if nothing did."""
    if home.status in GONE and alert.change is not What.CLOSED:
        return f"{inert(home.status or '', 60)}{f' since {british(home.closed_on)}' if home.closed_on else ''}"
    moves = [change for change in changes if change.what in MOVES and change.what is not What.GROUP_CONCERN]
    later = [change for change in moves if change.inspection.day > alert.day]
    if not later:
        return ""
    newest = max(later, key=lambda change: change.inspection.order)
    recoveries = [
        change for change in moves if change.what is What.RECOVERED and change.inspection.day < newest.inspection.day
    ]
    recovery = max(recoveries, key=lambda change: change.inspection.order, default=None)
    return state_line(Alert.of(newest, home), Alert.of(recovery, home) if recovery else None)
