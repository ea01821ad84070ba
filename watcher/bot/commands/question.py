"""What somebody asked in the chat, and what may have to be asked before it is answered."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from watcher.watching.asked import Asked

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Has something done that takes its time, beside the loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatQuestion:
    """Something that somebody wrote, and what may have to be asked before it is answered."""

    asked: Asked
    channel: str
    """What the chat's channel is called here: `desk`, or `desk/C0456`."""
    in_thread: InThread
    why_not_allowed: Callable[[], Awaitable[str]]
    """Why this person may not act here, as half a sentence; empty where they may."""
    why_not_there: Callable[[], Awaitable[str]]
    """Why the bot cannot post in that channel, and what to do; empty where it can."""
