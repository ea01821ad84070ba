"""What was told before a backup was restored is not told again, nor judged anew into other words."""

from dataclasses import replace
from datetime import datetime

from watcher.delivery.ledger import Delivery
from watcher.history.protocol import History
from watcher.judging.changes import Change, What
from watcher.messages.alert import Alert

_LATER_THAN_ITS_INSPECTION = frozenset({What.CORRECTED, What.WITHDRAWN, What.CLOSED, What.OVERDUE})


class ToldBefore:
    """The messages made between the taking of a backup and its restoring, as far as they are known."""

    def __init__(self, history: History, now: datetime) -> None:
        restored = history.restored()
        self._restored = restored if restored and restored.matters(now) else None
        self._told = {
            (one.channel, one.content.home, one.content.kind, one.content.inspected)
            for one in (history.deliveries() if self._restored else ())
            if isinstance(one.content, Alert) and self._restored and one.created <= self._restored.at
            if one.created >= self._restored.taken
        }

    def knows(self, channel: str, change: Change) -> bool:
        """Whether a channel was told of the change's inspection, in whatever words it was judged then."""
        inspection = change.inspection
        key = (channel, change.home, inspection.kind.value, inspection.inspected)
        return change.what not in _LATER_THAN_ITS_INSPECTION and key in self._told

    def doubted(self, delivery: Delivery, change: Change) -> Delivery:
        """The message; one that may have been accepted already is first looked for, or sent as possibly repeated."""
        restored = self._restored
        if restored is None or restored.is_certain or change.inspection.became_known > restored.at.date():
            return delivery
        return replace(delivery, unsure_since=restored.taken)
