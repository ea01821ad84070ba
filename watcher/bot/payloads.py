"""What Slack sends over Socket Mode, read into what was asked: https://docs.slack.dev/apis/events-api/using-socket-mode

The line is trusted, what comes over it is not: everything has a type and a length, and ids are looked up later.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from watcher.bot.line.envelope import Envelope
from watcher.bot.said import ASK, LONGEST_QUESTION
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, HISTORY, SILENCE
from watcher.delivery.channels.slack.manifest.written import COMMAND
from watcher.text import inert
from watcher.watching.asked import Asked, Asking
from watcher.watching.deeds import LONGEST_NAME, LONGEST_REASON

REASON = "watcher_reason"
"""The form for a reason, the block in it and the field in that."""

BUTTONS = (ACKNOWLEDGE, SILENCE, HISTORY)
NOBODYS = "?"
"""The workspace of what names one that can be none: it is not the bot's own."""

_ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
_SUBJECT = re.compile(r"[0-9a-f]{16}")
_LONGEST_ID = 200
_LONGEST_ADDRESS = 500


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an envelope came to."""

    asked: Asked | None = None
    """None where there is nothing to do."""
    answer: Mapping[str, Any] = field(default_factory=dict)
    """What is said at once, where Slack takes it so: that a form's field is wrong."""


NOTHING = Arrived()


def read_envelope(envelope: Envelope, way: str, now: datetime) -> Arrived:
    """What an envelope of the bot of that channel asks; nothing for whatever this version does not know."""
    readers = {"interactive": _interactive, "slash_commands": _command, "events_api": _event}
    reader = readers.get(envelope.type)
    if reader is None or not 0 < len(envelope.id) <= _LONGEST_ID:
        return NOTHING
    said = reader(_Payload(envelope.payload))
    if isinstance(said, Arrived):
        return said
    return Arrived(Asked(id=envelope.id, way=way, at=now, **said))


class _Payload:
    """A foreign object: what is not there, or of another type, is empty."""

    def __init__(self, value: object) -> None:
        self._value = value if isinstance(value, Mapping) else {}

    def of(self, name: str) -> "_Payload":
        """An object within."""
        return _Payload(self._value.get(name))

    def all(self, name: str) -> Sequence["_Payload"]:
        """A list of objects within; none where there are too many."""
        value = self._value.get(name)
        return [_Payload(each) for each in value] if isinstance(value, list) and len(value) <= 100 else []

    def text(self, name: str, longest: int = _LONGEST_ID) -> str:
        """A text of at most that length; empty for a longer one."""
        value = self._value.get(name)
        return value if isinstance(value, str) and len(value) <= longest else ""

    def id(self, name: str) -> str:
        """An id of Slack's."""
        text = self.text(name)
        return text if _ID.fullmatch(text) else ""

    def team(self, name: str) -> str:
        """The id of a workspace; what is said and can be none is nobody's."""
        return self.id(name) or ("" if self._value.get(name) in (None, "") else NOBODYS)

    def length(self, name: str) -> int:
        """How long a text is, be it too long."""
        value = self._value.get(name)
        return len(value) if isinstance(value, str) else 0


def _interactive(payload: _Payload) -> dict[str, Any] | Arrived:
    kind = payload.text("type")
    if kind == "block_actions":
        return _press(payload)
    return _reason(payload) if kind == "view_submission" else NOTHING


def _press(payload: _Payload) -> dict[str, Any] | Arrived:
    action = next(iter(payload.all("actions")), _Payload(None))
    which, value = action.text("action_id"), action.text("value", LONGEST_QUESTION)
    if not (user := _who(payload.of("user"), "username")):
        return NOTHING
    place = payload.of("channel").id("id") or payload.of("container").id("channel_id")
    said = {**_common(payload), **user, "place": place, "team": _team(payload)}
    if which.rpartition("_")[0] == ASK and value:
        return {**said, "asking": Asking.COMMAND, "text": value}
    if which not in BUTTONS or not _SUBJECT.fullmatch(value) or not place:
        return NOTHING
    return {**said, "asking": Asking.BUTTON, "what": which, "subject": value}


def _reason(payload: _Payload) -> dict[str, Any] | Arrived:
    view = payload.of("view")
    field_ = view.of("state").of("values").of(REASON).of(REASON)
    subject, user = view.text("private_metadata"), _who(payload.of("user"), "username")
    if view.text("callback_id") != REASON or not _SUBJECT.fullmatch(subject) or not user:
        return NOTHING
    if field_.length("value") > LONGEST_REASON:
        wrong = f"Write at most {LONGEST_REASON} characters."
        return Arrived(answer={"response_action": "errors", "errors": {REASON: wrong}})
    why = inert(field_.text("value", LONGEST_REASON), LONGEST_REASON)
    said = {**_common(payload), **user, "team": _team(payload)}
    return {**said, "asking": Asking.REASON, "subject": subject, "text": why} if why else NOTHING


def _command(payload: _Payload) -> dict[str, Any] | Arrived:
    if payload.text("command") != COMMAND or not (user := _who(payload, "user_name", prefix="user_")):
        return NOTHING
    too_long = payload.length("text") > LONGEST_QUESTION
    words = "help" if too_long else payload.text("text", LONGEST_QUESTION)
    team = payload.team("team_id")
    said = {**_common(payload), **user, "place": payload.id("channel_id"), "team": team}
    return {**said, "asking": Asking.COMMAND, "text": inert(words, LONGEST_QUESTION)}


_OWN = ("channel_left", "group_left")
"""The bot itself was taken out; of all the others somebody is named."""
_MEMBERS = {
    **dict.fromkeys(("member_left_channel", *_OWN), Asking.LEFT),
    "member_joined_channel": Asking.JOINED,
}


def _event(payload: _Payload) -> dict[str, Any] | Arrived:
    event = payload.of("event")
    kind, user, place = event.text("type"), event.id("user"), event.id("channel")
    asking = _MEMBERS.get(kind)
    if asking is None or not place or not (user or kind in _OWN):
        return NOTHING
    trigger = payload.text("event_id")
    return {"asking": asking, "trigger": trigger, "user": user, "place": place, "team": payload.team("team_id")}


def _common(payload: _Payload) -> dict[str, Any]:
    return {"trigger": payload.text("trigger_id"), "reply_to": payload.text("response_url", _LONGEST_ADDRESS)}


def _team(payload: _Payload) -> str:
    return payload.of("team").team("id") or payload.of("user").team("team_id")


def _who(person: _Payload, name: str, *, prefix: str = "") -> dict[str, str]:
    """The id of a person and what they are called; empty without an id."""
    user = person.id(f"{prefix}id")
    called = inert(person.text(name) or person.text("name"), LONGEST_NAME)
    return {"user": user, "by": called or user} if user else {}
