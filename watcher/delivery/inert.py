"""Makes text that somebody else published harmless in every output: one printable line, cut to a length."""

import re
import unicodedata
from urllib.parse import urlsplit

ELLIPSIS = "…"

_LONGEST_LINK = 1_000
_LINK = re.compile(r"https?://[\x21-\x7e]+", re.IGNORECASE)
_NOT_IN_A_LINK = re.compile(r'[<>|"\\^`{}]')


def inert(text: str, longest: int = 300) -> str:
    """One line of at most `longest` characters, without control characters, bidi marks and invisible ones."""
    visible = "".join(map(_harmless, text[: 20 * longest]))  # bounds the work on a text of megabytes
    return cut(" ".join(visible.split()), longest)


def cut(text: str, longest: int) -> str:
    """The text itself, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def web_link(link: str | None) -> str | None:
    """A link that can be followed and can't break out of its place; None for anything else, never half a link."""
    if not link or len(link) > _LONGEST_LINK or not _LINK.fullmatch(link) or _NOT_IN_A_LINK.search(link):
        return None
    try:
        parts = urlsplit(link)
        return link if parts.hostname and not parts.username and parts.port != 0 else None
    except ValueError:
        return None


def _harmless(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category[0] == "C" else character
