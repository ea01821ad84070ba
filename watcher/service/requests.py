"""What is asked of the history from another process: left in a box, carried out by whoever owns the history.

One process owns the history, or leads several that share it. A command that alters it therefore leaves a request; a
running service carries it out within seconds, and where none runs the command itself does. So does a page of a service
that does not lead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

from watcher.facts.stored import ALWAYS, read, stored
from watcher.history.box import Box
from watcher.watching.deeds import Signature


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked: what, and of what."""

    what: str
    """`retry` or `drop` a delivery, `retry channel`, `read` or `release` a feed, `acknowledge` a change, `silence`
    homes, or `unsilence` them, `stop mails` or `resume mails` to an address, `watch` for somebody or `unwatch`, a
    `deed` of a page, which is answered, or `reload` the configuration and answer under that name."""
    subject: str
    content: Mapping[str, Any] = field(default_factory=dict, metadata=ALWAYS)
    """The details, where there are any: the document of what is to be stored, or the signature of who asks."""

    @classmethod
    def signed(cls, what: str, subject: str, signature: Signature) -> Self:
        """Something asked by somebody."""
        return cls(what, subject, stored(signature))


DEED = "deed"
"""What a page asks for, which is answered."""


def leave(box: Box, request: Request) -> str:
    """Leaves a request for the owner of the history; the name under which it is answered, where it is."""
    return box.leave(orjson.dumps(stored(request)))


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request that was waited for."""

    done: bool
    lines: tuple[str, ...]
    """For whoever asked."""
    is_mistaken: bool = False
    """Whether the configuration was refused that it asks for."""


Deed = Callable[[Request], Reply]
"""Does what a page asks for, and says what came of it."""


def answer(box: Box, name: str, said: Reply) -> None:
    """Leaves an answer for whoever asked."""
    box.answer(name, orjson.dumps(stored(said)))


def fetch(box: Box, name: str) -> Reply | None:
    """The answer of that name, which is gone then; None while there is none."""
    content = box.fetch(name)
    try:
        return None if content is None else read(Reply, orjson.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def read_request(content: bytes) -> Request | None:
    """What was left, as it was asked; None for what is none."""
    try:
        return read(Request, orjson.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
