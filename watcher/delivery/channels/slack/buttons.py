"""The buttons under an alert, for channels whose presses somebody answers.

A press names them by these ids and the delivery by their value; both are looked up, and neither is believed.
"""

from typing import Any

from watcher.messages import ways
from watcher.messages.alert import Alert
from watcher.messages.message import Message

ACKNOWLEDGE = "watcher_acknowledge"
SILENCE = "watcher_silence"
HISTORY = "watcher_history"
BLOCK = "watcher"
"""The block's id."""

Block = dict[str, Any]


def buttons(message: Message) -> list[Block]:
    """A block with what can be done about an alert, first what is still to be done; none under any other message."""
    if not isinstance(message.content, Alert):
        return []
    acknowledge = [] if message.is_acknowledged else [_button(message, ACKNOWLEDGE, ways.ACKNOWLEDGE, style="primary")]
    silence = _button(message, SILENCE, ways.SILENCE, confirm=_before_silence())
    history = _button(message, HISTORY, ways.HISTORY)
    return [{"type": "actions", "block_id": BLOCK, "elements": [*acknowledge, silence, history]}]


def _button(message: Message, action: str, words: str, **more: Any) -> Block:
    return {"type": "button", "action_id": action, "text": _plain(words), "value": message.id, **more}


def _before_silence() -> Block:
    """What is asked first, since a silence hides drops."""
    return {
        "title": _plain(ways.SILENCE_ASKED),
        "text": _plain(ways.SILENCE_MEANS),
        "confirm": _plain(ways.SILENCE_DO),
        "deny": _plain(ways.SILENCE_LEAVE),
        "style": "danger",
    }


def _plain(words: str) -> Block:
    return {"type": "plain_text", "text": words, "emoji": False}
