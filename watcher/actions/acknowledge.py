"""Acknowledging: somebody takes an alert in hand, and its reminders and escalations end. The first one stays.

What was sent of it says so from then on, where a message can be changed.
"""

from collections.abc import Sequence
from datetime import datetime

from watcher.actions.changed_messages import for_acknowledgement
from watcher.actions.ids import meaning
from watcher.delivery.ledger import Delivery
from watcher.errors import WatcherError
from watcher.history.protocol import History, Transaction
from watcher.messages.alert import Alert
from watcher.rounds.remind import Sends
from watcher.rounds.reminders import Case, lapsing
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import LONGEST_REASON


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


def acknowledge(history: History, outbox: Sends, acknowledgement: Acknowledgement) -> bool:
    """Stores an acknowledgement, has the messages say so, and drops the reminders that still wait.

    False if there was one, which stays.
    """
    told = history.change(acknowledgement.change)
    if told is None or history.acknowledgement(acknowledgement.change) is not None:
        return False
    deliveries = history.messages_about(acknowledgement.change)
    lapsed = lapsing(Case(told=told, deliveries=deliveries, acknowledgement=acknowledgement), ())
    changed = for_acknowledgement(history, acknowledgement)
    history.commit(Transaction(acknowledgements=(acknowledgement,), deliveries=(*lapsed, *changed)))
    _tell(outbox, lapsed, changed)
    return True


def add_reason(history: History, outbox: Sends, change: str, *, by: str, at: datetime, door: str, why: str) -> bool:
    """Adds the reason that somebody gives after acknowledging, and has the messages say it.

    False, and all stays, unless the acknowledgement is the same person's of the same moment and door, and has none.
    """
    known = history.acknowledgement(change)
    given = acknowledgement_of(change, by=by, why=why, now=at, door=door)
    if len(why) > LONGEST_REASON:
        raise WatcherError(f"a reason has at most {LONGEST_REASON} characters, and this one has {len(why):,}")
    if known is None or not known.lacks_reason_of(given):
        return False
    changed = for_acknowledgement(history, given)
    history.commit(Transaction(acknowledgements=(given,), deliveries=changed))
    _tell(outbox, (), changed)
    return True


def _tell(outbox: Sends, lapsed: Sequence[Delivery], changed: Sequence[Delivery]) -> None:
    outbox.note(*lapsed)
    if changed:
        outbox.refresh()
