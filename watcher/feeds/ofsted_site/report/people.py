"""Keeps the people out whom a report names: their names are looked for in what is to be quoted, and kept nowhere."""

import re
from collections.abc import Iterable, Sequence

from watcher.feeds.ofsted_site.report.common_words import ACRONYMS, ANYWHERE, FIRST, MONTHS_LIKE_NAMES, NAMES_TOO
from watcher.feeds.ofsted_site.report.text import Line

_ROLES = (
    r"Responsible [Ii]ndividuals?|Registered (?:[Mm]anager|[Pp]erson)s?"
    r"|(?:Lead |Team |Social [Cc]are )?[Ii]nspectors?(?:\(s\))?"
)
# Prose goes on in small letters, a list of labels and values does not.
_LABEL = re.compile(rf"(?:{_ROLES}) ?(?P<name>:.*|(?: ?[A-Z][\w.,'’-]*){{0,9}})")
_PROVIDER = re.compile(r"(?i)Registered provider ?:(?P<name>.*)")
_ORGANISATION = re.compile(
    r"(?i)\b(?:limited|ltd|llp|plc|cic|council|borough|county|city|trust|agency|services?|care|homes?|group|charity"
    r"|foundation|company|partnership|schools?|college|society|association|nhs|uk)\b"
)
_NEXT_LABEL = re.compile(
    r"(?i)(?:Inspection|Unique reference|Type of|Provision|Registered provider|Date of|The Office for|Previous|Page)\b"
)
_LINES_AFTER_A_LABEL = 8
_LONGEST_NAME = 80
_MOST_SPACES_OF_A_NAME = 3
"""Of one in small letters; what is longer is prose."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NO_NAME = re.compile(
    r"mr|mrs|ms|miss|mx|dr|sir|dame|lord|lady|prof|professor|rev|post|vacant|none|not|applicable|and|the|of|for|to|be|is"
    r"|an?|in|on|at|social|care|regulatory|inspect(?:or|ors|ion)|lead|team|senior|her|his|majesty|majesty's|hmi|early"
    r"|years|children|children's|homes?|managers?|registered|responsible|individual|person|provider|currently|interim"
    r"|acting|ofsted|shadow|observer|she|he|they|who|staff|leaders|has|have|was|were|are|with|by|as|this|that|all"
)
_TITLE = re.compile(
    r"(?<!\w)(?:M[rR]|M[rR][sS]|M[sS]|Miss|MISS|Mx|D[rR]|Sir|Dame|Prof|Professor|Rev|Reverend|Father|Sister)\.? [A-Z]"
)
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_INITIAL = re.compile(r"(?<!\w)[A-Z]\. ?(?=[^\W\d_])(?![a-z])")
_BEGINS = re.compile(r"(?:^(?:\W|\d+[A-Z]?\b)*|[.!?:;…*)]['’\")\]]*\s|[\s(][‘“\"'])[‘“\"(\[]*$")
_DAY_BEFORE = re.compile(
    r"(?i)(?:\d(?:st|nd|rd|th)?|\b(?:in|since|until|during|early|late|last|mid|end of|beginning of))[ -]$"
)
_YEAR_AFTER = re.compile(r"(?:['’]s)?,? \d")
_NOBODY = re.compile(r"(?<!\w)(?:A ?& ?E|KS ?[1-5])(?!\w)")
"""An emergency ward, a key stage: single letters and pairs of them are else somebody's initials."""
_NEARBY = 40
"""So many characters before a word say whether a sentence begins with it."""
_ADDRESS = re.compile(r"[@/]|\w\.\w")
"""What a word has that is part of an address."""


class People:
    """The people whom a report names in its details; this object shows none of them."""

    __slots__ = ("_common", "_words")

    def __init__(self, lines: Sequence[Line]) -> None:
        self._words = frozenset(_words(set(_names(lines))))
        self._common = FIRST.union(*map(_in_small_letters, lines)) - NAMES_TOO

    def are_named_in(self, text: str) -> bool:
        """Whether a text names one of them, or somebody by title."""
        if _TITLE.search(text):
            return True
        words = (part for word in _WORD.findall(text) for part in _parts(word) if part[:1].isupper())
        return any(word.casefold() in self._words for word in words)

    def may_be_named_in(self, text: str) -> bool:
        """Whether a text names one of them, or has a capital letter that may be somebody's: it is not quoted."""
        text = _NOBODY.sub("", text)
        return (
            self.are_named_in(text)
            or bool(_INITIAL.search(text))
            or any(self._may_be_a_name(text, word) for word in _PART.finditer(text))
        )

    def _may_be_a_name(self, text: str, found: re.Match[str]) -> bool:
        word, nearby, begin = _plain(found[0]), max(found.start() - _NEARBY, 0), found.start()
        if found[0].islower() or (len(word) == 1 and text[:begin][-1:].isdigit()):  # as in "regulation 17B"
            return False
        if word in MONTHS_LIKE_NAMES:
            return not (_DAY_BEFORE.search(text, nearby, begin) or _YEAR_AFTER.match(text, found.end()))
        if word in ANYWHERE or found[0] in ACRONYMS or found[0] == "I":
            return False
        return word not in self._common or not _BEGINS.search(text, nearby, begin)


def _in_small_letters(line: Line) -> Iterable[str]:
    """The words of a line that it does not capitalise, those of addresses apart, which people's names are part of."""
    said = " ".join(part for part in line.text.split() if not _ADDRESS.search(part))
    return (_plain(word) for word in _WORD.findall(said) if word.islower() and len(word) > 1)


def _plain(word: str) -> str:
    return re.sub(r"'s?$", "", word.replace("’", "'")).casefold()


def _names(lines: Sequence[Line]) -> Iterable[str]:
    for position, line in enumerate(lines):
        if provider := _PROVIDER.match(line.text):
            if not _ORGANISATION.search(provider["name"]):
                yield provider["name"]
        elif label := _LABEL.fullmatch(line.text):
            yield label["name"]
            if not label["name"].strip(" :") or "nspector" in label[0]:
                yield from _below(lines[position + 1 :][:_LINES_AFTER_A_LABEL])


def _below(lines: Sequence[Line]) -> Iterable[str]:
    """What stands under a label: names, one to a line, up to the next label."""
    for line in lines:
        if _NEXT_LABEL.match(line.text) or len(line.text) > _LONGEST_NAME or line.text.endswith("."):
            return
        if not (line.text.islower() and line.text.count(" ") > _MOST_SPACES_OF_A_NAME):
            yield line.text


def _words(names: Iterable[str]) -> Iterable[str]:
    """The words of names; where there are capital letters, those in small ones are prose that stands among them."""
    for name in names:
        for word in _WORD.findall(name[:_LONGEST_NAME]):
            yield from (
                part.casefold()
                for part in _parts(word)
                if (part[:1].isupper() or name.islower()) and not _NO_NAME.fullmatch(part.casefold()) and len(part) > 1
            )


def _parts(word: str) -> tuple[str, ...]:
    """A word as it is, without a possessive ending, and the halves of a double name."""
    whole = re.sub(r"['’]s?$", "", word)
    return (whole, *re.split(r"['’-]", whole))
