"""Makes text that somebody else published harmless in every output: one printable line, cut to a length."""

import re
from urllib.parse import urlsplit

from watcher.text import cut, harmless

__all__ = ("cut", "inert", "web_link")

_LONGEST_LINK = 1_000
_LINK = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)
_NOT_IN_A_LINK = re.compile(r'[<>|"\\^`{}]')


def inert(text: str, longest: int = 300) -> str:
    """One line of at most `longest` characters, without control characters, bidi marks and invisible ones."""
    return cut(harmless(text[: 20 * longest]), longest)  # bounds the work on a text of megabytes


def web_link(link: str | None) -> str | None:
    """A link that can be followed and can't break out of its place; None for anything else, never half a link."""
    if not link or len(link) > _LONGEST_LINK or not _LINK.fullmatch(link) or _NOT_IN_A_LINK.search(link):
        return None
    try:
        parts = urlsplit(link)
        return link if parts.hostname and not parts.username and parts.port != 0 else None
    except ValueError:
        return None
