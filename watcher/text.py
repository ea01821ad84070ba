"""Makes text that somebody else published harmless: one printable line, of bounded length."""

import unicodedata

ELLIPSIS = "…"


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


def harmless(text: str) -> str:
    """One line without control characters, direction marks and invisible ones, white space squashed."""
    return " ".join(text.translate(_CHARACTERS).split())


def cut(text: str, longest: int) -> str:
    """The text itself, or its beginning and an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def cut_at_word(text: str, longest: int) -> str:
    """The text itself, or its first words and an ellipsis."""
    if len(text) <= longest:
        return text
    words, space, _ = text[:longest].rpartition(" ")
    return f"{words.rstrip()} {ELLIPSIS}" if space and len(words) <= longest - 2 else cut(text, longest)
