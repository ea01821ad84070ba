"""The fifth step: what was told before a backup was restored is not told again, nor judged anew into other words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from watcher.delivery.ledger import Delivery
from watcher.history.protocol import History
from watcher.judging.changes import Change, What
from watcher.messages.alert import Alert
from watcher.rounds.tell.news import News

_LATER_THAN_ITS_INSPECTION = frozenset({What.CORRECTED, What.WITHDRAWN, What.CLOSED, What.OVERDUE})


class ToldBefore:
    """The messages made between the taking of a backup and its restoring, as far as they are known."""

    def __init__(self, history: History, now: datetime) -> None:
        restored = history.restored()
        self._restored = restored if restored and restored.matters(now) else None
        self._deliveries = history.deliveries

    def without_what_was_sent(self, news: News) -> News:
        """The news without the messages that its readers had before the restoring; those that they may have had are
        looked for first."""
        return replace(
            news, deliveries=self._left(news.deliveries, news.change), unasked=self._left(news.unasked, news.change)
        )

    def _left(self, deliveries: Sequence[Delivery], change: Change) -> tuple[Delivery, ...]:
        return tuple(
            self.doubted(delivery, change.inspection.became_known)
            for delivery in deliveries
            if not self.knows(delivery.channel, change)
        )

    def knows(self, channel: str, change: Change) -> bool:
        """Whether a channel was told of the change's inspection, in whatever words it was judged then."""
        inspection = change.inspection
        key = (channel, change.home, inspection.kind.value, inspection.day)
        return change.what not in _LATER_THAN_ITS_INSPECTION and key in self._told

    @cached_property
    def _told(self) -> frozenset[tuple[str, str, str, date]]:
        """Looked for only where there is news, and what others say than those of that time is not read."""
        restored = self._restored
        if restored is None:
            return frozenset()
        made = (one for one in self._deliveries() if restored.taken <= one.created <= restored.at)
        return frozenset(
            (one.channel, one.content.home, one.content.kind, one.content.day)
            for one in made
            if isinstance(one.content, Alert)
        )

    def doubted(self, delivery: Delivery, known: date) -> Delivery:
        """The message of what was known from a day on; one that may have been accepted already is first looked for, or
        sent as possibly repeated."""
        restored = self._restored
        if restored is None or restored.certain or known > restored.at.date():
            return delivery
        return replace(delivery, unsure_since=restored.taken)
