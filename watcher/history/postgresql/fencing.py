"""What may be stored by whoever does not lead: that messages were accepted from him, and who has signed in.

The number of the present leadership stands in the row that each commit locks: a leader that has been stopped or cut off
is found out by the first thing that it stores, however late that comes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from watcher.delivery.ledger import Delivery, State
from watcher.history.failures import FencedError, SettledMeanwhileError
from watcher.history.postgresql.drafts import DraftRows
from watcher.history.protocol import Transaction

NOT_LEADING = -1
"""The term of whoever serves pages and leads nobody."""


@dataclass(frozen=True, slots=True)
class Fence:
    """What is let through of whoever leads by one term, where another is the present one; None leads by no term."""

    leading_as: int | None
    present: int

    @property
    def is_closed(self) -> bool:
        """Whether somebody else leads."""
        return self.leading_as is not None and self.leading_as != self.present

    def passed(self, transaction: Transaction, rows: DraftRows) -> Transaction:
        """What of a transaction is stored; `rows` are the messages as they stand.

        Raises SettledMeanwhileError where it would undo that a message was accepted from somebody else.
        """
        if self.leading_as is None:
            return transaction
        if self.is_closed:
            transaction = Transaction(deliveries=_accepted(transaction), sessions=transaction.sessions)
        return replace(transaction, deliveries=list(self._settled(transaction.deliveries, rows)))

    def _settled(self, deliveries: Sequence[Delivery], rows: DraftRows) -> Iterator[Delivery]:
        for delivery in deliveries:
            known = _known(delivery, rows) if delivery.number else None
            if known is None:
                yield delivery
            elif delivery.state is not State.ACCEPTED and known.state is State.ACCEPTED:
                raise SettledMeanwhileError(
                    f"The message {delivery.id} was accepted from another watcher meanwhile; that stays."
                )
            elif delivery.state is State.ACCEPTED and (self.is_closed or known.term != delivery.term):
                yield delivery.accepted_late(known)
            else:
                yield delivery

    def refuse(self, transaction: Transaction, where: str) -> None:
        """Raises FencedError where not all of it was let through."""
        if self.is_closed and transaction != Transaction(sessions=transaction.sessions):
            raise FencedError(
                f"The history in {where} takes no changes from here: another watcher leads (term {self.present}, not "
                f"{self.leading_as}). Nothing is lost; this one serves pages and takes over when it has to."
            )


def _accepted(transaction: Transaction) -> Sequence[Delivery]:
    return [sent for sent in transaction.deliveries if sent.number and sent.state is State.ACCEPTED]


def _known(delivery: Delivery, rows: DraftRows) -> Delivery | None:
    for number in rows.ids("id", delivery.id)[:1]:
        document: Mapping[str, object] = rows.said(number)
        return Delivery.from_document(document, number)
    return None
