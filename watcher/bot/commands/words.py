"""What people write behind `/watcher`, as they mean it: quotes, bold, links that Slack makes of names, blanks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from watcher.bot.said import LONGEST_QUESTION
from watcher.text import inert

PUBLIC = "public"
"""Said first or last, it shows the answer to all of the channel."""

_MOST_IDS = 8
_COMMAND = "/watcher"
_QUOTES = "\"'“”„‘’‚«»"
_DOUBLE = '"“”„«»'
_MARKS = "*_~`"
_AROUND = f"{_QUOTES}{_MARKS} "
_LINK = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
"""What Slack makes of what looks like an address, a person or a channel: `<http://a.example|a.example>`."""


@dataclass(frozen=True)  # without slots, so that what is read can be kept
class Words:
    """A command, what stands behind it, and who is to see the answer."""

    command: str
    """In small letters; empty where nothing was written."""
    argument: str
    """As it was written."""
    is_public: bool

    @cached_property
    def readings(self) -> tuple[str, ...]:
        """What may be meant by the argument, the most literal first: a name can have signs in it too."""
        return tuple(dict.fromkeys(filter(None, _readings(self.argument))))

    @property
    def plain(self) -> str:
        """The argument as it is most likely meant, in one short line."""
        return inert(self.readings[-1] if self.readings else "", 80)

    @property
    def undressed(self) -> str:
        """The argument without quotes and marks anywhere: of several parts, one of which may have stood in quotes."""
        said = self.readings[-1] if self.readings else ""
        return " ".join("".join(sign for sign in said if sign not in _DOUBLE).split())

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """What may be the number of a home, the likeliest first, in small letters."""
        return tuple(dict.fromkeys(one.casefold() for one in _ids(self.readings)))[:_MOST_IDS]

    def again(self, command: str, argument: str = "") -> str:
        """Another question, to be seen by the same people; what a button asks."""
        quoted = f'"{argument}"' if argument else ""
        return " ".join(filter(None, (command, quoted, PUBLIC if self.is_public else "")))


def written(text: str) -> Words:
    """What somebody wrote, read."""
    words = inert(text, LONGEST_QUESTION).split(" ")
    if words and _bare(words[0]) == _COMMAND:
        words = words[1:]
    is_public = False
    for end in (0, -1):
        if words and _bare(words[end]) == PUBLIC and not _is_quoted(words[end]):
            is_public = True
            del words[end]
    command = _bare(words[0]) if words else ""
    return Words(command, " ".join(words[1:]), is_public)


def _bare(word: str) -> str:
    return word.strip(_AROUND).rstrip(":,.!?").casefold()


def _is_quoted(word: str) -> bool:
    return word.strip(_MARKS)[:1] in _QUOTES or word.strip(_MARKS)[-1:] in _QUOTES


def _readings(text: str) -> Iterator[str]:
    text = text.strip()
    inner = text[1:-1].strip() if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES else text
    yield inner
    yield text
    told = _as_typed(inner)
    yield told
    yield told.strip(_AROUND)
    without = "".join(" " if sign == "`" else sign for sign in told if sign not in "*~")
    yield " ".join(word.strip("_") for word in without.split()).strip(_AROUND)


def _as_typed(text: str) -> str:
    """Without what Slack put around it."""
    told = _LINK.sub(lambda found: (found[2] or found[1]).removeprefix("mailto:"), text)
    return told.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _ids(readings: tuple[str, ...]) -> Iterator[str]:
    for reading in readings:
        yield reading
        yield "".join(reading.split())
    for word in dict.fromkeys(word.strip("()[],.;:#") for reading in readings for word in reading.split()):
        if any(sign.isdigit() for sign in word):
            yield unquote(_last_part(word)) if "/" in word else word


def _last_part(address: str) -> str:
    return address.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2]
