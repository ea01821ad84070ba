"""What is made because its time has come, whatever is read: what quiet hours held, digests and reports."""

from datetime import datetime
from itertools import chain

from watcher.config.settings import Settings
from watcher.history.protocol import History
from watcher.rounds import digests, mornings, reports
from watcher.rounds.remind import Sends


def are_due(history: History, settings: Settings, now: datetime) -> bool:
    """Whether anything is to be made, for which all homes are gone through."""
    return digests.are_due(history, settings, now) or reports.are_due(history, settings, now)


def make(history: History, outbox: Sends, settings: Settings, now: datetime) -> None:
    """Commits what is due; the outbox hears of it, of gathered messages that go by themselves too."""
    made = (part.due(history, settings, now) for part in (mornings, digests, reports))
    for transaction in chain.from_iterable(made):
        history.commit(transaction)
        outbox.note(*(delivery for delivery in transaction.deliveries if delivery.number))
        outbox.refresh()
