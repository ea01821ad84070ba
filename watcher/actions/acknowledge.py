"""Acknowledging: somebody takes an alert in hand, and its reminders and escalations end. The first one stays."""

from datetime import datetime

from watcher.actions.ids import meaning
from watcher.errors import WatcherError
from watcher.history.protocol import History, Transaction
from watcher.messages.alert import Alert
from watcher.rounds.remind import Notes
from watcher.rounds.reminders import Case, lapsing
from watcher.watching.acknowledgements import Acknowledgement


def change_meant(history: History, text: str) -> str:
    """The change that an id means, or the beginning of one: its own or that of any of its messages."""
    meanings = {told.alert.id: {told.alert.id} for told in history.changes()}
    for delivery in history.deliveries():
        if isinstance(delivery.content, Alert):
            meanings[delivery.id] = {delivery.content.id}
    return meaning(text, meanings, "alert")


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
