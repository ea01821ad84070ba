"""What Slack says over its line, read from a foreigner's bytes into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

LONGEST_ID = 200
"""Characters of an envelope's id; Slack's have 36."""
TYPES = frozenset({"interactive", "slash_commands", "events_api"})


@dataclass(frozen=True, slots=True)
class Envelope:
    """Something that somebody did in Slack, and that Slack wants acknowledged within three seconds."""

    id: str
    type: str
    """`interactive`, `slash_commands` or `events_api`."""
    payload: Mapping[str, Any]
    """As it came: whatever is taken from it is looked up, never believed."""
    takes_answer: bool
    """Whether the acknowledgement can carry an answer."""
    attempt: int
    """Of its repeats; 0 the first time."""


@dataclass(frozen=True, slots=True)
class Hello:
    """The line is open; `app_id` is the app it belongs to, if it is said."""

    app_id: str


@dataclass(frozen=True, slots=True)
class Farewell:
    """The line is going to be closed, and for what reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """What nothing can be made of, in words that repeat nothing of it."""

    why: str


Said = Envelope | Hello | Farewell | Ignored


def read(content: bytes) -> Said:
    """What a message says; whatever it holds, this returns."""
    try:
        message = orjson.loads(content)
    except ValueError:
        return Ignored("it is no JSON")
    if not isinstance(message, dict):
        return Ignored("it is no object")
    kind = message.get("type")
    if kind == "hello":
        return Hello(_word(_table(message.get("connection_info")).get("app_id")))
    if kind == "disconnect":
        return Farewell(_word(message.get("reason")))
    return _envelope(message, kind) if isinstance(kind, str) and kind in TYPES else Ignored("its type is unknown")


def _envelope(message: Mapping[str, Any], kind: str) -> Envelope | Ignored:
    name, payload, attempt = message.get("envelope_id"), message.get("payload"), message.get("retry_attempt")
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_ID:
        return Ignored("it has no id")
    if not isinstance(payload, dict):
        return Ignored("it holds nothing")
    is_count = isinstance(attempt, int) and 0 <= attempt < 1_000
    takes_answer = message.get("accepts_response_payload") is True
    return Envelope(name, kind, payload, takes_answer, int(attempt) if is_count and attempt else 0)


def acknowledgement(envelope_id: str, answer: Mapping[str, Any] | None) -> bytes:
    """What Slack is told of an envelope."""
    return orjson.dumps({"envelope_id": envelope_id, **({} if answer is None else {"payload": answer})})


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    """A short name of theirs, or nothing."""
    return value if isinstance(value, str) and len(value) <= 50 and value.replace("_", "").isalnum() else ""
