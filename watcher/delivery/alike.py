"""Messages that say the same to many readers: what they say is kept once, and their documents are made in one go."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from watcher.delivery.ledger import Delivery

FEW_ALIKE = 20
"""So many messages that say the same, each to another recipient, have it each in its own document, which any version
can read. Of more the first alone has it: to keep it ten thousand times would take as much room and time."""


def alike(deliveries: Iterable[Delivery]) -> dict[str, str]:
    """By the id of each new message that leaves what it says to another's document, the id of that one."""
    by_content: dict[int, dict[str, None]] = {}
    for delivery in deliveries:
        by_content.setdefault(id(delivery.content), {})[delivery.id] = None
    return {other: first for first, *others in by_content.values() if len(others) >= FEW_ALIKE for other in others}


class AlikeDocuments:
    """Makes the documents of messages that are alike but for their readers: most of one is that of the one before."""

    def __init__(self) -> None:
        self._before: tuple[Delivery, str, Mapping[str, Any]] | None = None

    def document(self, delivery: Delivery, like: str) -> Mapping[str, Any]:
        """As the delivery makes it that leaves what it says to another."""
        if self._before is not None and delivery.recipient is not None:
            before, its_like, document = self._before
            if like == its_like and replace(delivery, id=before.id, recipient=before.recipient) == before:
                return {**document, "id": delivery.id, "recipient": delivery.recipient}
        made = delivery.document(like=like)
        self._before = (delivery, like, made) if delivery.recipient is not None else None
        return made
