"""Tells the operator past the outbox, when the history takes nothing and no message can be stored before it is sent."""

import hashlib
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import partial

import structlog

from watcher.delivery.channel import Channel
from watcher.delivery.verdict import Answer
from watcher.messages.message import Message, Notice
from watcher.timing.threads import NONE_LEFT, begin_thread

log = structlog.get_logger(__name__)


class LastResort:
    """One try through each of the operator's channels; whatever becomes of it, the log says it too."""

    def __init__(self, channels: Mapping[str, Channel] | None = None) -> None:
        self._channels = channels or {}

    def tell(self, notice: Notice, now: datetime) -> list[threading.Thread]:
        """Sends a notice, in threads of their own that nothing waits for."""
        log.error(notice.title, detail=notice.text)
        content = f"{notice.title}\n{now.isoformat()}"
        message = Message(id=hashlib.sha256(content.encode()).hexdigest()[:16], content=notice, seen=now)
        threads = []
        for name, channel in self._channels.items():
            thread = begin_thread(partial(_send, channel, message), f"last resort {name}")
            if thread is None:
                _log_untold(channel, NONE_LEFT)
            else:
                threads.append(thread)
        return threads


def _send(channel: Channel, message: Message) -> None:
    try:
        verdict = channel.send(message)
    except Exception:  # the boundary to a channel, as in its lane
        log.exception("channel failed", channel=channel.name)
    else:
        if verdict.answer is not Answer.ACCEPTED:
            _log_untold(channel, verdict.detail)


def _log_untold(channel: Channel, why: str) -> None:
    log.error("the operator could not be told", channel=channel.name, detail=why)
