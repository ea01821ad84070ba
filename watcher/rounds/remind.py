"""One look at who is to be reminded: what is due is stored for sending, what is not needed any more is dropped."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

from watcher.config.settings import Settings
from watcher.delivery.ledger import Delivery
from watcher.facts.inspection import Home
from watcher.history.protocol import History, Told, Transaction
from watcher.messages.alert import Alert
from watcher.messages.not_read import NotRead
from watcher.rounds.beside import made_beside
from watcher.rounds.quiet import with_quiet
from watcher.rounds.reminders import REMINDED, Case, lapsing, oldest, reminders_due
from watcher.rounds.tell.threads import follow
from watcher.watching.silences import held


class Notes(Protocol):
    """The outbox, as far as it must hear of what was stored of messages that it has."""

    def note(self, *deliveries: Delivery) -> None:
        """Takes up what was stored of messages that were not being sent."""
        ...


class Sends(Notes, Protocol):
    """The outbox, as far as it must hear of what was stored, new messages too."""

    def refresh(self) -> None:
        """Takes up messages that were stored since."""
        ...


class SendsMany(Sends, Protocol):
    """The outbox, as far as it hears of any number of messages without holding up others."""

    async def take_up(self) -> None:
        """Takes up messages that were stored since."""
        ...


def remind(history: History, outbox: Sends, settings: Settings, now: datetime) -> tuple[Delivery, ...]:
    """Stores the reminders and escalations that are due now, and drops those not needed any more; the new ones."""
    transaction = due(history, now, settings)
    if transaction is None:
        return ()
    history.commit(transaction)
    outbox.note(*_lapsed(transaction))
    outbox.refresh()
    return tuple(delivery for delivery in transaction.deliveries if not delivery.number)


async def remind_beside(history: History, outbox: SendsMany, in_force: Callable[[], Settings], now: datetime) -> None:
    """The same beside all else: every alert of a year may have to be looked at."""
    if (transaction := await made_beside(history, partial(due, history, now), in_force)) is not None:
        outbox.note(*_lapsed(transaction))
        await outbox.take_up()


def _lapsed(transaction: Transaction) -> list[Delivery]:
    return [delivery for delivery in transaction.deliveries if delivery.number]


def due(history: History, now: datetime, settings: Settings) -> Transaction | None:
    """What is to be committed now; None where nothing is."""
    if not any(watch.repeat or watch.escalate_to for watch in settings.watch):
        return None
    silences, since = history.silences(), oldest(settings.watch, now)
    new: list[Delivery] = []
    lapsed: list[Delivery] = []
    for told in (told for what in REMINDED for told in history.changes(what=what) if told.seen >= since):
        case = _case(history, told)
        due = reminders_due(case, settings, now)
        lapsed += lapsing(case, due)
        new += [held(delivery, home_of(history, told.alert), silences, now) for delivery in due]
    new = list(with_quiet(new, settings, now))
    if not new and not lapsed:
        return None
    return Transaction(deliveries=(*lapsed, *follow(history, settings.channels, new)))


def why_over(history: History, reminder: Delivery) -> str:
    """Why a reminder that waits is not needed any more; empty as long as it is, and for all else."""
    alert = reminder.content
    told = history.change(alert.id) if reminder.reminder is not None and isinstance(alert, Alert) else None
    return _case(history, told).why_over() if told is not None else ""


def _case(history: History, told: Told) -> Case:
    return Case(
        told=told,
        changes=list(history.changes(told.alert.home)),
        deliveries=history.messages_about(told.alert.id),
        acknowledgement=history.acknowledgement(told.alert.id),
    )


def home_of(history: History, alert: Alert | NotRead) -> Home:
    """The home of a message as it is known now; where it is not, as the message describes it."""
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
