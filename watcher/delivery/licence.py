"""Whether this outbox may send: others may send what is here, and one that closes begins nothing new."""

from collections.abc import Callable
from datetime import datetime

from watcher.delivery.ledger import Delivery
from watcher.timing.clock import Clock


class Licence:
    """Asked in any thread, right before each call."""

    def __init__(self, may_send: Callable[[], bool], clock: Clock) -> None:
        self._may_send = may_send
        self._clock = clock
        self._term: int | None = None
        self._since: datetime | None = None
        self._is_closing = False

    @property
    def term(self) -> int | None:
        """The number of the leadership in which it sends; None where nobody else could."""
        return self._term

    def lead(self, term: int) -> None:
        """From now on it sends in this leadership."""
        self._term, self._since = term, self._clock.now()

    def close(self) -> None:
        """From now on it begins nothing."""
        self._is_closing = True

    def may_send(self) -> bool:
        """Whether nobody else sends."""
        return self._may_send()

    def may_begin(self) -> bool:
        """Whether attempts may be begun."""
        return not self._is_closing and self._may_send()

    def allows(self, term: int | None) -> bool:
        """Whether a call may be made that was marked in this leadership.

        One of a former leadership may not, though this outbox sends again: another may have sent it in between.
        """
        return self._may_send() and term == self._term

    def is_own(self, delivery: Delivery) -> bool:
        """Whether nobody else can have made any of its attempts that are in doubt."""
        since, doubt = self._since, delivery.unsure_since
        is_of_another = since is not None and doubt is not None and doubt < since
        return delivery.term in (None, self._term) and not is_of_another
