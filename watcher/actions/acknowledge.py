"""Acknowledging: somebody takes an alert in hand, and its reminders and escalations end. The first one stays.

What was sent of it says so from then on, where a message can be changed.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from watcher.actions.changed_messages import for_acknowledgement
from watcher.actions.ids import Meant, Thing, is_beginning, may_begin_an_id, meaning_or_of_home
from watcher.actions.open_alerts import newest_open
from watcher.delivery.ledger import Delivery
from watcher.errors import WatcherError
from watcher.history.protocol import History, Transaction
from watcher.messages.alert import Alert
from watcher.messages.titles import title
from watcher.rounds.remind import Sends
from watcher.rounds.reminders import Case, lapsing
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.deeds import LONGEST_REASON

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
    meanings = {told.alert.id: {told.alert.id} for told in history.changes_called(text)}
    for delivery in history.messages_called(text):
        if is_beginning(text, delivery.id):
            if isinstance(delivery.content, Alert):
                meanings[delivery.id] = {delivery.content.id}
            elif text == delivery.id:
                what = f"tells of no single alert: {title(delivery.content)}"
                raise WatcherError(f"message {text} {what}; `{ALERT.listing}` lists those that do")
    return meanings


def acknowledgement_of(
    change: str, *, by: str, why: str, now: datetime, door: str = "", user: str = ""
) -> Acknowledgement:
    """The acknowledgement that somebody gives; raises WatcherError for one without a name."""
    try:
        return Acknowledgement.of(change, by=by, why=why, at=now, door=door, user=user)
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


def add_reason(
    history: History, outbox: Sends, change: str, *, by: str, at: datetime, door: str, why: str, user: str = ""
) -> bool:
    """Adds the reason that somebody gives after acknowledging, and has the messages say it.

    False, and all stays, unless the acknowledgement is the same person's of the same moment and door, and has none.
    """
    known = history.acknowledgement(change)
    given = acknowledgement_of(change, by=by, why=why, now=at, door=door, user=user)
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
