"""What either kind of history is asked for, document by document: what is told and what people did is read alike."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

Numbered = tuple[int, Mapping[str, Any]]
"""A document with its number."""

ALL: Mapping[str, str] = {}
"""Under whatever key."""


class Documents(Protocol):
    """The documents of one history, table by table, in the order of their numbers unless something else is said."""

    def found(self, table: str, **keys: str) -> Sequence[Numbered]:
        """Those under a key of each index that is named; all of them where none is."""
        ...

    def under_any(self, table: str, index: str, keys: Collection[str]) -> Sequence[Numbered]:
        """Those under any of some keys of an index."""
        ...

    def beginning(self, table: str, indexes: Sequence[str], beginning: str) -> Sequence[Numbered]:
        """Those with a key of any of some indexes that begins so, each once."""
        ...

    def numbered(self, table: str, number: int) -> Mapping[str, Any]:
        """One by its number."""
        ...

    def pages(
        self, table: str, *, after: int = 0, newest_first: bool = False, keys: Mapping[str, str] = ALL
    ) -> Iterator[Numbered]:
        """Those that there are now and whose number is higher, one after the other, few of them in memory at a time."""
        ...

    def last_attempted(self) -> Sequence[Numbered]:
        """Of each key under which attempts are filed the message that was attempted last."""
        ...


def first(documents: Documents, table: str, **keys: str) -> Mapping[str, Any] | None:
    """The first document under a key; None if there is none."""
    return next((document for _, document in documents.found(table, **keys)), None)


def all_of(documents: Documents, table: str, **keys: str) -> list[Mapping[str, Any]]:
    """The documents under a key without their numbers; all of a table where none is named."""
    return [document for _, document in documents.found(table, **keys)]
