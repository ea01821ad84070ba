"""The characters of a report's text as a reader sees them, each in one spelling of the many that fonts have.

A quotation is of this text: the letters, signs and line breaks that a reader sees are the file's own.
"""

import re
import unicodedata

# A fraction, a raised number or an ellipsis means something else once it is plain digits or full stops.
_MEANS_MORE = ("<fraction>", "<super>", "<sub>", "<circle>", "<square>")
_OWN_SPELLING = {"\u00b4": "\u2019", "\u2010": "-", "\u2011": "-", "\u2026": "\u2026"}
_KEPT = frozenset("\n\r\f\v\t\u2028\u2029\x85")
_AS_A_DASH = re.compile(r"(?<=\d)\u00ad(?=\d)|(?<=\s)\u00ad(?=\s)")
# A whole text with a long run of accents would take the library hours.
_ACCENTED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,4}")
_IN_A_WORD = re.compile(r"(?<=[^\W\d_])\u00ad(?:[ \t]*\r?\n[ \t]*(?=[^\W\d_]))?")


class _Spelling(dict[int, str]):
    """What becomes of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _spelled(chr(code))
        return self[code]


def _spelled(character: str) -> str:
    if character in _OWN_SPELLING:
        return _OWN_SPELLING[character]
    if unicodedata.category(character) == "Cf":
        return ""
    if character in _KEPT or unicodedata.decomposition(character).startswith(_MEANS_MORE):
        return character
    plain = unicodedata.normalize("NFKC", character)
    # An accent that stands alone would come apart into a space and a mark on it.
    return character if plain.startswith(" ") and len(plain) > 1 else plain


_SPELLING = _Spelling()


def as_read(text: str) -> str:
    """Text without ligatures, full-width letters, soft and no-break hyphens, no-break spaces and invisible marks."""
    spelled = _IN_A_WORD.sub("", _AS_A_DASH.sub("-", text)).translate(_SPELLING)
    return _ACCENTED.sub(lambda letter: unicodedata.normalize("NFC", letter[0]), spelled)
