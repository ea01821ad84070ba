"""Whether this outbox may send: others may send what is here, and one that closes begins nothing new."""

from collections.abc import Callable, Iterable

from watcher.delivery.ledger import Delivery


class Licence:
    """Asked in any thread, right before each call."""

    def __init__(self, may_send: Callable[[], bool]) -> None:
        self._may_send = may_send
        self._term: int | None = None
        self._in_doubt: frozenset[str] = frozenset()
        self._is_closing = False

    @property
    def term(self) -> int | None:
        """The number of the leadership in which it sends; None where nobody else could."""
        return self._term

    def lead(self, term: int) -> None:
        """From now on it sends in this leadership."""
        self._term = term

    def found(self, in_doubt: Iterable[str]) -> None:
        """Of these messages another's attempt may be on its way as long as they are open: he may only be stopped."""
        self._in_doubt = frozenset(in_doubt)

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
        return delivery.term in (None, self._term) and delivery.id not in self._in_doubt
