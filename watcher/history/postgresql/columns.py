"""Which column each key of a document stands in, and in what form."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any

from watcher.history.filing import KEYS, Field, Key
from watcher.history.kept import TABLE, TALLIES, FiledUnder, listed
from watcher.judging.filed import Filing

_LONGEST = 500
"""Bytes of a key that is stored as it is; an index takes no row of more than 2,700."""


def column(filing: Filing) -> str:
    """The column of the names that homes are filed under."""
    return f"filed_{filing.value.replace(' ', '_')}"


COLUMNS: Mapping[str, Mapping[str, Key]] = {
    **KEYS,
    "homes": {
        **KEYS["homes"],
        "folded_id": lambda document: document["id"].casefold(),
        "folded_key": lambda document: document["key"].casefold(),
    },
    "signing": {},
    "origin": {},
    "restored": {},
    TABLE: {"home": Field("home"), **{column(filing): FiledUnder(filing.value) for filing in Filing}},
    TALLIES: {"name": Field("name"), "listed": listed},
}
"""By table, its columns and what of a document stands in each."""

DOCUMENTS = tuple(COLUMNS)
"""Every table of documents."""


@lru_cache(maxsize=4096)
def filed(key: str) -> str:
    """A key as its column has it: itself, but for one that is very long or has a character that no text may have."""
    if "\0" not in key and len(key.encode()) <= _LONGEST:
        return key
    return f"sha256:{sha256(key.encode()).hexdigest()}"


def keys_of(table: str, document: Mapping[str, Any]) -> tuple[str | None, ...]:
    """What stands in the columns of a table beside a document."""
    said = [key(document) for key in COLUMNS[table].values()]
    return tuple([None if key is None else filed(key) for key in said])
