"""Pages as trees in which every selector says how many matches it must have, and text that is safe to pass on."""

import re
import unicodedata

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from watcher.errors import CouldNotTellError

LONGEST_TEXT = 300
"""Characters; nothing that is read from these pages is longer."""


class UnexpectedPageError(CouldNotTellError):
    """A page that is not what it should be: a login, a maintenance or an error page, or a new layout."""


def parse(text: str, classes: tuple[str, ...] = ()) -> BeautifulSoup:
    """A page as a tree; with `classes`, only the elements of these classes and what is in them."""
    # While it is parsed, an attribute is one string: a list of classes would match none of several.
    wanted = re.compile(rf"(?<![\w-])(?:{'|'.join(classes)})(?![\w-])") if classes else None
    return BeautifulSoup(text, "lxml", parse_only=SoupStrainer(class_=wanted) if wanted else None)


def only(node: Tag, selector: str, what: str) -> Tag:
    """The one match; raises UnexpectedPageError, naming `what` was looked for, unless there is exactly one."""
    found = node.select(selector, limit=2)
    if len(found) != 1:
        raise UnexpectedPageError(
            f"{'no' if not found else 'more than one'} {what} ({selector}) where one was expected"
        )
    return found[0]


def at_most_one(node: Tag, selector: str, what: str) -> Tag | None:
    """The one match or None; raises UnexpectedPageError if there are several."""
    found = node.select(selector, limit=2)
    if len(found) > 1:
        raise UnexpectedPageError(f"more than one {what} ({selector}) where one at most was expected")
    return found[0] if found else None


def one_or_more(node: Tag, selector: str, what: str) -> list[Tag]:
    """The matches; raises UnexpectedPageError if there are none."""
    found = list(node.select(selector))
    if not found:
        raise UnexpectedPageError(f"no {what} ({selector}) where one or more were expected")
    return found


def words(tag: Tag, longest: int = LONGEST_TEXT) -> str:
    """The text of an element, cleaned."""
    return clean(tag.get_text(" "), longest)


def clean(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text from a page without control characters and direction marks, white space squashed, and cut to a length."""
    plain = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    shown = "".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Co", "Cn", "Cs"))
    squashed = " ".join(shown.split())
    return squashed if len(squashed) <= longest else squashed[: longest - 1] + "…"
