"""What people do with alerts, and the reminders that follow if nobody does: carried out on the history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told, Transaction
from watcher.messages.alert import Alert
from watcher.rounds.reminders import REMINDED, Case, lapsing, oldest, reminders_due
from watcher.rounds.tell.threads import follow
from watcher.watching.acknowledgements import Acknowledgement
from watcher.watching.silences import Silence, held, silencing


class Sends(Protocol):
    """The outbox, as far as it must hear of what was stored."""

    def note(self, *deliveries: Delivery) -> None:
        """Takes up what was stored of messages that were not being sent."""
        ...

    def refresh(self) -> None:
        """Takes up messages that were stored since."""
        ...


def add_silence(history: History, outbox: Sends, content: Mapping[str, Any]) -> bool:
    """Stores a silence, and holds back what waits of the homes that it covers; whether it was a new one."""
    silence = Silence.from_document(content)
    if any(known.id == silence.id for known in history.silences()):
        return False
    waiting = [
        silence.holds(delivery)
        for delivery in history.deliveries(open_only=True)
        if delivery.is_untried and delivery.silence is None and isinstance(delivery.content, Alert)
        if silencing(_home(history, delivery.content), [silence], silence.made) is not None
    ]
    history.commit(Transaction(silences=(silence,), deliveries=waiting))
    outbox.note(*waiting)
    return True


def end_silence(history: History, silence_id: str, now: datetime) -> bool:
    """Ends a silence now; whether there was one in force. What it held stays held."""
    found = [silence for silence in history.silences() if silence.id == silence_id and now < silence.until]
    if found:
        history.commit(Transaction(silences=[silence.ended(now) for silence in found]))
    return bool(found)


def acknowledge(history: History, outbox: Sends, content: Mapping[str, Any]) -> bool:
    """Stores an acknowledgement, and drops the reminders that still wait; False if there was one, which stays."""
    acknowledgement = Acknowledgement.from_document(content)
    told = history.change(acknowledgement.change)
    if told is None or history.acknowledgement(acknowledgement.change) is not None:
        return False
    deliveries = history.messages_about(acknowledgement.change)
    lapsed = lapsing(Case(told=told, deliveries=deliveries, acknowledgement=acknowledgement), ())
    history.commit(Transaction(acknowledgements=(acknowledgement,), deliveries=lapsed))
    outbox.note(*lapsed)
    return True


def remind(history: History, outbox: Sends, settings: Settings, now: datetime) -> tuple[Delivery, ...]:
    """Stores the reminders and escalations that are due now, and drops those not needed any more; the new ones."""
    if not any(watch.repeat or watch.escalate_to for watch in settings.watch):
        return ()
    silences, since = history.silences(), oldest(settings.watch, now)
    new: list[Delivery] = []
    lapsed: list[Delivery] = []
    for told in (told for what in REMINDED for told in history.changes(what=what) if told.seen >= since):
        case = _case(history, told)
        due = reminders_due(case, settings, now)
        lapsed += lapsing(case, due)
        new += [held(delivery, _home(history, told.alert), silences, now) for delivery in due]
    if new or lapsed:
        history.commit(Transaction(deliveries=(*lapsed, *follow(history, settings.channels, new))))
        outbox.note(*lapsed)
        outbox.refresh()
    return tuple(new)


def _case(history: History, told: Told) -> Case:
    return Case(
        told=told,
        changes=list(history.changes(told.alert.home)),
        deliveries=history.messages_about(told.alert.id),
        acknowledgement=history.acknowledgement(told.alert.id),
    )


def _home(history: History, alert: Alert) -> Home:
    """The home as it is known now; where it is not, as the alert describes it."""
    record = history.home(alert.home)
    if record is not None:
        return record.home
    regulator = alert.home.partition(":")[0]
    return Home(
        regulator=regulator,
        id=alert.home_id,
        type=alert.type,
        owner=alert.owner,
        local_authority=alert.local_authority,
        region=alert.region,
    )
