"""One message to many readers: it is rendered once, and what each reader has of his own is put in for him.

Of a mail that is his own: his address, the message's ids, and the signed links. The mail is the same, byte for byte but
for the MIME boundaries, as if it had been rendered for him alone.
"""

import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from watcher.delivery.channels.email.mail import LONGEST_LINE, Encodings, encoding_of, quoted
from watcher.delivery.channels.email.rendering import Rendered
from watcher.messages.links import Links, StandIns
from watcher.messages.message import Message

READER = f"{secrets.token_hex(16)}@example.invalid"
"""Stands for whoever a mail is for."""

_ID = secrets.token_hex(8)
_FOLLOWED = secrets.token_hex(8)
_USUAL_ID = re.compile(r"[0-9a-f]{16}")

_ENCODING = "quoted-printable"
"""It encodes each line by itself."""

_LOOKED_AT = 10
"""So many lines decide which encoding a text is given."""

Render = Callable[[Message, Links | None], Rendered]
Wrap = Callable[[Rendered, Message, Links | None, Encodings], bytes]
"""A mail of what was rendered, for the message's recipient."""


@dataclass(frozen=True, slots=True)
class Mould:
    """A mail with gaps."""

    remark: str
    links: StandIns | None
    parts: Sequence[bytes | str]
    """Bytes as they are sent, and the names of gaps: a word, or a line in which there are some."""
    lines: Mapping[str, str]
    """By its name each line that has gaps."""
    is_encoded: Sequence[Sequence[str]]
    """Of each text that would need no encoding but for lines with gaps: the names of those."""

    def filled(self, message: Message) -> bytes | None:
        """The mail for the recipient of a message; None where his would be encoded in another way."""
        if message.recipient is None:
            return None
        words = {_ID: message.id, READER: message.recipient, _FOLLOWED: message.follows or ""}
        words |= self.links.tokens_for(message.recipient) if self.links is not None else {}
        lines = {name: _with(words, line) for name, line in self.lines.items()}
        if not all(any(_needs_encoding(lines[name]) for name in names) for names in self.is_encoded):
            return None
        values = {name: quoted(line) for name, line in lines.items()}
        values |= {word: value.encode("ascii") for word, value in words.items()}
        return b"".join(values[part] if isinstance(part, str) else part for part in self.parts)


class Moulds:
    """Keeps the mould of the message that was sent last; for any thread."""

    def __init__(self, render: Render, wrap: Wrap, links: Links | None) -> None:
        self._render = render
        self._wrap = wrap
        self._links = links
        self._lock = threading.Lock()
        self._last: tuple[Message, Mould | None] | None = None

    def mail(self, message: Message) -> tuple[bytes, str] | None:
        """The mail, and what is to be remarked on it; None for one that has to be made by itself."""
        if message.recipient is None or not _USUAL_ID.fullmatch(message.id) or not message.recipient.isascii():
            return None
        mould = self._mould_of(_for_anybody(message))
        content = mould.filled(message) if mould is not None else None
        return (content, mould.remark) if mould is not None and content is not None else None

    def _mould_of(self, message: Message) -> Mould | None:
        with self._lock:
            if self._last is None or self._last[0] != message:
                self._last = (message, self._new(message))
            return self._last[1]

    def _new(self, message: Message) -> Mould | None:
        links = self._links.standing_in(READER) if self._links is not None else None
        rendered = self._render(message, links)
        words = (_ID, READER, _FOLLOWED, *(links.tokens_for(READER) if links is not None else ()))
        gaps = re.compile("|".join(map(re.escape, words)))
        texts = [_Text(text, gaps) for text in (rendered.text, rendered.html)]
        if not all(text.can_be_filled for text in texts):
            return None
        named = replace(rendered, text=texts[0].with_names, html=texts[1].with_names)
        lines = {name: line for text in texts for name, line in text.lines.items()}
        content = self._wrap(named, message, links, (texts[0].encoding, texts[1].encoding))
        return Mould(
            remark=rendered.remark,
            links=links,
            parts=_parts(content, tuple(lines), words),
            lines=lines,
            is_encoded=[tuple(text.lines) for text in texts if text.lines and not text.is_encoded_anyway],
        )


class _Text:
    """A text in which each line that has gaps is replaced by its name."""

    def __init__(self, text: str, gaps: re.Pattern[str]) -> None:
        rows = text.split("\n")
        self.lines = {secrets.token_hex(16): row for row in rows if gaps.search(row)}
        names = {row: name for name, row in self.lines.items()}
        self.with_names = "\n".join(names.get(row, row) for row in rows)
        self.is_encoded_anyway = any(_needs_encoding(row) for row in rows if row not in names)
        is_usual = "\r" not in text and len(rows) > _LOOKED_AT + 1 and encoding_of(text) == _ENCODING
        self.encoding = _ENCODING if names else None
        self.can_be_filled = not names or (is_usual and not any(row in names for row in rows[:_LOOKED_AT]))


def _for_anybody(message: Message) -> Message:
    """What messages to several readers have in common."""
    followed = None if message.follows is None else _FOLLOWED
    return replace(message, id=_ID, recipient=READER, follows=followed, thread=None)


def _needs_encoding(line: str) -> bool:
    return not line.isascii() or len(line) > LONGEST_LINE


def _with(words: Mapping[str, str], line: str) -> str:
    for word, value in words.items():
        line = line.replace(word, value)
    return line


def _parts(content: bytes, lines: Sequence[str], words: Sequence[str]) -> list[bytes | str]:
    """The mail, cut at its gaps; a line's end goes with the line."""
    names = "|".join((*(rf"{name}\r\n" for name in lines), *map(re.escape, words)))
    cut = re.split(f"({names})".encode("ascii"), content)
    return [part if number % 2 == 0 else part.decode("ascii").rstrip("\r\n") for number, part in enumerate(cut)]
