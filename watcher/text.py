"""Makes text that somebody else published harmless: one printable line, of bounded length."""

import re
import unicodedata
from urllib.parse import urlsplit

ELLIPSIS = "…"
LONGEST_QUOTE = 200
"""Characters of foreign text within a sentence of ours."""


class _Characters(dict[int, str]):
    """What becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character.isspace() or category in ("Cc", "Zl", "Zp"):
            self[code] = " "
        else:
            self[code] = "" if category[0] == "C" else character
        return self[code]


_CHARACTERS = _Characters()


def squash(words: str) -> str:
    """Case folded, white space (no-break spaces too) collapsed, apostrophes straight: for comparing words in print."""
    return " ".join(words.replace("’", "'").replace("‘", "'").split()).casefold()


def harmless(text: str) -> str:
    """One line without control characters, direction marks and invisible ones, white space squashed."""
    return " ".join(text.translate(_CHARACTERS).split())


def printable(text: str, limit: int = LONGEST_QUOTE) -> str:
    """Foreign text for a message: one line, control and invisible characters escaped, cut at `limit` characters."""
    cut = text if len(text) <= limit else text[:limit] + "..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def capital(words: str) -> str:
    """Words as a sentence begins: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def cut(text: str, longest: int) -> str:
    """The text itself, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def cut_at_word(text: str, longest: int) -> str:
    """The text itself, or its first words and an ellipsis."""
    if len(text) <= longest:
        return text
    words, space, _ = text[:longest].rpartition(" ")
    return f"{words.rstrip()} {ELLIPSIS}" if space and len(words) <= longest - 2 else cut(text, longest)


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
