"""What a transaction will look for, so that it is asked for once."""

from watcher.history.postgresql.drafts import Drafts
from watcher.history.protocol import Transaction
from watcher.history.putting import touched


def foresee(drafts: Drafts, transaction: Transaction) -> None:
    """Fetches what the transaction is going to look for."""
    homes = touched(transaction)
    wanted = {
        ("homes", "key"): homes,
        ("inspections", "home"): homes,
        ("register", "home"): homes,
        ("changes", "id"): {told.alert.id for told in transaction.changes},
        ("deliveries", "id"): {delivery.id for delivery in transaction.deliveries},
        ("feeds", "name"): {feed.name for feed in transaction.feeds},
        ("cursors", "name"): {feed.name for feed in transaction.feeds},
        ("notices", "key"): set(transaction.notices),
        ("silences", "id"): {silence.id for silence in transaction.silences},
        ("acknowledgements", "change"): {word.change for word in transaction.acknowledgements},
        ("deeds", "subject"): {deed.subject for deed in transaction.deeds},
        ("asked", "id"): {asked.id for asked in transaction.asked},
    }
    drafts.foresee(wanted)
