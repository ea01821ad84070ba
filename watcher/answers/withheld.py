"""What is not for everybody: addresses of readers, and where files of this machine lie, wherever a text has them."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"\S+")
_AROUND = "()[]{}<>\"'“”‘’`.,;:!?"
"""What may stand around an address without belonging to it."""

INSTEAD = "(an address)"
INSTEAD_OF_A_FILE = "(a file)"


def without_addresses(text: str, readers: Iterable[str] = ()) -> str:
    """The text with each of these readers, and whatever looks like an address of a mail, left out."""
    for reader in sorted(filter(None, readers), key=len, reverse=True):
        text = text.replace(reader, INSTEAD)
    return _WORD.sub(_without, text)


def _without(found: re.Match[str]) -> str:
    word = found[0]
    if "@" not in word:
        return word
    address = word.strip(_AROUND)
    if "://" in word and "@" not in word.partition("://")[2].partition("/")[0]:
        return word  # a page whose path has the sign
    return word.replace(address, INSTEAD) if "@" in address else word


def without_files(text: str) -> str:
    """The text with every path from the root of this machine left out."""
    return _WORD.sub(_without_file, text)


def _without_file(found: re.Match[str]) -> str:
    word = found[0]
    path = word.strip(_AROUND)
    return word.replace(path, INSTEAD_OF_A_FILE) if path.startswith("/") and len(path) > 1 else word
