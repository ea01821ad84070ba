"""The picture of a message: its timeline, and why there is none where there should be one."""

from dataclasses import dataclass, field
from functools import lru_cache

from watcher.messages.timeline.drawing import WIDTH
from watcher.messages.timeline.point import Point
from watcher.messages.timeline.raster import png
from watcher.messages.timeline.sentences import alt
from watcher.messages.wording import Wording
from watcher.text import inert

WITHOUT = "without the picture of the timeline"
"""How a message goes for which there is none."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG of twice as many pixels as it is wide on the page."""

    content: bytes = field(repr=False)
    cid: str
    """Its Content-ID without brackets."""
    alt: str
    width: int = WIDTH


def picture_of(wording: Wording, message_id: str) -> tuple[Picture | None, str]:
    """The picture of a timeline of several inspections, or why there is none though there should be."""
    if not wording.has_timeline:
        return None, ""
    try:
        content = drawn(wording.timeline)
    except Exception as error:  # noqa: BLE001  # a picture that can't be drawn must not hold a message back
        reason = inert(str(error), 150) or type(error).__name__
        return None, f"it could not be drawn: {reason}"
    return Picture(content, f"{message_id}.timeline@watcher", alt(wording.timeline)), ""


@lru_cache(maxsize=32)
def drawn(timeline: tuple[Point, ...]) -> bytes:
    """The PNG of a timeline, drawn once for the mails to all readers of a message."""
    return png(timeline)
