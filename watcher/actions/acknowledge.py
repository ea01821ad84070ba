"""Acknowledging: somebody takes an alert in hand, and its reminders and escalations end. The first one stays."""

from collections.abc import Collection, Mapping
from datetime import datetime

from watcher.actions.ids import Meant, Thing, is_beginning, may_begin_an_id, meaning_or_of_home
from watcher.actions.open_alerts import newest_open
from watcher.errors import WatcherError
from watcher.history.protocol import History, Transaction
from watcher.messages.alert import Alert
from watcher.messages.titles import title
from watcher.rounds.remind import Notes
from watcher.rounds.reminders import Case, lapsing
from watcher.watching.acknowledgements import Acknowledgement

ALERT = Thing("alert", "watcher alerts")


def alert_meant(history: History, text: str) -> Meant:
    """The change that somebody means: by its own id or that of any of its messages, or the beginning of one.

    By a home's number: the newest alert of that home which is still open. Raises WatcherError with what there is.
    """
    said = _told_by(history, text)
    return meaning_or_of_home(text, said, ALERT, history=history, of_home=lambda home: newest_open(history, home))


def _told_by(history: History, text: str) -> Mapping[str, Collection[str]]:
    """The changes that each id means which begins with a text."""
    if not may_begin_an_id(text):
        return {}
    meanings = {told.alert.id: {told.alert.id} for told in history.changes() if is_beginning(text, told.alert.id)}
    for delivery in history.deliveries():
        if is_beginning(text, delivery.id):
            if isinstance(delivery.content, Alert):
                meanings[delivery.id] = {delivery.content.id}
            elif text == delivery.id:
                what = f"tells of no single alert: {title(delivery.content)}"
                raise WatcherError(f"message {text} {what}; `{ALERT.listing}` lists those that do")
    return meanings


def acknowledgement_of(change: str, *, by: str, why: str, now: datetime, door: str = "") -> Acknowledgement:
    """The acknowledgement that somebody gives; raises WatcherError for one without a name."""
    try:
        return Acknowledgement.of(change, by=by, why=why, at=now, door=door)
    except ValueError as error:
        raise WatcherError(str(error)) from None


def acknowledge(history: History, outbox: Notes, acknowledgement: Acknowledgement) -> bool:
    """Stores an acknowledgement, and drops the reminders that still wait; False if there was one, which stays."""
    told = history.change(acknowledgement.change)
    if told is None or history.acknowledgement(acknowledgement.change) is not None:
        return False
    deliveries = history.messages_about(acknowledgement.change)
    lapsed = lapsing(Case(told=told, deliveries=deliveries, acknowledgement=acknowledgement), ())
    history.commit(Transaction(acknowledgements=(acknowledgement,), deliveries=lapsed))
    outbox.note(*lapsed)
    return True
