"""What documents are indexed under."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

Key = Callable[[Mapping[str, Any]], str | Collection[str] | None]
"""What a document is indexed under, one key or several; None if it is not."""

WEIGHT = "CRC-32 of each, begun with its number and table"
"""The sum that is kept of the tables which the register is made of: what their documents weigh together."""


@dataclass(frozen=True, slots=True)
class Several:
    """Indexes documents under one or several keys that a function says of each; the index is kept beside the snapshot.

    `form` names the function, and is to be another one whenever the function says anything else of any document.
    """

    form: str
    of: Key

    def __call__(self, document: Mapping[str, Any]) -> str | Collection[str] | None:
        """What the function says."""
        return self.of(document)


def form_of(key: Key) -> str | None:
    """What an index is known by that is kept; None where it is to be made anew each time."""
    form: str | None = getattr(key, "form", None)
    return form


def keys_of(key: Key, document: Mapping[str, Any]) -> tuple[str, ...]:
    """All that a document is indexed under, each once."""
    found = key(document)
    if found is None:
        return ()
    return (found,) if isinstance(found, str) else tuple(dict.fromkeys(found))
